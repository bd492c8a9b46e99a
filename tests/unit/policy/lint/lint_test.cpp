#include "policy/lint/lint.h"

#include "policy/planning.h"

#include <catch2/catch.hpp>

#include <set>

using namespace mtlsca;
using namespace mtlsca::policy;
using x509::KeyUsage;
using x509::SanType;

namespace {

using Content = x509::CertificateContent;

constexpr const char* server_auth = "1.3.6.1.5.5.7.3.1";
constexpr const char* client_auth = "1.3.6.1.5.5.7.3.2";

Content leaf() {
    Content content;
    content.subject = x509::Name::parse("CN=a.example.com");
    content.not_before = planning::now;
    content.not_after = planning::now + std::chrono::days(90);
    content.sans = {{SanType::dns, "a.example.com"}};
    content.key_usages = {KeyUsage::digital_signature};
    content.extended_key_usages = {server_auth};
    return content;
}

Content ca() {
    Content content;
    content.subject = x509::Name::parse("CN=Acme Root CA");
    content.not_before = planning::now;
    content.not_after = planning::now + std::chrono::days(3650);
    content.ca = true;
    content.key_usages = {KeyUsage::key_cert_sign, KeyUsage::crl_sign};
    return content;
}

// The names of the rules that `content` breaks.
std::set<std::string> broken(const Content& content) {
    std::set<std::string> names;
    for (const Finding& finding : lint(content))
        names.insert(finding.rule);
    return names;
}

template <typename Change>
std::set<std::string> broken_by(Content content, Change change) {
    change(content);
    return broken(content);
}

using Rules = std::set<std::string>;

} // namespace

TEST_CASE("sound leaves and CAs break no rule") {
    CHECK(broken(leaf()).empty());
    CHECK(broken(ca()).empty());
}

TEST_CASE("every rule has a name of its own and says where it comes from") {
    std::set<std::string> names;
    for (const LintRule& rule : lint_rules()) {
        CHECK(std::string(rule.name).starts_with("lint-"));
        CHECK_FALSE(std::string(rule.citation).empty());
        names.insert(rule.name);
    }
    CHECK(names.size() == lint_rules().size());
    const Findings findings = lint(Content{});
    REQUIRE_FALSE(findings.empty());
    CHECK(findings[0].detail == "it ends before it begins (RFC 5280 4.1.2.5)");
}

TEST_CASE("dates are ordered and can be written") {
    CHECK(broken_by(leaf(), [](Content& c) { c.not_after = c.not_before; }) ==
          Rules{"lint-validity-reversed"});
    CHECK(broken_by(leaf(), [](Content& c) {
              c.not_after = *parse_time("9999-12-31") + std::chrono::days(1);
          }) == Rules{"lint-date-range"});
    CHECK(broken_by(leaf(), [](Content& c) { c.not_after = *parse_time("9999-12-31T23:59:59Z"); }).empty());
    CHECK(broken_by(leaf(), [](Content& c) { c.not_before = *parse_time("1949-12-31"); }) ==
          Rules{"lint-date-range"});
}

TEST_CASE("a leaf has nothing of a CA, and a CA nothing of a leaf") {
    CHECK(broken_by(leaf(), [](Content& c) { c.ca = true; }) ==
          Rules{"lint-ca-in-leaf", "lint-ca-cannot-sign"});
    CHECK(broken_by(leaf(), [](Content& c) { c.key_usages.push_back(KeyUsage::key_cert_sign); }) ==
          Rules{"lint-signing-in-leaf"});
    CHECK(broken_by(leaf(), [](Content& c) { c.key_usages.push_back(KeyUsage::crl_sign); }) ==
          Rules{"lint-signing-in-leaf"});
    CHECK(broken_by(leaf(), [](Content& c) { c.path_length = 0; }) == Rules{"lint-path-length-in-leaf"});
    CHECK(broken_by(leaf(), [](Content& c) {
              c.name_constraints.permitted.push_back({SanType::dns, "x"});
          }) == Rules{"lint-name-constraints-in-leaf"});
    CHECK(broken_by(ca(), [](Content& c) { c.key_usages = {KeyUsage::crl_sign}; }) ==
          Rules{"lint-ca-cannot-sign"});
    CHECK(broken_by(ca(), [](Content& c) { c.subject = {}; }) ==
          Rules{"lint-ca-without-subject", "lint-subject-empty"});
    CHECK(broken_by(ca(), [](Content& c) {
              c.sans = {{SanType::dns, "x.example"}};
          }) == Rules{"lint-ca-in-leaf"});
}

TEST_CASE("a leaf says what it is for, and no more") {
    CHECK(broken_by(leaf(), [](Content& c) { c.key_usages.clear(); }) == Rules{"lint-key-usage-missing"});
    CHECK(broken_by(leaf(), [](Content& c) { c.extended_key_usages.clear(); }) ==
          Rules{"lint-extended-usage-missing"});
    CHECK(broken_by(leaf(), [](Content& c) { c.extended_key_usages.push_back("2.5.29.37.0"); }) ==
          Rules{"lint-any-usage"});
    CHECK(broken_by(leaf(), [](Content& c) { c.extended_key_usages.push_back(server_auth); }) ==
          Rules{"lint-usage-repeated"});
    CHECK(broken_by(leaf(), [](Content& c) { c.key_usages = {KeyUsage::key_encipherment}; }) ==
          Rules{"lint-tls-without-signature"});
}

TEST_CASE("a subject can be written, read and told apart") {
    const auto with = [](const std::vector<std::pair<std::string, std::string>>& attributes) {
        return broken_by(leaf(), [&](Content& c) {
            c.extended_key_usages = {client_auth};
            c.subject = planning::raw_name(attributes);
        });
    };
    CHECK(with({{"2.5.4.3", std::string(65, 'a')}}) == Rules{"lint-attribute-form"});
    CHECK(with({{"2.5.4.6", "Germany"}, {"2.5.4.3", "a"}}) == Rules{"lint-attribute-form"});
    CHECK(with({{"2.5.4.3", "a\nb"}}) == Rules{"lint-control-characters"});
    CHECK(with({{"2.5.4.3", "a "}}) == Rules{"lint-outer-space"});
    CHECK(with({{"2.5.4.11", "Ops"}, {"2.5.4.11", "Ops"}}) == Rules{"lint-attribute-repeated"});
    CHECK(with({{"2.5.4.3", "a"}, {"2.5.4.3", "b"}}) == Rules{"lint-several-common-names"});
    CHECK(broken_by(leaf(), [](Content& c) { c.subject = x509::Name::parse("CN=a.example.com+OU=Ops"); }) ==
          Rules{"lint-several-in-one"});
    CHECK(broken_by(leaf(), [](Content& c) {
              c.subject = {};
              c.sans.clear();
              c.extended_key_usages = {client_auth};
          }) == Rules{"lint-subject-empty"});
}

TEST_CASE("servers are reached by their SANs") {
    CHECK(broken_by(leaf(), [](Content& c) { c.sans.clear(); }) ==
          Rules{"lint-server-without-san", "lint-name-not-among-sans"});
    CHECK(broken_by(leaf(), [](Content& c) {
              c.sans = {{SanType::email, "a@example.com"}};
          }).contains("lint-server-without-san"));
    CHECK(broken_by(leaf(), [](Content& c) {
              c.sans = {{SanType::dns, "b.example.com"}};
          }) == Rules{"lint-name-not-among-sans"});
    CHECK(broken_by(leaf(), [](Content& c) { c.subject = x509::Name::parse("CN=Web Server"); }).empty());
    CHECK(broken_by(leaf(), [](Content& c) { c.subject = {}; }) == Rules{"lint-critical-san"});
    CHECK(broken_by(leaf(), [](Content& c) { c.sans.push_back(c.sans[0]); }) == Rules{"lint-san-repeated"});
    CHECK(broken_by(leaf(), [](Content& c) {
              c.sans.push_back({SanType::uri, "spiffe://acme/a"});
              c.sans.push_back({SanType::uri, "https://a.example/"});
          }) == Rules{"lint-spiffe-not-alone"});
}

TEST_CASE("DNS names have the form that clients match") {
    const auto with = [](const std::string& name) {
        return broken_by(leaf(), [&](Content& c) { c.sans.push_back({SanType::dns, name}); });
    };
    CHECK(with("*.example.com").empty());
    CHECK(with("a_b.example.com") == Rules{"lint-dns-underscore"});
    CHECK(with("a.*.example.com") == Rules{"lint-wildcard"});
    CHECK(with("a*.example.com") == Rules{"lint-wildcard"});
    CHECK(with("*") == Rules{"lint-wildcard"});
    CHECK(with("*.com") == Rules{"lint-wide-wildcard"});
    CHECK(with("10.0.0.1") == Rules{"lint-dns-is-address"});
    for (const std::string& name : {std::string("A.example.com"), std::string("a..b"), std::string("-a.b"),
                                    std::string("a.b."), std::string("a b"), std::string(64, 'a')}) {
        INFO(name);
        CHECK(with(name) == Rules{"lint-dns-syntax"});
    }
    std::string longest;
    while (longest.size() < 254)
        longest += "abcdefg.";
    CHECK(with(longest + "a") == Rules{"lint-dns-syntax"});
}
