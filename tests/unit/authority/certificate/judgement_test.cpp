#include "authority/certificate/judgement.h"
#include "authority/made_ca.h"
#include "encoding/pem.h"

#include <catch2/catch.hpp>

using namespace made_ca;

namespace {

Bytes content_of(const io::Path& path) {
    return io::read_file(path, 1 << 20);
}

std::string crl_pem(const MadeCa& made, const char* tier) {
    return encoding::to_pem("X509 CRL", content_of(made.files().crl(tier)));
}

// The rules that judge_bundle finds broken by a bundle of this text.
std::vector<std::string> rules(MadeCa& made, authority::Ca& ca, std::string_view bundle) {
    const io::Path file = made.folder / "bundle.pem";
    io::write_file(file, bundle, io::Mode::public_file);
    std::vector<std::string> rules;
    for (const Finding& finding : authority::judge_bundle(ca, file, made.clock.now()).findings)
        rules.push_back(finding.rule);
    return rules;
}

using Rules = std::vector<std::string>;

} // namespace

TEST_CASE("the traps that nginx -t passes are found in a bundle") {
    MadeCa made;
    authority::Ca ca = made.open();
    const std::string root = crl_pem(made, "root");
    const std::string issuing = crl_pem(made, "issuing");
    CHECK(rules(made, ca, issuing + root).empty());
    CHECK(rules(made, ca, issuing) == Rules{"crl-missing"});
    CHECK(rules(made, ca, issuing + root + issuing) == Rules{"crl-duplicate"});
    CHECK(rules(made, ca, as_text(content_of(made.files().crl("root")))) == Rules{"crl-not-pem"});
    CHECK(rules(made, ca, as_text(content_of(made.files().chain()))) ==
          Rules{"crl-not-a-crl", "crl-not-a-crl", "crl-missing", "crl-missing"});
    CHECK(rules(made, ca, issuing + root.substr(0, root.size() / 2)) == Rules{"crl-malformed"});
    Bytes cut = content_of(made.files().crl("root"));
    cut.resize(cut.size() - 5);
    CHECK(rules(made, ca, issuing + encoding::to_pem("X509 CRL", cut)) == Rules{"crl-malformed"});
    const MadeCa other;
    CHECK(rules(made, ca, issuing + crl_pem(other, "root")) == Rules{"crl-signature"});
    made.clock.time = start + days(8);
    CHECK(rules(made, ca, issuing + root) == Rules{"crl-expired"});
    made.clock.time = start + days(6) + 1h;
    CHECK(rules(made, ca, issuing + root) == Rules{"crl-due"});
    made.clock.time = start + days(7) - 1h;
    CHECK(rules(made, ca, issuing + root) == Rules{"crl-expiring"});
    made.clock.time = start - days(1);
    CHECK(rules(made, ca, issuing + root) == Rules{"crl-future", "crl-future"});
}

TEST_CASE("a bundle that lacks a revocation is told") {
    MadeCa made;
    authority::Ca ca = made.open();
    const std::string old = crl_pem(made, "issuing") + crl_pem(made, "root");
    made.revoke(ca, made.issue(ca, "alice"));
    CHECK(rules(made, ca, old) == Rules{"crl-unpublished"});
    made.clock.time += 1h;
    made.publish(ca);
    CHECK(rules(made, ca, old) == Rules{"crl-old", "crl-old"});
}

TEST_CASE("verify knows a revocation that is not yet published, and --as-nginx only what nginx knows") {
    MadeCa made;
    authority::Ca ca = made.open();
    const store::Certificate alice = made.issue(ca, "alice");
    const auto certificate = x509::Certificate::from_der(alice.der, "alice");
    CHECK_FALSE(has_errors(authority::judge(ca, certificate, {}, start, false).findings));
    made.revoke(ca, alice);
    CHECK(has_errors(authority::judge(ca, certificate, {}, start, false).findings));
    CHECK_FALSE(has_errors(authority::judge(ca, certificate, {}, start, true).findings));
    made.publish(ca);
    CHECK(has_errors(authority::judge(ca, certificate, {}, start, true).findings));
}

TEST_CASE("a certificate of the CA's key that the inventory does not know is refused") {
    MadeCa made;
    authority::Ca ca = made.open();
    const auto key = x509::PrivateKey::generate(x509::KeyType::ec_p256);
    x509::CertificateContent content = MadeCa::plan(ca, made.run("issue"), "ghost").plan->content();
    content.serial = Bytes(16, 0x55);
    content.issuer = ca.issuing().certificate.subject().der();
    content.spki = key.public_key().spki();
    content.authority_key_identifier = ca.issuing().certificate.subject_key_identifier();
    const Bytes der = x509::sign_certificate(content, ca.key(ca.issuing()));
    const auto judgement = authority::judge(ca, x509::Certificate::from_der(der, "ghost"), {}, start, false);
    REQUIRE(judgement.findings.size() == 1);
    CHECK(judgement.findings[0].rule == "verify-unknown");
}
