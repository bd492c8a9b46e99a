#include "policy/profile.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::policy;
using x509::SanType;

namespace {

Profile profile_of_all() {
    Profile profile;
    profile.name = "test";
    profile.san_types = {SanType::dns, SanType::ip, SanType::email, SanType::uri};
    return profile;
}

std::string judged(const Profile& profile, std::string_view text) {
    const auto finding = judge_san(profile, x509::parse_san(text).san.value());
    return finding ? finding->rule : "allowed";
}

} // namespace

TEST_CASE("a SAN's type must be allowed, and the finding says which are") {
    Profile profile;
    profile.name = "test";
    profile.san_types = {SanType::dns, SanType::uri};
    const auto finding = judge_san(profile, {SanType::ip, "10.0.0.1"});
    REQUIRE(finding);
    CHECK(finding->rule == "san-type");
    CHECK(finding->subject == "san ip:10.0.0.1");
    CHECK(finding->detail == "profile test allows dns, uri");
}

TEST_CASE("without patterns every name of an allowed type is fine, but wildcards") {
    const Profile profile = profile_of_all();
    CHECK(judged(profile, "dns:anything.at.all") == "allowed");
    CHECK(judged(profile, "ip:192.0.2.1") == "allowed");
    CHECK(judged(profile, "dns:*.example.com") == "san-wildcard");
}

TEST_CASE("a DNS suffix allows itself and what lies below it") {
    Profile profile = profile_of_all();
    profile.dns_suffixes = {"example.com", "internal"};
    CHECK(judged(profile, "dns:example.com") == "allowed");
    CHECK(judged(profile, "dns:a.b.example.com") == "allowed");
    CHECK(judged(profile, "dns:db.internal") == "allowed");
    CHECK(judged(profile, "dns:evilexample.com") == "san-not-allowed");
    CHECK(judged(profile, "dns:example.com.evil.org") == "san-not-allowed");
    CHECK(judged(profile, "dns:com") == "san-not-allowed");
    profile.wildcard_dns = true;
    CHECK(judged(profile, "dns:*.example.com") == "allowed");
    CHECK(judged(profile, "dns:*.com") == "san-not-allowed");
}

TEST_CASE("addresses must lie in the networks, of their own family") {
    Profile profile = profile_of_all();
    profile.networks = {*encoding::parse_network("10.0.0.0/8"), *encoding::parse_network("2001:db8::/32")};
    CHECK(judged(profile, "ip:10.255.0.1") == "allowed");
    CHECK(judged(profile, "ip:2001:db8::1") == "allowed");
    CHECK(judged(profile, "ip:11.0.0.1") == "san-not-allowed");
    CHECK(judged(profile, "ip:2001:db9::1") == "san-not-allowed");
}

TEST_CASE("an email domain allows its own addresses, not those of hosts below it") {
    Profile profile = profile_of_all();
    profile.email_domains = {"example.com"};
    CHECK(judged(profile, "email:alice@example.com") == "allowed");
    CHECK(judged(profile, "email:alice@mail.example.com") == "san-not-allowed");
    CHECK(judged(profile, "email:alice@evilexample.com") == "san-not-allowed");
}

TEST_CASE("a URI prefix allows whole segments only") {
    CHECK(has_uri_prefix("spiffe://acme/pay", "spiffe://acme"));
    CHECK(has_uri_prefix("spiffe://acme/pay", "spiffe://acme/"));
    CHECK(has_uri_prefix("spiffe://acme", "spiffe://acme"));
    CHECK(has_uri_prefix("https://acme?x", "https://acme"));
    CHECK(has_uri_prefix("urn:acme:pay", "urn:acme"));
    CHECK(has_uri_prefix("urn:acme:pay", "urn:acme:"));
    CHECK_FALSE(has_uri_prefix("spiffe://acme.evil/pay", "spiffe://acme"));
    CHECK_FALSE(has_uri_prefix("spiffe://acme/payroll", "spiffe://acme/pay"));
    CHECK_FALSE(has_uri_prefix("spiffe://acme", "spiffe://acme/"));
    CHECK_FALSE(has_uri_prefix("urn:acmes", "urn:acme"));
}

TEST_CASE("a URI cannot leave its prefix by a password, a port or dots") {
    CHECK_FALSE(has_uri_prefix("https://acme:x@evil.example/", "https://acme"));
    CHECK_FALSE(has_uri_prefix("https://acme@evil.example/", "https://acme"));
    CHECK_FALSE(has_uri_prefix("https://acme:8443/", "https://acme"));
    CHECK_FALSE(has_uri_prefix("https://acme/pay/../admin", "https://acme/pay"));
    CHECK_FALSE(has_uri_prefix("https://acme/pay/%2e%2E/admin", "https://acme/pay"));
    CHECK_FALSE(has_uri_prefix("https://acme/pay/..", "https://acme/pay"));
    CHECK(has_uri_prefix("https://acme/pay/..x/.y", "https://acme/pay"));
}
