#include "deploy/nginx/site/roles.h"

#include <catch2/catch.hpp>

using namespace mtlsca::deploy::nginx;

namespace {

std::string roles_map(const mtlsca::policy::Roles& roles, const std::set<std::string>& named) {
    const std::set<std::string> all = all_roles(roles, named);
    return roles_by_dn(roles, all) + roles_joined(all);
}

} // namespace

TEST_CASE("a role's map is the form that refused every imitation in nginx") {
    const std::string text = roles_map({{"Admin", "admin"}}, {});
    CHECK(text.find("map \"$ssl_client_verify:$ssl_client_s_dn\" $mtlsca_role_admin {\n"
                    "    default \"\";\n"
                    "    \"~^SUCCESS:(?:(?:[^,\\\\\\\\]|\\\\\\\\.)*,)*OU=Admin(?:,|$)\" admin,;\n"
                    "}\n") != std::string::npos);
    CHECK(text.find("map \"$mtlsca_role_admin$mtlsca_role_gateway\" $mtlsca_roles {\n") != std::string::npos);
}

TEST_CASE("a role that left the settings is one that nobody has") {
    const std::string text = roles_map({}, {"ops-team"});
    CHECK(text.find("$mtlsca_role_ops_team {\n    default \"\";\n}\n") != std::string::npos);
}

TEST_CASE("several OUs may mean one role") {
    const std::string text = roles_map({{"Admin", "admin"}, {"Root", "admin"}}, {});
    const auto first = text.find("OU=Admin");
    const auto second = text.find("OU=Root");
    REQUIRE(first != std::string::npos);
    REQUIRE(second != std::string::npos);
    CHECK(text.substr(first, second - first).find('}') == std::string::npos);
}

TEST_CASE("an OU is matched as text, in the spelling of nginx's subject") {
    const std::string text = roles_map({{"A.B (x)", "a"}, {"K\xc3\xa4se", "k"}, {"#1", "n"}}, {});
    CHECK(text.find("OU=A\\\\.B \\\\(x\\\\)(?:,|$)") != std::string::npos);
    CHECK(text.find("OU=K\\\\\\\\C3\\\\\\\\A4se(?:,|$)") != std::string::npos);
    CHECK(text.find("OU=\\\\\\\\#1(?:,|$)") != std::string::npos);
}

// What `openssl x509 -subject -nameopt RFC2253` prints for these values: nginx uses the same flags.
TEST_CASE("a value of a subject is written as OpenSSL writes RFC 2253") {
    CHECK(dn_text("plain 1.2-3") == "plain 1.2-3");
    CHECK(dn_text("a,b+c\"d\\e<f>g;h") == "a\\,b\\+c\\\"d\\\\e\\<f\\>g\\;h");
    CHECK(dn_text("#a ") == "\\#a\\ ");
    CHECK(dn_text(" a#") == "\\ a#");
    CHECK(dn_text("a\nb\x7f") == "a\\0Ab\\7F");
    CHECK(dn_text("\xc3\xbc") == "\\C3\\BC");
}
