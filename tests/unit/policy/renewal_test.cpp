#include "policy/planning.h"

#include <catch2/catch.hpp>

using namespace planning;
using std::chrono::days;
using std::chrono::hours;

namespace {

const x509::PrivateKey& signer() {
    static const auto key = x509::PrivateKey::generate(x509::KeyType::ec_p256);
    return key;
}

// What `issue` makes of these wishes under these settings, a year before.
x509::Certificate issued(const policy::Config& config, const std::string& profile,
                         const policy::SigningOptions& options,
                         const x509::PublicKey& key = signer().public_key()) {
    policy::Facts then = facts();
    then.now = issuing().not_before();
    const auto planned = plan_certificate(config, find_profile(config, profile), key.type(), options, then);
    REQUIRE(planned.plan);
    x509::CertificateContent content = planned.plan->content();
    content.serial = {1};
    content.issuer = issuing().subject().der();
    content.spki = key.spki();
    content.subject_key_identifier = Bytes(20, 1);
    content.authority_key_identifier = Bytes(20, 2);
    return x509::Certificate::from_der(x509::sign_certificate(content, signer()), "predecessor");
}

policy::Planned renew(const policy::Config& config, const std::string& profile,
                      const x509::Certificate& certificate, const policy::Facts& now_known = facts()) {
    const policy::Predecessor predecessor{certificate, "pay", {"team=a"}, {"10.0.0.0/8"}};
    return plan_renewal(config, find_profile(config, profile), predecessor, &certificate.public_key(), {},
                        now_known);
}

policy::SigningOptions alice() {
    policy::SigningOptions options = named("alice");
    options.ous = {"Admin", "Client"};
    options.sans = {"dns:alice.example.com", "email:alice@example.com"};
    return options;
}

std::string difference(const x509::Certificate& certificate, const policy::Planned& planned,
                       const std::string& rule) {
    REQUIRE(planned.plan);
    for (const Finding& finding : policy::differences(certificate, *planned.plan))
        if (finding.rule == rule) {
            CHECK(finding.severity == Severity::note);
            return finding.detail;
        }
    return "none";
}

} // namespace

TEST_CASE(
    "a renewal has the names, OUs, owner, labels and bindings of its predecessor and differs in nothing") {
    const auto config = config_with("");
    const auto before = issued(config, "client", alice());
    const auto planned = renew(config, "client", before);
    REQUIRE(planned.plan);
    CHECK(planned.plan->content().subject == before.subject());
    CHECK(sans(planned) == Texts{"dns:alice.example.com", "email:alice@example.com"});
    CHECK(planned.plan->ous() == Texts{"Admin", "Client"});
    CHECK(planned.plan->owner() == "pay");
    CHECK(planned.plan->labels().front().value == "a");
    CHECK(planned.plan->bindings() == Texts{"10.0.0.0/8"});
    CHECK(planned.plan->content().not_after == now + days(90));
    CHECK(policy::differences(before, *planned.plan).empty());
    CHECK(planned.findings.empty());
}

TEST_CASE("a renewal is refused what today's profile does not allow, all of it at once") {
    const auto before = issued(config_with(""), "client", alice());
    const auto today =
        config_with("[profiles.test]\nextended_key_usages = [\"clientAuth\"]\nous = [\"Client\"]\n"
                    "san_types = [\"dns\"]\nkeys = [\"rsa-3072\"]\n");
    const auto planned = renew(today, "test", before);
    CHECK_FALSE(planned.plan);
    CHECK(has_rule(planned.findings, "ou-not-allowed"));
    CHECK(has_rule(planned.findings, "san-type"));
    CHECK(has_rule(planned.findings, "key-not-allowed"));
}

TEST_CASE("a renewal's key is judged as a request's is") {
    const auto config = config_with("");
    const auto before = issued(config, "client", alice());
    policy::Facts compromised = facts();
    compromised.key_is_compromised = true;
    CHECK(has_rule(renew(config, "client", before, compromised).findings, "key-compromised"));
    const auto own = issued(config, "client", alice(), issuing().public_key());
    CHECK(has_rule(renew(config, "client", own).findings, "key-of-ca"));
}

TEST_CASE("a renewal's new key is of the old type while the profile allows it, else the profile's first") {
    const auto config = config_with("");
    const auto before = issued(config, "client", alice(), key_of("keys/ec_p384.spki"));
    const auto key_of_renewal = [&](const policy::Config& today, const char* profile,
                                    std::optional<x509::KeyType> wanted) {
        const auto planned =
            plan_renewal(today, find_profile(today, profile), {before, "", {}, {}}, nullptr, wanted, facts());
        REQUIRE(planned.plan);
        return planned.plan->key_type();
    };
    CHECK(key_of_renewal(config, "client", {}) == x509::KeyType::ec_p384);
    CHECK(key_of_renewal(config, "client", x509::KeyType::ed25519) == x509::KeyType::ed25519);
    const auto today = config_of_test_profile("ous = [\"@roles\"]\nkeys = [\"ed25519\", \"ec-p256\"]\n");
    CHECK(key_of_renewal(today, "test", {}) == x509::KeyType::ed25519);
}

TEST_CASE("attributes follow today's profile, and the difference is told") {
    policy::SigningOptions options = named("alice");
    options.attributes = {"O=Old", "L=Berlin"};
    const auto before = issued(config_of_test_profile("subject.O = \"required\"\nsubject.L = \"optional\"\n"),
                               "test", options);
    const auto fixed = renew(config_of_test_profile("subject.O = \"fixed:New\"\n"), "test", before);
    CHECK(subject(fixed) == "CN=alice,O=New");
    CHECK(has_rule(fixed.findings, "attribute-fixed", Severity::note));
    CHECK(has_rule(fixed.findings, "attribute-dropped", Severity::note));
    CHECK(difference(before, fixed, "renewal-subject") ==
          "was CN=alice,O=Old,L=Berlin, becomes CN=alice,O=New");
    // The CA's own value today, whatever it was when the certificate was made.
    const auto same = renew(config_of_test_profile("subject.O = \"same-as-ca\"\n"), "test", before);
    CHECK(subject(same) == "CN=alice,O=" + issuing().subject().values("O").back());
    const auto required = renew(config_of_test_profile("subject.C = \"required\"\n"), "test", before);
    CHECK(has_rule(required.findings, "attribute-missing"));
}

TEST_CASE("usages, lifetime and keys that differ are told") {
    const auto before = issued(config_with(""), "client", alice());
    const auto today =
        config_with("[profiles.test]\nextended_key_usages = [\"clientAuth\", \"serverAuth\"]\n"
                    "ous = [\"@roles\"]\nsan_types = [\"dns\", \"email\"]\nvalidity = \"10d\"\n"
                    "key_usages = [\"digitalSignature\", \"keyAgreement\"]\n");
    const auto planned = renew(today, "test", before);
    CHECK(difference(before, planned, "renewal-extended-key-usage") ==
          "was clientAuth, becomes clientAuth, serverAuth");
    CHECK(difference(before, planned, "renewal-key-usage") ==
          "was digitalSignature, becomes digitalSignature, keyAgreement");
    CHECK(difference(before, planned, "renewal-lifetime") == "was 90d, becomes 10d");
    CHECK(difference(before, planned, "renewal-key") == "none");
}

TEST_CASE("a server that was certified from a request keeps a CN that is no host") {
    const auto config = config_with("");
    policy::Facts then = facts();
    const auto request =
        request_of(x509::Name::parse("CN=Front Desk"), {x509::San{x509::SanType::dns, "desk.example.com"}});
    auto planned = plan_certificate(config, find_profile(config, "server"), request, {}, then);
    REQUIRE(planned.plan);
    x509::CertificateContent content = planned.plan->content();
    content.serial = {1};
    content.issuer = issuing().subject().der();
    content.spki = request.key.spki();
    content.subject_key_identifier = Bytes(20, 1);
    content.authority_key_identifier = Bytes(20, 2);
    const auto before = x509::Certificate::from_der(x509::sign_certificate(content, signer()), "predecessor");
    const auto renewed = renew(config, "server", before);
    CHECK(subject(renewed) == "CN=Front Desk");
    CHECK(sans(renewed) == Texts{"dns:desk.example.com"});
}

TEST_CASE("due is a share of the lifetime or a duration, and nothing else") {
    using policy::DueTime;
    CHECK(DueTime::parse("33%")->before_end(days(90)) ==
          hours(24 * 90 * 33 / 100) + std::chrono::minutes(48));
    CHECK(DueTime::parse("30d")->before_end(days(90)) == days(30));
    CHECK(DueTime::parse("1%")->to_string() == "1%");
    CHECK(DueTime::parse("48h")->to_string() == "2d");
    for (const char* wrong :
         {"", "%", "0%", "91%", "-1%", "33", "33.3%", "33 %", " 33%", "d", "1e1%", "99999999999%"})
        CHECK_FALSE(DueTime::parse(wrong));
}

TEST_CASE("a profile that would always be due is refused") {
    const auto findings_of = [](const std::string& keys) {
        try {
            config_of_test_profile(keys);
        } catch (const Error& error) {
            return error.findings;
        }
        return Findings{};
    };
    CHECK(findings_of("renew_due = \"30d\"\nrenew_expired = \"2w\"\n").empty());
    CHECK(has_rule(findings_of("renew_due = \"90d\"\n"), "settings-due"));
    CHECK(has_rule(findings_of("renew_due = \"half\"\n"), "settings-due"));
    CHECK(has_rule(findings_of("renew_expired = \"33%\"\n"), "settings-duration"));
}
