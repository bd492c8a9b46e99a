#include "policy/planning.h"

#include <catch2/catch.hpp>

using namespace planning;
using namespace std::chrono;
using x509::KeyType;
using x509::KeyUsage;

namespace {

const policy::Config& defaults() {
    static const policy::Config config = config_with("");
    return config;
}

x509::Request request_with_key(const std::string& vector) {
    auto request = request_of(x509::Name::parse("CN=alice"));
    request.key = key_of(vector);
    return request;
}

policy::Planned issue_at(const char* time, std::optional<Duration> validity = std::nullopt) {
    auto options = named("alice");
    options.validity = validity;
    auto then = facts();
    then.now = *parse_time(time);
    return plan_certificate(defaults(), find_profile(defaults(), "client"), std::nullopt, options, then);
}

Duration length(const policy::Planned& planned, const char* from) {
    return planned.plan.value().content().not_after - *parse_time(from);
}

} // namespace

TEST_CASE("a plan has everything but what only the CA knows") {
    auto options = named("alice");
    options.ous = {"Admin"};
    const auto planned = issue(defaults(), "client", options);
    REQUIRE(planned.plan);
    const auto& plan = *planned.plan;
    CHECK(planned.findings.empty());
    CHECK(plan.profile() == "client");
    CHECK(plan.unique());
    CHECK(plan.key_type() == KeyType::ec_p256);
    CHECK(plan.content().key_usages == std::vector{KeyUsage::digital_signature});
    CHECK(plan.content().extended_key_usages == Texts{"1.3.6.1.5.5.7.3.2"});
    CHECK_FALSE(plan.content().ca);
    CHECK(plan.content().not_before == now - minutes(5));
    CHECK(plan.content().not_after == now + days(90));
    CHECK(plan.content().serial.empty());
    CHECK(plan.content().spki.empty());
}

TEST_CASE("decisions tell every field once, in one order") {
    auto request =
        request_of(x509::Name::parse("CN=alice,OU=Sales,O=Evil"), {{x509::SanType::dns, "a.example"}});
    request.extensions.push_back({"2.5.29.15", "keyUsage", true});
    auto options = policy::SigningOptions();
    options.ous = {"Admin"};
    options.owner = "Team A";
    options.labels = {"env=prod"};
    options.bindings = {"10.0.0.0/8"};
    const auto planned = sign(defaults(), "client", request, options);
    Texts told;
    for (const auto& one : planned.decisions)
        told.push_back(one.field + ": " + policy::to_string(one.outcome));
    CHECK(told == Texts{"subject CN: granted", "subject O: dropped", "ou Admin: granted", "ou Sales: dropped",
                        "san dns:a.example: granted", "key: granted", "not before: added", "not after: added",
                        "key usage digitalSignature: added", "key usage keyEncipherment: dropped",
                        "extended key usage clientAuth: added", "extension keyUsage: dropped",
                        "owner: granted", "label env: granted", "binding 10.0.0.0/8: granted"});
}

TEST_CASE("a request that asks for everything is refused for everything at once") {
    const auto request =
        x509::Request::parse(as_bytes(read_vector("policy/everything.csr")), "everything.csr");
    const auto planned = sign(defaults(), "client", request);
    CHECK_FALSE(planned.plan);
    CHECK(rules(planned.findings) == Texts{"ou-not-granted", "request-critical-extension",
                                           "request-asks-for-ca", "request-asks-for-cert-sign",
                                           "request-asks-for-crl-sign"});
    CHECK(outcome(planned, "san dns:alice.example.com") == "granted");
    CHECK(outcome(planned, "extension extendedKeyUsage") == "dropped");
    CHECK(decision(planned, "extension basicConstraints")->requested == "CA:TRUE");
}

TEST_CASE("what is wrong with a request whatever the profile is refused in every mode") {
    for (const char* rule : {"request-signature", "request-version", "extension-duplicate",
                             "extension-malformed", "attribute-duplicate"}) {
        auto request = request_of(x509::Name::parse("CN=alice"));
        request.findings = {{Severity::error, rule, "request", "is wrong"}};
        policy::SigningOptions options;
        options.request_sans = policy::RequestSans::ignore;
        CHECK(rules(sign(defaults(), "client", request, options).findings) == Texts{rule});
    }
}

TEST_CASE("extensions are never copied; critical ones that nobody answers are refused") {
    const auto with = [](const char* oid, const char* name, bool critical) {
        auto request = request_of(x509::Name::parse("CN=alice"));
        request.extensions.push_back({oid, name, critical});
        return sign(defaults(), "client", request);
    };
    CHECK(rules(with("1.2.3", "1.2.3", true).findings) == Texts{"request-critical-extension"});
    CHECK(rules(with("2.5.29.30", "nameConstraints", true).findings) == Texts{"request-critical-extension"});
    for (const auto& planned : {with("1.2.3", "1.2.3", false), with("2.5.29.15", "keyUsage", true),
                                with("1.3.6.1.5.5.7.1.24", "tlsfeature", true)}) {
        CHECK(planned.plan);
        CHECK(rules(planned.findings, Severity::note) == Texts{"extension-dropped"});
    }
}

TEST_CASE("keys that nobody should certify are refused with reasons") {
    CHECK(rules(sign(defaults(), "client", request_with_key("keys/rsa_1024.spki")).findings) ==
          Texts{"key-too-small"});
    CHECK(rules(sign(defaults(), "client", request_with_key("keys/rsa_2050.spki")).findings) ==
          Texts{"key-not-allowed"});
    CHECK(rules(sign(defaults(), "client", request_with_key("policy/issuing.spki")).findings) ==
          Texts{"key-of-ca"});
    const auto narrow = config_of_test_profile("keys = [\"ec-p384\", \"rsa-3072\"]");
    const auto planned = sign(narrow, "test", request_with_key("keys/ec_p256.spki"));
    REQUIRE(rules(planned.findings) == Texts{"key-not-allowed"});
    CHECK(planned.findings[0].detail == "is ec-p256; profile test allows ec-p384, rsa-3072");
    CHECK(outcome(planned, "key") == "refused");
    CHECK(rules(issue(narrow, "test", named("a"), KeyType::ed25519).findings) == Texts{"key-not-allowed"});
    CHECK(issue(narrow, "test", named("a")).plan->key_type() == KeyType::ec_p384);
}

TEST_CASE("a key that belongs to a CA or was compromised is refused") {
    auto known = facts();
    known.key_is_a_ca_key = true;
    known.key_is_compromised = true;
    const auto planned = plan_certificate(defaults(), find_profile(defaults(), "client"),
                                          request_of(x509::Name::parse("CN=alice")), {}, known);
    CHECK(rules(planned.findings) == Texts{"key-of-ca", "key-compromised"});
    CHECK(decision(planned, "key")->why.find("; ") != std::string::npos);
}

TEST_CASE("a key is certified only for what its algorithm can do") {
    const auto usages = [](KeyType type) {
        const auto config = config_of_test_profile("key_usages = [\"digitalSignature\", \"keyEncipherment\", "
                                                   "\"dataEncipherment\", \"keyAgreement\"]");
        return issue(config, "test", named("a"), type).plan->content().key_usages;
    };
    using enum KeyUsage;
    CHECK(usages(KeyType::rsa_2048) == std::vector{digital_signature, key_encipherment, data_encipherment});
    CHECK(usages(KeyType::ec_p521) == std::vector{digital_signature, key_agreement});
    CHECK(usages(KeyType::ed25519) == std::vector{digital_signature});
    const auto only_rsa = config_of_test_profile("key_usages = [\"keyEncipherment\"]");
    CHECK(rules(issue(only_rsa, "test", named("a")).findings) == Texts{"key-usage-none"});
}

TEST_CASE("a validity that the operator asks for is granted or refused, never changed") {
    const char* time = "2026-11-21T12:00:00Z";
    CHECK(length(issue_at(time, days(398)), time) == days(398));
    CHECK(length(issue_at(time, minutes(1)), time) == minutes(1));
    CHECK(rules(issue_at(time, days(399)).findings) == Texts{"validity-too-long"});
    CHECK(rules(issue_at(time, seconds(59)).findings) == Texts{"validity-too-short"});
    const auto outliving = issue_at("2030-12-02T06:00:00Z", days(30));
    REQUIRE(rules(outliving.findings) == Texts{"validity-outlives-issuer"});
    CHECK(outliving.findings[0].detail.find("; 29d are possible") != std::string::npos);
    CHECK(decision(outliving, "not after")->requested == "30d");
}

TEST_CASE("no certificate outlives its issuer: the usual validity is cut, with a note or a warning") {
    const auto cut = issue_at("2030-11-01T00:00:00Z");
    CHECK(cut.plan->content().not_after == issuing().not_after());
    CHECK(has_rule(cut.findings, "validity-shortened", Severity::note));
    CHECK(outcome(cut, "not after") == "changed");
    CHECK(has_rule(issue_at("2030-12-15T00:00:00Z").findings, "validity-shortened", Severity::warning));
    CHECK(rules(issue_at("2030-12-31T23:59:30Z").findings) == Texts{"validity-too-short"});
}

TEST_CASE("an issuer that is not valid signs nothing") {
    CHECK(rules(issue_at("2031-01-01T00:00:00Z").findings) == Texts{"issuer-expired"});
    CHECK(rules(issue_at("2025-12-31T23:59:59Z").findings) == Texts{"issuer-not-yet-valid"});
    const auto early = issue_at("2026-01-01T00:01:00Z");
    CHECK(early.plan->content().not_before == issuing().not_before());
}

TEST_CASE("owner, labels and bindings are checked and kept in canonical form") {
    auto options = named("alice");
    options.owner = "Team A";
    options.labels = {"env=prod", "url=a=b"};
    options.bindings = {"10.1.0.0/16", "10.0.0.5", "2001:DB8:0::1", "10.1.2.3", "10.0.0.5"};
    const auto planned = issue(defaults(), "client", options);
    REQUIRE(planned.plan);
    CHECK(planned.plan->owner() == "Team A");
    REQUIRE(planned.plan->labels().size() == 2);
    CHECK(planned.plan->labels()[1].key == "url");
    CHECK(planned.plan->labels()[1].value == "a=b");
    CHECK(planned.plan->bindings() == Texts{"10.1.0.0/16", "10.0.0.5", "2001:db8::1"});
    CHECK(outcome(planned, "binding 10.1.2.3") == "dropped");
    options.owner = "a\x1b[0m";
    options.labels = {"env", "a=1", "a=2", "b c=1"};
    options.bindings = {"10.1.2.3/16", "host.example"};
    CHECK(rules(issue(defaults(), "client", options).findings) ==
          Texts{"text-not-printable", "label-malformed", "label-repeated", "text-character",
                "binding-malformed", "binding-malformed"});
}

TEST_CASE("findings of different steps come together") {
    auto options = named("x,y");
    options.ous = {"Nobody"};
    options.sans = {"dns:-"};
    options.validity = days(1000);
    options.labels = {"x"};
    CHECK(rules(issue(defaults(), "client", options).findings) ==
          Texts{"text-character", "ou-not-allowed", "san-malformed", "validity-too-long", "label-malformed"});
}
