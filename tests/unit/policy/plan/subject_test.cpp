#include "policy/planning.h"

#include <catch2/catch.hpp>

using namespace planning;

namespace {

const policy::Config& defaults() {
    static const policy::Config config = config_with("");
    return config;
}

policy::Planned sign_cn(const std::string& cn) {
    return sign(defaults(), "client", request_of(raw_name({{oid_cn, cn}})));
}

policy::Planned sign_ous(const policy::Config& config, const std::string& profile, const Texts& ous,
                         const policy::SigningOptions& options = {}) {
    std::vector<std::pair<std::string, std::string>> attributes;
    for (const std::string& ou : ous)
        attributes.emplace_back(oid_ou, ou);
    attributes.emplace_back(oid_cn, "alice");
    return sign(config, profile, request_of(raw_name(attributes)), options);
}

policy::SigningOptions with_ous(Texts ous) {
    policy::SigningOptions options;
    options.ous = std::move(ous);
    return options;
}

} // namespace

TEST_CASE("a request's CN is taken, the operator's name wins") {
    const x509::Request request = request_of(x509::Name::parse("CN=alice"));
    const auto taken = sign(defaults(), "client", request);
    CHECK(subject(taken) == "CN=alice");
    CHECK(taken.plan->name() == "alice");
    CHECK(outcome(taken, "subject CN") == "granted");
    const auto renamed = sign(defaults(), "client", request, named("bob"));
    CHECK(subject(renamed) == "CN=bob");
    CHECK(decision(renamed, "subject CN")->requested == "alice");
    CHECK(outcome(renamed, "subject CN") == "changed");
    CHECK(has_rule(renamed.findings, "cn-changed", Severity::note));
    CHECK(outcome(issue(defaults(), "client", named("bob")), "subject CN") == "granted");
}

TEST_CASE("several CNs are refused unless the operator says which name counts") {
    const x509::Request request = request_of(x509::Name::parse("CN=alice,CN=root"));
    CHECK(rules(sign(defaults(), "client", request).findings) == Texts{"cn-several"});
    CHECK(subject(sign(defaults(), "client", request, named("alice"))) == "CN=alice");
}

TEST_CASE("names that imitate, hide or break out are refused") {
    using namespace std::string_literals;
    CHECK(rules(sign_cn(std::string(65, 'a')).findings) == Texts{"text-too-long"});
    for (const std::string& cn : {"x,OU=Admin"s, "a\"b"s, "a\\b"s, "a;b"s, "a=b"s}) {
        INFO(cn);
        CHECK(rules(sign_cn(cn).findings) == Texts{"text-character"});
    }
    for (const std::string& cn : {"a\0b"s, "a\nb"s, "a\x1b[2J"s, "a\u202e"s})
        CHECK(rules(sign_cn(cn).findings) == Texts{"text-not-printable"});
    CHECK(rules(issue(defaults(), "client", named("x,OU=Admin")).findings) == Texts{"text-character"});
    CHECK(rules(issue(defaults(), "client", named("")).findings) == Texts{"text-empty"});
}

TEST_CASE("a subject that is that of the CA, or looks like it, is refused") {
    const auto config = config_of_test_profile("subject.O = \"optional\"\nsubject.C = \"optional\"");
    const x509::Name former = x509::Name::parse("CN=Former CA");
    const std::vector<x509::Name> ours{issuing().subject(), former};
    const auto rules_of = [&](const char* subject) {
        policy::Facts known = facts();
        known.ca_subjects = &ours;
        return rules(plan_certificate(config, find_profile(config, "test"),
                                      request_of(x509::Name::parse(subject)), {}, known)
                         .findings);
    };
    CHECK(issuing().subject().to_string() == "CN=Acme Issuing CA,O=Acme,C=DE");
    for (const char* subject :
         {"CN=Acme Issuing CA,O=Acme,C=DE", "CN=acme issuing ca,O=ACME,C=DE",
          "CN=Acme  Issuing CA,O=Acme,C=DE", "CN=Acme Issuing C\u0410,O=Acme,C=DE", "CN=Former CA"}) {
        INFO(subject);
        CHECK(rules_of(subject) == Texts{"subject-of-ca"});
    }
    CHECK(rules_of("CN=Acme Issuing CA 2,O=Acme,C=DE").empty());
    const auto named_alike = sign(config, "test", request_of(x509::Name::parse("CN=Acme Issuing CA")));
    CHECK(named_alike.plan);
    CHECK(has_rule(named_alike.findings, "cn-of-ca", Severity::warning));
    CHECK(rules(sign(config, "test", request_of(issuing().subject())).findings) == Texts{"subject-of-ca"});
}

TEST_CASE("letters of two scripts in a name warn and are signed") {
    const auto planned = sign_cn("\u0430lice");
    CHECK(planned.plan);
    CHECK(has_rule(planned.findings, "text-mixed-scripts", Severity::warning));
}

TEST_CASE("a request without CN, or with an empty one, needs a SAN") {
    const auto nameless = sign(defaults(), "client", request_of({}));
    CHECK(rules(nameless.findings) == Texts{"name-missing"});
    const auto planned =
        sign(defaults(), "client", request_of({}, {{x509::SanType::uri, "spiffe://acme/pay"}}));
    REQUIRE(planned.plan);
    CHECK(planned.plan->name() == "spiffe://acme/pay");
    CHECK(planned.plan->content().subject.empty());
}

TEST_CASE("what the profile doesn't want of a subject is dropped with a note") {
    const auto planned =
        sign(defaults(), "client",
             request_of(x509::Name::parse("CN=alice,O=Evil,L=Berlin,emailAddress=a@b.example")));
    CHECK(subject(planned) == "CN=alice");
    CHECK(outcome(planned, "subject O") == "dropped");
    CHECK(decision(planned, "subject L")->requested == "Berlin");
    CHECK(rules(planned.findings, Severity::note) ==
          Texts{"attribute-dropped", "attribute-dropped", "attribute-dropped"});
}

TEST_CASE("a fixed attribute is always written, whatever the request says") {
    const auto config = config_of_test_profile("subject.O = \"fixed:Acme, Inc.\"");
    CHECK(subject(issue(config, "test", named("a"))) == "CN=a,O=Acme\\, Inc.");
    const auto changed = sign(config, "test", request_of(x509::Name::parse("CN=a,O=Evil")));
    CHECK(subject(changed) == "CN=a,O=Acme\\, Inc.");
    CHECK(outcome(changed, "subject O") == "changed");
    auto options = named("a");
    options.attributes = {"O=Evil"};
    CHECK(rules(issue(config, "test", options).findings) == Texts{"attribute-fixed"});
}

TEST_CASE("an attribute that must be the CA's is the CA's or refused") {
    const auto config = config_of_test_profile("subject.O = \"same-as-ca\"\nsubject.C = \"same-as-ca\"");
    CHECK(subject(issue(config, "test", named("a"))) == "CN=a,O=Acme,C=DE");
    CHECK(subject(sign(config, "test", request_of(x509::Name::parse("CN=a,O=Acme")))) == "CN=a,O=Acme,C=DE");
    CHECK(rules(sign(config, "test", request_of(x509::Name::parse("CN=a,O=Evil"))).findings) ==
          Texts{"attribute-same-as-ca"});
    const auto missing = config_of_test_profile("subject.L = \"same-as-ca\"");
    CHECK(rules(issue(missing, "test", named("a")).findings) == Texts{"attribute-same-as-ca"});
}

TEST_CASE("required and optional attributes come from the operator or the request") {
    const auto config = config_of_test_profile("subject.L = \"required\"\nsubject.ST = \"optional\"");
    CHECK(rules(issue(config, "test", named("a")).findings) == Texts{"attribute-missing"});
    auto options = named("a");
    options.attributes = {"l=Berlin"};
    CHECK(subject(issue(config, "test", options)) == "CN=a,L=Berlin");
    const auto request = request_of(x509::Name::parse("CN=a,L=Paris,ST=X"));
    CHECK(subject(sign(config, "test", request)) == "CN=a,L=Paris,ST=X");
    const auto changed = sign(config, "test", request, options);
    CHECK(subject(changed) == "CN=a,L=Berlin,ST=X");
    CHECK(decision(changed, "subject L")->requested == "Paris");
    CHECK(rules(sign(config, "test", request_of(x509::Name::parse("CN=a,L=Paris,L=Rome"))).findings) ==
          Texts{"attribute-several"});
    CHECK(rules(sign(config, "test", request_of(raw_name({{"2.5.4.7", "x\ny"}, {oid_cn, "a"}}))).findings) ==
          Texts{"text-not-printable"});
    CHECK(
        rules(sign(config, "test", request_of(raw_name({{"2.5.4.7", std::string(129, 'x')}, {oid_cn, "a"}})))
                  .findings) == Texts{"name-too-long"});
}

TEST_CASE("an operator's attribute that nobody wants is refused") {
    const auto config = config_of_test_profile("subject.L = \"optional\"");
    const auto refused = [&](const Texts& attributes) {
        auto options = named("a");
        options.attributes = attributes;
        return rules(issue(config, "test", options).findings);
    };
    CHECK(refused({"O=Acme"}) == Texts{"attribute-unwanted"});
    CHECK(refused({"OU=Admin"}) == Texts{"attribute-malformed"});
    CHECK(refused({"CN=x"}) == Texts{"attribute-malformed"});
    CHECK(refused({"Berlin"}) == Texts{"attribute-malformed"});
    CHECK(refused({"XYZ=Berlin"}) == Texts{"attribute-malformed"});
    CHECK(refused({"L=Berlin", "L=Rome"}) == Texts{"attribute-repeated"});
}

TEST_CASE("a role is granted by the operator, and stands before the CN in the DER") {
    auto options = named("alice");
    options.ous = {"Ops", "Admin", "Ops"};
    const auto planned = issue(defaults(), "client", options);
    CHECK(subject(planned) == "CN=alice,OU=Admin,OU=Ops");
    CHECK(planned.plan->ous() == Texts{"Ops", "Admin"});
    CHECK(outcome(planned, "ou Ops") == "granted");
}

TEST_CASE("an OU that the profile doesn't allow is refused, with those that it does") {
    auto options = named("alice");
    options.ous = {"Sales"};
    const auto planned = issue(defaults(), "client", options);
    REQUIRE(rules(planned.findings) == Texts{"ou-not-allowed"});
    CHECK(planned.findings[0].detail == "profile client allows Admin, Client, Gateway, Ops");
    options = named("www.example.com");
    options.ous = {"Admin"};
    CHECK(rules(issue(defaults(), "server", options).findings) == Texts{"ou-not-allowed"});
}

TEST_CASE("a request's role that nobody granted is refused and says how to grant it") {
    const auto planned = sign_ous(defaults(), "client", {"Admin"});
    REQUIRE(rules(planned.findings) == Texts{"ou-not-granted"});
    CHECK(planned.findings[0].detail.find("`--ou Admin`") != std::string::npos);
    CHECK(outcome(planned, "ou Admin") == "refused");
    const auto granted = sign_ous(defaults(), "client", {"Admin"}, with_ous({"Admin"}));
    CHECK(subject(granted) == "CN=alice,OU=Admin");
    CHECK(outcome(granted, "ou Admin") == "granted");
    const auto no_roles = config_of_test_profile("ous = [\"Sales\"]");
    CHECK(rules(sign_ous(no_roles, "test", {"Admin"}).findings) == Texts{"ou-not-allowed"});
}

TEST_CASE("a request's other OUs are dropped with a note") {
    const auto planned = sign_ous(defaults(), "client", {"Sales", "Research, Development"});
    CHECK(subject(planned) == "CN=alice");
    CHECK(rules(planned.findings, Severity::note) == Texts{"ou-dropped", "ou-dropped"});
}

TEST_CASE("what looks like a role never slips through") {
    const auto open = config_of_test_profile("ous = [\"*\"]\nrequest_ou = \"take\"");
    for (const char* ou : {"admin", "ADMIN", "Admin ", "\u0410dmin", "x,OU=Admin"}) {
        INFO(ou);
        CHECK(rules(sign_ous(defaults(), "client", {ou}).findings) == Texts{"ou-looks-like-role"});
        CHECK(rules(sign_ous(open, "test", {ou}).findings) == Texts{"ou-looks-like-role"});
        CHECK_FALSE(sign_ous(open, "test", {}, with_ous({ou})).plan);
    }
    const auto meant = sign_ous(defaults(), "client", {"admin"}, with_ous({"Admin"}));
    CHECK(subject(meant) == "CN=alice,OU=Admin");
    CHECK(outcome(meant, "ou admin") == "changed");
}

TEST_CASE("a profile may take a request's OUs, as far as it allows them") {
    const auto config = config_of_test_profile("ous = [\"Sales\", \"Admin\"]\nrequest_ou = \"take\"");
    const auto planned = sign_ous(config, "test", {"Sales", "Legal", "Admin"});
    CHECK(planned.plan->ous() == Texts{"Sales", "Admin"});
    CHECK(outcome(planned, "ou Legal") == "dropped");
    CHECK(rules(sign_ous(config, "test", {"Ops"}).findings) == Texts{"ou-not-allowed"});
    const auto open = config_of_test_profile("ous = [\"*\"]\nrequest_ou = \"take\"");
    CHECK(sign_ous(open, "test", {"Anything"}).plan->ous() == Texts{"Anything"});
    CHECK(rules(sign_ous(open, "test", {"a,b"}).findings) == Texts{"text-character"});
    CHECK(rules(sign_ous(open, "test", Texts{"a\nb"}).findings) == Texts{"text-not-printable"});
    Texts many;
    for (int i = 0; i < 33; ++i)
        many.push_back("Team " + std::to_string(i));
    CHECK(rules(sign_ous(open, "test", many).findings) == Texts{"ou-too-many"});
}

TEST_CASE("OUs that the profile grants go to everyone, each once") {
    const auto config = config_of_test_profile("granted_ous = [\"Client\"]\nous = [\"Ops\"]");
    CHECK(sign_ous(config, "test", {"Client"}).plan->ous() == Texts{"Client"});
    CHECK(outcome(sign_ous(config, "test", {}), "ou Client") == "added");
    CHECK(sign_ous(config, "test", {}, with_ous({"Ops", "Client"})).plan->ous() == Texts{"Ops", "Client"});
}
