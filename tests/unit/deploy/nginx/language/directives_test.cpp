#include "deploy/nginx/language/directives.h"

#include "deploy/nginx/language/files_in_memory.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::deploy::nginx;

namespace {

using Texts = std::vector<std::string>;

Configuration read(const std::string& text) {
    return read_configuration("/n.conf", FilesInMemory({{"/n.conf", text}}));
}

// "rule LINE what" of everything that this nginx does not know.
Texts unknown(const std::string& text, const Version& version) {
    Texts told;
    for (const Unsupported& one : unsupported(read(text), version))
        told.push_back(std::string(one.rule) + " " + std::to_string(one.place.line) + " " + one.what);
    return told;
}

// A template without its mustache: sections are taken in, values are words.
std::string without_mustache(std::string text) {
    for (std::size_t tag = text.find("{{"); tag != std::string::npos; tag = text.find("{{", tag)) {
        const std::size_t end = text.find_first_not_of('}', text.find("}}", tag));
        const bool is_value = text[tag + 2] == '{';
        text.replace(tag, end - tag, is_value ? "value" : "");
    }
    return text;
}

void all_are_known(const std::vector<Directive>& block) {
    for (const Directive& directive : block) {
        INFO(to_string(directive.place) << " " << directive.name);
        CHECK((directive.name == "value" || is_known_directive(directive.name)));
        if (directive.name != "map" && directive.name != "geo")
            all_are_known(directive.block);
    }
}

} // namespace

TEST_CASE("what a given nginx does not know is told with its line and its first version") {
    const std::string text = "server {\nssl_ocsp on;\nssl_protocols TLSv1.2 TLSv1.3;\nhttp2 on;\n"
                             "proxy_set_header X \"${ssl_client_escaped_cert}$ssl_cipher\";\n"
                             "log_format a escape=json b;\nmap $x $y { ssl_ocsp $ssl_curve; }\n}";
    CHECK(unknown(text, {1, 25, 1}).empty());
    CHECK(unknown(text, {1, 22, 1}) == Texts{"directive-too-new 4 http2"});
    CHECK(unknown(text, {1, 14, 0}) == Texts{"directive-too-new 2 ssl_ocsp", "directive-too-new 4 http2",
                                             "directive-too-new 7 $ssl_curve"});
    CHECK(unknown(text, {1, 11, 7}) ==
          Texts{"directive-too-new 2 ssl_ocsp", "directive-too-new 3 ssl_protocols TLSv1.3",
                "directive-too-new 4 http2", "directive-too-new 5 $ssl_client_escaped_cert",
                "directive-too-new 6 log_format escape=json", "directive-too-new 7 $ssl_curve"});
    const Findings findings = newer_than(read(text), {1, 22, 1});
    REQUIRE(findings.size() == 1);
    CHECK(findings[0] ==
          Finding{Severity::error, "directive-too-new", "/n.conf:4", "http2 is known to nginx since 1.25.1"});
}

TEST_CASE("what newer versions of nginx gave up is told, and a warning of nginx is no error") {
    const std::string text = "ssl on;\nlisten 443 ssl http2;\n";
    CHECK(unknown(text, {1, 25, 0}).empty());
    CHECK(unknown(text, {1, 25, 1}) ==
          Texts{"directive-removed 1 ssl", "directive-deprecated 2 listen … http2"});
    REQUIRE(newer_than(read(text), {1, 25, 1}).size() == 1);
    CHECK(newer_than(read(text), {1, 25, 1})[0].detail == "ssl is known to nginx before 1.25.1");
}

TEST_CASE("every directive that the templates write is in the table") {
    for (const char* name : {"http.conf", "site.conf", "roles.map"}) {
        const io::Path file = io::Path(MTLSCA_VECTORS).parent_path().parent_path() / "templates/nginx" / name;
        const Bytes bytes = io::read_file(file, 1 << 20);
        const Configuration configuration = read(without_mustache(std::string(as_text(bytes))));
        INFO(name);
        all_are_known(configuration.directives);
        CHECK_FALSE(configuration.directives.empty());
    }
}
