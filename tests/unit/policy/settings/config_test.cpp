#include "policy/planning.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::policy;
using namespace std::chrono;

namespace {

Config checked(const std::string& toml) {
    return check_settings(read_settings(toml, "mtlsca.toml"), "mtlsca.toml");
}

// The findings of settings that are fine but for `toml`.
Findings findings_of(const std::string& toml) {
    const bool names_ca = toml.find("[ca]") != std::string::npos;
    try {
        checked((names_ca ? "" : "[ca]\nname = \"Acme\"\n") + toml);
    } catch (const Error& error) {
        CHECK(error.code == Code::refused);
        return error.findings;
    }
    return {};
}

// "key rule" of the only error.
std::string only(const std::string& toml) {
    const Findings findings = findings_of(toml);
    if (findings.size() != 1)
        return std::to_string(findings.size()) + " findings";
    return findings[0].subject + " " + findings[0].rule;
}

std::string only_of_profile(const std::string& keys) {
    const bool has_usages = keys.find("extended_key_usages") != std::string::npos;
    return only("[roles]\nAdmin = \"admin\"\n[profiles.p]\n" +
                std::string(has_usages ? "" : "extended_key_usages = [\"clientAuth\"]\n") + keys + "\n");
}

} // namespace

TEST_CASE("the settings that init writes say what cli.md promises") {
    const Config config = planning::config_with("");
    CHECK(config.ca_name == "Acme");
    CHECK(config.backdate == minutes(5));
    CHECK(config.next_update == days(7));
    CHECK(config.overlap == hours(24));
    CHECK(config.root_next_update == days(180));
    CHECK(config.roles ==
          Roles{{"Client", "client"}, {"Admin", "admin"}, {"Ops", "ops"}, {"Gateway", "gateway"}});
    REQUIRE(config.profiles.size() == 3);
    for (const auto& [name, profile] : config.profiles) {
        CHECK(profile.validity == days(90));
        CHECK(profile.keys.front() == x509::KeyType::ec_p256);
        CHECK(profile.keys.size() == x509::all_key_types.size());
        CHECK(profile.request_sans == RequestSans::check);
        CHECK(profile.request_ous == RequestOus::refuse);
    }
    const Profile& server = find_profile(config, "server");
    CHECK(server.name_as_san);
    CHECK_FALSE(server.unique);
    CHECK(server.ous.empty());
    CHECK(server.san_types == std::set{x509::SanType::dns, x509::SanType::ip});
    const Profile& client = find_profile(config, "client");
    CHECK(client.unique);
    CHECK(client.ous == std::set<std::string>{"Admin", "Client", "Gateway", "Ops"});
    CHECK(client.san_types.size() == 4);
    CHECK(find_profile(config, "server-client").extended_key_usages.size() == 2);
}

TEST_CASE("a profile that says little is careful") {
    const Profile profile =
        checked("[ca]\nname = \"A\"\n[profiles.p]\nextended_key_usages = [\"clientAuth\"]\n")
            .profiles.at("p");
    CHECK(profile.validity == days(90));
    CHECK(profile.longest_validity == days(90));
    CHECK(profile.key_usages == std::vector{x509::KeyUsage::digital_signature});
    CHECK(profile.san_types.empty());
    CHECK_FALSE(profile.any_ou);
    CHECK_FALSE(profile.allows_ou("Admin"));
}

TEST_CASE("a profile that is not there is not found, and those that are are told") {
    const Config config = planning::config_with("");
    try {
        find_profile(config, "servre");
        FAIL("found");
    } catch (const Error& error) {
        CHECK(error.code == Code::not_found);
        CHECK(error.hint == "there are client, server, server-client");
    }
}

TEST_CASE("all that is wrong is said at once, with the path of its key") {
    const Findings findings = findings_of(R"(
[ca]
backdate = "2d"
crl_url = "ftp://x"
[crl]
next_update = "1d"
overlap = "1d"
[roles]
"a,b" = "Admin Role"
[profiles.P]
validity = "x"
keys = ["ec-p257"]
extended_key_usages = ["serverAuth"]
)");
    std::vector<std::string> paths;
    for (const Finding& finding : findings)
        paths.push_back(finding.subject);
    CHECK(paths == std::vector<std::string>{"ca.name", "ca.backdate", "ca.crl_url", "crl.overlap",
                                            "roles.a,b", "roles.a,b", "profiles.P", "profiles.P.validity",
                                            "profiles.P.keys", "profiles.P.san_types"});
}

TEST_CASE("URLs are http or https, and cannot carry the syntax of other files") {
    const auto url = [](const std::string& value) {
        return only("[ca]\nname = \"A\"\ncrl_url = '" + value + "'");
    };
    for (const char* wrong :
         {"ldap://x/", "http://", "http:///crl", "crl.example.com", "http://x/a b", "http://x/\"",
          "http://x/\\", "http://x/é", "http://x/?a", "http://x/#a", "http://x/{a}"}) {
        INFO(wrong);
        CHECK(url(wrong) == "ca.crl_url settings-url");
    }
    CHECK(only("[ca]\nname = \"A\"\nocsp_url = \"http://x/\\n\"") == "ca.ocsp_url settings-url");
    const Config config =
        checked("[ca]\nname = \"A\"\ncrl_url = \"http://x/pki\"\nissuer_url = \"https://x/\"\n"
                "ocsp_url = \"http://x:8080\"\n");
    CHECK(config.crl_url == "http://x/pki/");
    CHECK(config.issuer_url == "https://x/");
    CHECK(config.ocsp_url == "http://x:8080");
}

TEST_CASE("times of CRLs leave room for the next one") {
    CHECK(only("[crl]\nnext_update = \"0s\"\n") == "crl.next_update settings-duration");
    CHECK(only("[crl]\nroot_overlap = \"200d\"\n") == "crl.root_overlap settings-duration");
    CHECK(only("[crl]\noverlap = \"-1d\"\n") == "crl.overlap settings-duration");
    CHECK(findings_of("[crl]\nnext_update = \"2d\"\n").empty());
}

TEST_CASE("OUs that nginx or people would mix up are refused") {
    CHECK(only("[roles]\nAdmin = \"admin\"\nadmin = \"ops\"\n") == "roles.admin settings-ou-alike");
    CHECK(only("[roles]\nAdmin = \"Admin\"\n") == "roles.Admin settings-word");
    CHECK(only("[roles]\nAdmin = \"admin_x\"\n") == "roles.Admin settings-word");
    CHECK(only("[roles]\n\"Admin \" = \"admin\"\n") == "roles.Admin  text-space");
    CHECK(only_of_profile("ous = [\"@everyone\"]") == "profiles.p.ous settings-ou");
    CHECK(has_errors(findings_of("[roles]\nAdmin = \"admin\"\n[profiles.p]\nextended_key_usages = "
                                 "[\"clientAuth\"]\ngranted_ous = [\"admin\"]\n")));
}

TEST_CASE("a profile cannot give what only a CA may have") {
    CHECK(only_of_profile("key_usages = [\"digitalSignature\", \"keyCertSign\"]") ==
          "profiles.p.key_usages settings-usage");
    CHECK(only_of_profile("key_usages = [\"cRLSign\"]") == "profiles.p.key_usages settings-usage");
    CHECK(only_of_profile("extended_key_usages = [\"2.5.29.37.0\"]") ==
          "profiles.p.extended_key_usages settings-usage");
    CHECK(only_of_profile("extended_key_usages = [\"OCSPSigning\", \"clientAuth\"]") ==
          "profiles.p.extended_key_usages settings-usage");
    CHECK(only_of_profile("extended_key_usages = []") == "profiles.p.extended_key_usages settings-missing");
    CHECK(only_of_profile("key_usages = []") == "profiles.p.key_usages settings-missing");
    CHECK(only_of_profile("keys = []") == "profiles.p.keys settings-missing");
}

TEST_CASE("a rule that could never hold is refused") {
    CHECK(only_of_profile("dns_suffixes = [\"example.com\"]") == "profiles.p.dns_suffixes settings-san-type");
    CHECK(only_of_profile("wildcard_dns = true") == "profiles.p.wildcard_dns settings-san-type");
    CHECK(only_of_profile("networks = [\"10.0.0.0/8\"]") == "profiles.p.networks settings-san-type");
    CHECK(only_of_profile("name_as_san = true\nsan_types = [\"uri\"]") ==
          "profiles.p.name_as_san settings-san-type");
    CHECK(only_of_profile("validity = \"90d\"\nlongest_validity = \"30d\"") ==
          "profiles.p.longest_validity settings-duration");
    CHECK(only_of_profile("validity = \"30s\"\nlongest_validity = \"30d\"") ==
          "profiles.p.validity settings-duration");
}

TEST_CASE("patterns are checked and take their canonical form") {
    const auto pattern = [](const std::string& line) {
        return only_of_profile("san_types = [\"dns\", \"ip\", \"email\", \"uri\"]\n" + line);
    };
    CHECK(pattern("dns_suffixes = [\"*.example.com\"]") == "profiles.p.dns_suffixes settings-pattern");
    CHECK(pattern("dns_suffixes = [\"10.0.0.1\"]") == "profiles.p.dns_suffixes settings-pattern");
    CHECK(pattern("networks = [\"10.0.0.1/8\"]") == "profiles.p.networks settings-pattern");
    CHECK(pattern("email_domains = [\"a@b\"]") == "profiles.p.email_domains settings-pattern");
    for (const char* prefix : {"acme", "spiffe://", "https:///x", "https://a b/", "://acme"}) {
        INFO(prefix);
        CHECK(pattern(std::string("uri_prefixes = [\"") + prefix + "\"]") ==
              "profiles.p.uri_prefixes settings-pattern");
    }
    const Profile profile = planning::config_of_test_profile(R"(
dns_suffixes = [".Example.COM", "example.com"]
networks = ["10.0.0.0/8"]
uri_prefixes = ["SPIFFE://Acme/", "urn:acme:", "https://Host:8443/Path"]
)")
                                .profiles.at("test");
    CHECK(profile.dns_suffixes == std::vector<std::string>{"example.com"});
    CHECK(profile.uri_prefixes ==
          std::vector<std::string>{"spiffe://acme/", "urn:acme:", "https://host:8443/Path"});
}

TEST_CASE("what a profile wants of a subject is known, spelled once and judged") {
    CHECK(only_of_profile("subject.CN = \"required\"") == "profiles.p.subject.CN settings-subject");
    CHECK(only_of_profile("subject.OU = \"required\"") == "profiles.p.subject.OU settings-subject");
    CHECK(only_of_profile("subject.Org = \"required\"") == "profiles.p.subject.Org settings-subject");
    CHECK(only_of_profile("subject.O = \"Acme\"") == "profiles.p.subject.O settings-subject");
    CHECK(only_of_profile("subject.C = \"fixed:Germany\"") == "profiles.p.subject.C name-characters");
    CHECK(only_of_profile("subject.O = \"fixed:x,OU=Admin\"") == "profiles.p.subject.O text-character");
    CHECK(only_of_profile("subject.O = \"fixed:\"") == "profiles.p.subject.O text-empty");
    CHECK(only_of_profile("subject.O = \"required\"\nsubject.organizationName = \"optional\"") ==
          "profiles.p.subject.organizationName settings-subject");
    CHECK(only_of_profile("request_san = \"copy\"") == "profiles.p.request_san settings-request");
    CHECK(only_of_profile("request_ou = \"copy\"") == "profiles.p.request_ou settings-request");
    const Config config = planning::config_of_test_profile("subject.countryName = \"same-as-ca\"");
    CHECK(config.profiles.at("test").subject.contains("C"));
}
