#include "policy/planning.h"

#include <catch2/catch.hpp>

using namespace planning;
using x509::SanType;

namespace {

const policy::Config& defaults() {
    static const policy::Config config = config_with("");
    return config;
}

policy::SigningOptions with_sans(policy::SigningOptions options, Texts sans) {
    options.sans = std::move(sans);
    return options;
}

policy::SigningOptions with_mode(policy::RequestSans mode) {
    policy::SigningOptions options;
    options.request_sans = mode;
    return options;
}

const x509::San dns_a{SanType::dns, "a.example.com"};
const x509::San dns_evil{SanType::dns, "evil.org"};

} // namespace

TEST_CASE("a server's name becomes a DNS or IP SAN, a client's does not") {
    CHECK(sans(issue(defaults(), "server", named("www.example.com"))) == Texts{"dns:www.example.com"});
    CHECK(sans(issue(defaults(), "server", named("10.0.0.5"))) == Texts{"ip:10.0.0.5"});
    CHECK(sans(issue(defaults(), "server", named("2001:DB8::1"))) == Texts{"ip:2001:db8::1"});
    CHECK(sans(issue(defaults(), "client", named("www.example.com"))).empty());
}

TEST_CASE("a name that cannot be a SAN is no name of a server") {
    const auto planned =
        issue(defaults(), "server", with_sans(named("Web Server 1"), {"dns:www.example.com"}));
    CHECK(rules(planned.findings) == Texts{"name-is-no-san"});
}

TEST_CASE("a request's CN becomes a server's SAN unless it is there already") {
    const auto subject = x509::Name::parse("CN=a.example.com");
    CHECK(sans(sign(defaults(), "server", request_of(subject))) == Texts{"dns:a.example.com"});
    CHECK(sans(sign(defaults(), "server", request_of(subject, {{SanType::ip, "10.0.0.1"}, dns_a}))) ==
          Texts{"dns:a.example.com", "ip:10.0.0.1"});
    const auto described = x509::Name::parse("CN=Web Server 1");
    const auto planned = sign(defaults(), "server", request_of(described, {dns_a}));
    CHECK(sans(planned) == Texts{"dns:a.example.com"});
    CHECK(has_rule(planned.findings, "name-is-no-san", Severity::note));
    CHECK(rules(sign(defaults(), "server", request_of(described)).findings) == Texts{"name-is-no-san"});
    CHECK(rules(sign(defaults(), "server", request_of(described, {dns_a}),
                     with_mode(policy::RequestSans::ignore))
                    .findings) == Texts{"name-is-no-san"});
}

TEST_CASE("wildcards are refused unless the profile allows them, as name and as SAN") {
    CHECK(rules(issue(defaults(), "server", named("*.example.com")).findings) == Texts{"san-wildcard"});
    CHECK(rules(sign(defaults(), "client",
                     request_of(x509::Name::parse("CN=a"), {{SanType::dns, "*.example.com"}}))
                    .findings) == Texts{"san-wildcard"});
    const auto config = config_of_test_profile("extended_key_usages = [\"serverAuth\"]\nname_as_san = true\n"
                                               "wildcard_dns = true");
    const auto planned = issue(config, "test", named("*.example.com"));
    CHECK(sans(planned) == Texts{"dns:*.example.com"});
    CHECK(subject(planned) == "CN=*.example.com");
    CHECK(rules(issue(config, "test", named("a.*.example.com")).findings) == Texts{"name-is-no-san"});
}

TEST_CASE("the order of SANs is name, operator, request, each once") {
    const auto request =
        request_of(x509::Name::parse("CN=a.example.com"),
                   {{SanType::dns, "c.example.com"}, dns_a, {SanType::dns, "b.example.com"}});
    const auto planned =
        sign(defaults(), "server", request, with_sans({}, {"dns:B.example.com", "dns:b.example.com"}));
    CHECK(sans(planned) == Texts{"dns:a.example.com", "dns:b.example.com", "dns:c.example.com"});
    CHECK(outcome(planned, "san dns:b.example.com") == "granted");
    CHECK(outcome(issue(defaults(), "server", named("x.example.com")), "san dns:x.example.com") == "added");
}

TEST_CASE("an operator's SAN is always checked") {
    const auto refused = [](const std::string& san) {
        return rules(issue(defaults(), "server", with_sans(named("a.example.com"), {san})).findings);
    };
    CHECK(refused("dns:bad host") == Texts{"san-malformed"});
    CHECK(refused("www.example.com") == Texts{"san-type"});
    CHECK(refused("email:a@example.com") == Texts{"san-type"});
    CHECK(refused("ip:1.2.3.4.5") == Texts{"san-malformed"});
    CHECK(refused("dns:a.example.com\n") == Texts{"san-malformed"});
}

TEST_CASE("check refuses what the profile doesn't allow, take drops it, ignore drops all") {
    const auto config = config_of_test_profile("dns_suffixes = [\"example.com\"]\nrequest_san = \"take\"");
    const auto request = request_of(x509::Name::parse("CN=alice"), {dns_a, dns_evil});
    CHECK(rules(sign(config, "test", request, with_mode(policy::RequestSans::check)).findings) ==
          Texts{"san-not-allowed"});
    const auto taken = sign(config, "test", request); // the profile's own mode
    CHECK(sans(taken) == Texts{"dns:a.example.com"});
    CHECK(outcome(taken, "san dns:evil.org") == "dropped");
    CHECK(rules(taken.findings, Severity::note) == Texts{"san-dropped"});
    const auto ignored = sign(config, "test", request, with_mode(policy::RequestSans::ignore));
    CHECK(sans(ignored).empty());
    CHECK(rules(ignored.findings, Severity::note) == Texts{"san-dropped", "san-dropped"});
}

TEST_CASE("names that cannot be read follow the same three ways") {
    auto request = request_of(x509::Name::parse("CN=alice"), {dns_a});
    request.findings = {{Severity::error, "san-malformed", "san ip:0a00000001", "has 5 octets"},
                        {Severity::error, "san-type", "san otherName:00", "is of another kind"}};
    CHECK(rules(sign(defaults(), "client", request).findings) == Texts{"san-malformed", "san-type"});
    for (auto mode : {policy::RequestSans::take, policy::RequestSans::ignore}) {
        const auto planned = sign(defaults(), "client", request, with_mode(mode));
        CHECK(planned.plan);
        CHECK(outcome(planned, "san ip:0a00000001") == "dropped");
    }
}

TEST_CASE("a SPIFFE ID stands alone among URIs, not among other names") {
    const auto signed_with = [](const Texts& sans) {
        return issue(defaults(), "client", with_sans(named("pay"), sans));
    };
    CHECK(signed_with({"uri:spiffe://acme/pay", "dns:pay.example.com"}).plan);
    CHECK(signed_with({"uri:https://a.example/", "uri:https://b.example/"}).plan);
    CHECK(rules(signed_with({"uri:spiffe://acme/pay", "uri:https://a.example/"}).findings) ==
          Texts{"san-spiffe-not-alone"});
    CHECK(rules(signed_with({"uri:spiffe://acme/pay", "uri:spiffe://acme/x"}).findings) ==
          Texts{"san-spiffe-not-alone"});
}

TEST_CASE("a certificate has at most 100 SANs") {
    std::vector<x509::San> many;
    for (int i = 0; i < 101; ++i)
        many.push_back({SanType::dns, std::to_string(i) + ".example.com"});
    CHECK(rules(sign(defaults(), "client", request_of(x509::Name::parse("CN=a"), many)).findings) ==
          Texts{"san-too-many"});
    many.pop_back();
    CHECK(sign(defaults(), "client", request_of(x509::Name::parse("CN=a"), many)).plan);
}

TEST_CASE("a CN brings no host into a server's certificate that the SANs could not") {
    const auto config = config_of_test_profile("extended_key_usages = [\"serverAuth\", \"clientAuth\"]\n"
                                               "dns_suffixes = [\"example.com\"]");
    const auto request = request_of(x509::Name::parse("CN=evil.org"), {{SanType::ip, "10.0.0.1"}});
    CHECK(rules(sign(config, "test", request).findings) == Texts{"cn-not-allowed"});
    CHECK(sign(config, "test", request_of(x509::Name::parse("CN=billing"), {dns_a})).plan);
    const auto strict = config_of_test_profile("extended_key_usages = [\"serverAuth\"]\nname_as_san = true\n"
                                               "dns_suffixes = [\"example.com\"]\nrequest_san = \"take\"");
    CHECK(rules(sign(strict, "test", request).findings) == Texts{"san-not-allowed"});
}

TEST_CASE("a server needs a SAN that its clients look at") {
    const auto config = config_of_test_profile("extended_key_usages = [\"serverAuth\"]");
    CHECK(rules(issue(config, "test", named("billing")).findings) == Texts{"lint-server-without-san"});
    CHECK(issue(config, "test", with_sans(named("billing"), {"uri:spiffe://acme/billing"})).plan);
}

TEST_CASE("names outside of the issuer's name constraints are refused before signing") {
    const auto constrained =
        x509::Certificate::parse(as_bytes(read_vector("policy/constrained.crt")), "constrained.crt");
    auto below = facts();
    below.issuer = &constrained;
    const auto& server = find_profile(defaults(), "server");
    CHECK(plan_certificate(defaults(), server, std::nullopt, named("www.example.com"), below).plan);
    const auto outside = plan_certificate(defaults(), server, std::nullopt, named("www.example.org"), below);
    CHECK(rules(outside.findings) == Texts{"name-constraint"});
    CHECK_FALSE(outside.plan);
}
