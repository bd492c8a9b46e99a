#include "policy/settings/settings.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::policy;

namespace {

Error refusal(std::string_view toml) {
    try {
        read_settings(toml, "mtlsca.toml");
    } catch (const Error& error) {
        return error;
    }
    FAIL("nothing was refused");
    return {Code::failed, "", ""};
}

} // namespace

TEST_CASE("settings are read as they were written, and judged by nobody yet") {
    const Settings settings = read_settings(R"(
[ca]
name = "Acme, Inc."
backdate = "soon"
[roles]
"Site Admin" = "admin"
[profiles.z]
keys = ["ec-p256", "des"]
name_as_san = true
[profiles.a]
validity = "90d"
subject.O = "fixed:Acme"
)",
                                            "mtlsca.toml");
    CHECK(settings.ca_name == "Acme, Inc.");
    CHECK(settings.backdate == "soon");
    CHECK_FALSE(settings.next_update);
    CHECK(settings.roles == std::map<std::string, std::string>{{"Site Admin", "admin"}});
    REQUIRE(settings.profiles.size() == 2);
    CHECK(settings.profiles[0].name == "z"); // the order of the file
    CHECK(settings.profiles[0].line == 7);
    CHECK(settings.profiles[0].keys == std::vector<std::string>{"ec-p256", "des"});
    CHECK(settings.profiles[0].name_as_san);
    CHECK_FALSE(settings.profiles[0].ous);
    CHECK(settings.profiles[1].subject.at("O") == "fixed:Acme");
}

TEST_CASE("a syntax error says where it is") {
    const Error error = refusal("[ca]\nname = Acme\n");
    CHECK(error.code == Code::refused);
    CHECK(error.object == "mtlsca.toml");
    CHECK(error.reason.find("line 2, column 8") == 0);
    CHECK_THROWS_AS(read_settings("a = \"\xff\"", "x"), Error);
    CHECK_THROWS_AS(read_settings("[ca]\n[ca]\n", "x"), Error);
}

// toml++ 3.3 told the compiler that none of them can stand there; found by tests/fuzz/settings.cpp.
TEST_CASE("a letter beyond ASCII where a key or a value should stand is a syntax error") {
    for (const std::string letter : {"\xd1\xa4", "\xc3\xa4", "\xe2\x88\x85", "\xf0\x90\x80\x80"}) {
        CAPTURE(letter);
        CHECK_THROWS_AS(read_settings(letter, "x"), Error);
        CHECK_THROWS_AS(read_settings("a = " + letter, "x"), Error);
        CHECK_THROWS_AS(read_settings("[ca]\nname" + letter + " = 'x'", "x"), Error);
    }
}

TEST_CASE("a key that nobody reads is refused, with what is known there") {
    const Error error = refusal("[ca]\nnames = \"x\"\n[profiles.p]\nwildcards_dns = true\n[crls]\nx = 1\n");
    REQUIRE(error.findings.size() == 3);
    CHECK(error.findings[0].subject == "ca.names");
    CHECK(error.findings[0].rule == "settings-unknown-key");
    CHECK(error.findings[0].detail.find("(line 2)") != std::string::npos);
    CHECK(error.findings[0].detail.find("backdate, crl_url, issuer_url, name") != std::string::npos);
    CHECK(error.findings[1].subject == "profiles.p.wildcards_dns");
    CHECK(error.findings[2].subject == "crls");
}

TEST_CASE("every value of a wrong type is told") {
    const Error error = refusal(R"(
roles = 1
[ca]
name = 5
backdate = ["5m"]
[profiles.p]
keys = "ec-p256"
ous = ["a", 2]
unique = "yes"
subject = "O"
[profiles]
q = true
)");
    std::vector<std::string> paths;
    for (const Finding& finding : error.findings) {
        CHECK(finding.rule == "settings-type");
        paths.push_back(finding.subject);
    }
    CHECK(paths == std::vector<std::string>{"ca.name", "ca.backdate", "roles", "profiles.q",
                                            "profiles.p.keys", "profiles.p.ous", "profiles.p.unique",
                                            "profiles.p.subject"});
    CHECK(error.findings[0].detail == "is a number (line 4), a string is wanted");
}
