#include "deploy/template.h"

#include "error.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace mtlsca;
using Json = nlohmann::json;

namespace {

Json settings_values() {
    return {{"name", deploy::toml_string("Acme")},
            {"crl_url", deploy::toml_string("")},
            {"issuer_url", deploy::toml_string("")},
            {"ocsp_url", deploy::toml_string("")}};
}

} // namespace

TEST_CASE("a template gets its values as they are, without escapes of HTML") {
    Json values = settings_values();
    values["name"] = deploy::toml_string("A & B <\"C\">");
    CHECK(deploy::render("mtlsca.toml", values).find("name = \"A & B <\\\"C\\\">\"\n") != std::string::npos);
}

TEST_CASE("a name that the template has and nobody gives is a mistake") {
    Json values = settings_values();
    values.erase("ocsp_url");
    CHECK_THROWS_AS(deploy::render("mtlsca.toml", values), std::logic_error);
}

TEST_CASE("a value that the template has no place for is a mistake, in lists too") {
    Json values = settings_values();
    values["oscp_url"] = "";
    CHECK_THROWS_AS(deploy::render("mtlsca.toml", values), std::logic_error);
    const Json ou = {{"pattern", "x"}, {"rule", "y"}};
    const Json role = {{"variable", "$x"}, {"ous", Json::array({ou})}};
    CHECK_THROWS_AS(deploy::render("nginx/roles.map", {{"roles", Json::array({role})}, {"all", ""}}),
                    std::logic_error);
}

TEST_CASE("a template that is not there is a mistake") {
    CHECK_THROWS_AS(deploy::render("nginx/none.conf", Json::object()), std::logic_error);
}

TEST_CASE("TOML strings hold any text and end where they should") {
    CHECK(deploy::toml_string("") == R"("")");
    CHECK(deploy::toml_string("a\"\n[ca]\nname = \"b\\") == R"("a\"\u000A[ca]\u000Aname = \"b\\")");
    CHECK(deploy::toml_string(std::string_view("\0\x1b\x7f\t", 4)) == R"("\u0000\u001B\u007F\u0009")");
    CHECK(deploy::toml_string("Käse") == "\"Käse\"");
    CHECK_THROWS_AS(deploy::toml_string("\xff"), Error);
}

TEST_CASE("YAML strings hold printable text alone and end where they should") {
    CHECK(deploy::yaml_string("") == R"("")");
    CHECK(deploy::yaml_string("a\": #\\b") == R"("a\": #\\b")");
    CHECK(deploy::yaml_string("Käse") == "\"Käse\"");
    for (const char* text : {"a\nb", "\x1b", "\xc2\x85", "\xe2\x80\xa8", "\xef\xbb\xbf", "\xff"})
        CHECK_THROWS_AS(deploy::yaml_string(text), Error);
}
