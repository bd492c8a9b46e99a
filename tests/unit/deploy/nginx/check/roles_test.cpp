#include "deploy/nginx/check/imitation.h"

#include "deploy/nginx/check/judging.h"

#include <catch2/catch.hpp>

using namespace mtlsca::deploy::nginx::check;

namespace {

using Texts = std::vector<std::string>;

// What is said of one line of a map: ids.
Texts said_of(const std::string& line, const std::string& source = "$ssl_client_s_dn",
              const std::string& verify = "on") {
    Texts ids;
    for (const std::string& one : told("http { map \"" + source + "\" $role {\n" + line +
                                       "\n} server { listen 443 ssl; ssl_verify_client " + verify + "; } }"))
        ids.push_back(one.substr(0, one.find(' ')));
    return ids;
}

const Texts imitable{"role-imitable"};

} // namespace

TEST_CASE("a role that a subject can imitate is found by trying") {
    const std::string pattern =
        GENERATE("~OU=Admin", "~*OU=Admin", "\"~(^|,)OU=Admin(,|$)\"", "~,OU=Admin,", "~^OU=Admin",
                 "\"~OU=(Admin|Ops)\"", R"~("~(^|,)\s*OU=Admin\s*(,|$)")~", "\"~OU=(?<ou>[^,]+)\"",
                 "\"~(?:^|,)CN=([^,]+)\"", "~Admin", R"~("~[,+]OU=Admin(,|\+|$)")~", "~OU=Admin$");
    INFO(pattern);
    CHECK(said_of(pattern + " admin;") == imitable);
}

TEST_CASE("a role that no subject can imitate is fine") {
    const std::string safe = R"~((?:(?:[^,\\\\]|\\\\.)*,)*OU=Admin(?:,|$)" admin;)~";
    CHECK(said_of(R"~("~^SUCCESS:)~" + safe, "$ssl_client_verify:$ssl_client_s_dn").empty());
    CHECK(said_of(R"~("~^)~" + safe).empty());
    CHECK(said_of(R"~("~^CN=alice,OU=Admin,O=Acme$" admin;)~").empty());
    CHECK(said_of(R"~("~(?<!\\\\),OU=Admin(,|$)" admin;)~").empty());
    CHECK(said_of(R"~("~^CN=(?<name>[^,]+)" $name;)~").empty());
    CHECK(said_of("CN=alice,OU=Admin,O=Acme admin;").empty());
    CHECK(said_of(R"~("~^SUCCESS:." 1;)~", "$ssl_client_verify:$ssl_client_s_dn").empty());
    CHECK(said_of("~OU=Admin admin;", "$http_x").empty());
    CHECK(said_of(R"~("~*^)~" + safe) == Texts{"role-ignores-case"});
}

TEST_CASE("the finding names the subject that gets in and the line that lets it") {
    const Findings findings = findings_about("http {\nmap $ssl_client_s_dn $r {\n~,OU=Admin(,|$) 1;\n}\n}");
    REQUIRE(findings.size() == 1);
    CHECK(to_string(findings[0].place) == "/etc/nginx/nginx.conf:3");
    CHECK(findings[0].effect ==
          R"~(a client whose subject is CN=x\,OU=Admin,O=Acme gets in, although it has no OU=Admin)~");
}

TEST_CASE("the legacy form of the subject escapes nothing, so that every pattern on it can be imitated") {
    CHECK(said_of(R"~("~(^|/)OU=Admin(/|$)" admin;)~", "$ssl_client_s_dn_legacy") == imitable);
}

TEST_CASE("roles in an if are judged as those in a map, also through set") {
    const auto said = [](const std::string& text) {
        return told("http { server { listen 443 ssl; ssl_verify_client on;\n" + text + "\n} }");
    };
    CHECK(said("if ($ssl_client_s_dn !~ \"OU=Admin\") { return 403; }") == Texts{"role-imitable 2"});
    CHECK(said("set $dn $ssl_client_s_dn; if ($dn ~ \"OU=Admin\") { return 403; }") ==
          Texts{"role-imitable 2"});
    CHECK(said("if ($ssl_client_s_dn = \"CN=a\") { return 403; }").empty());
}

TEST_CASE("with optional_no_ca a role needs the outcome of the verification in its key") {
    const std::string server = "if ($ssl_client_verify != SUCCESS) { return 403; } return 200";
    const std::string safe = R"~("~^(?:(?:[^,\\\\]|\\\\.)*,)*OU=Admin(?:,|$)" admin;)~";
    CHECK(said_of(safe, "$ssl_client_s_dn", "optional_no_ca; " + server) == Texts{"role-unverified"});
    CHECK(said_of(R"~("~^SUCCESS:)~" + safe.substr(3), "$ssl_client_verify:$ssl_client_s_dn",
                  "optional_no_ca; " + server)
              .empty());
}

TEST_CASE("hostile patterns end") {
    CHECK(said_of("\"~^(OU|O)=((x+x+)+y)+$\" admin;").size() <= 1);
    CHECK(said_of("\"~" + std::string(2000, '(') + "\" admin;").empty());
    CHECK(sample_of(std::string(100'000, '(')).empty());
    CHECK(sample_of("a{9}{9}{9}{9}").size() < 2000);
    CHECK(wanted_attributes("=OU=").size() == 1);
    for (const char* odd :
         {"[", "[^", "\\", "(?", "{", "a{", "a{2", "(?<", "[\\", "OU=(", "OU=(?", "OU=(?:|"}) {
        sample_of(odd);
        wanted_attributes(odd);
        CHECK(said_of(std::string("\"~") + odd + "\" admin;").size() <= 1);
    }
}
