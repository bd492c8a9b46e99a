#include "authority/audit_seal.h"
#include "authority/certificate/judgement.h"
#include "authority/crl/root_crl.h"
#include "authority/health/health.h"
#include "authority/health/leftovers.h"
#include "authority/made_ca.h"
#include "authority/tier/offline.h"
#include "authority/tier/rollover.h"
#include "authority/tier/trust_files.h"
#include "refusal.h"

#include <catch2/catch.hpp>

using namespace made_ca;

namespace {

using authority::CaRole;
using State = store::IssuerState;

class RolledCa : public MadeCa {
public:
    using MadeCa::MadeCa;

    void carry_out(authority::Ca& ca, const authority::CaChange& change) {
        authority::carry_out(ca, run("ca rollover"), change);
        authority::PublicationOptions options;
        options.if_due = true;
        options.trust_changed = true;
        authority::publish(ca, run("ca rollover"), options);
    }
    void prepare(authority::Ca& ca, CaRole role) {
        carry_out(ca, authority::plan_preparation(ca, clock.now(), role, {}));
    }
    void activate(authority::Ca& ca, CaRole role) {
        carry_out(ca, authority::plan_activation(ca, clock.now(), role));
    }
    void retire(authority::Ca& ca, CaRole role) { carry_out(ca, authority::plan_retirement(ca, role)); }
    void roll_over(authority::Ca& ca, CaRole role) {
        prepare(ca, role);
        activate(ca, role);
        retire(ca, role);
    }
    std::string chain() const { return std::string(as_text(io::read_file(files().chain(), 1 << 20))); }
};

std::vector<std::string> rules_of(const std::function<void()>& action) {
    std::vector<std::string> rules;
    try {
        action();
    } catch (const Error& error) {
        for (const Finding& finding : error.findings)
            rules.push_back(finding.rule);
    }
    return rules;
}

bool nginx_accepts(RolledCa& made, authority::Ca& ca, const store::Certificate& certificate) {
    return !has_errors(
        authority::judge(ca, x509::Certificate::from_der(certificate.der, "leaf"), {}, made.clock.now(), true)
            .findings);
}

} // namespace

TEST_CASE("undo of each step gives the trust file back as it was") {
    RolledCa made;
    authority::Ca ca = made.open();
    for (const CaRole role : {CaRole::issuing, CaRole::root}) {
        const std::string before = made.chain();
        made.prepare(ca, role);
        const std::string prepared = made.chain();
        CHECK(prepared != before);
        made.activate(ca, role);
        const std::string activated = made.chain();
        made.retire(ca, role);
        made.carry_out(ca, authority::plan_undo_of_retirement(ca, role));
        CHECK(made.chain() == activated);
        made.carry_out(ca, authority::plan_undo_of_activation(ca, role));
        CHECK(made.chain() == prepared);
        made.carry_out(ca, authority::plan_undo_of_preparation(ca, made.clock.now(), role));
        CHECK(made.chain() == before);
        CHECK(code_of([&] { authority::plan_undo_of_preparation(ca, made.clock.now(), role); }) ==
              Code::not_found);
    }
}

TEST_CASE("a retired CA signs CRLs until its last certificate has expired, and one after that") {
    RolledCa made;
    authority::Ca ca = made.open();
    const store::Certificate alice = made.issue(ca, "alice");
    made.roll_over(ca, CaRole::issuing);
    made.revoke(ca, alice);
    made.publish(ca, true);
    CHECK(PublishedFile(made, "issuing").crl.entries() == 1);
    made.clock.time = alice.not_after - 1h;
    made.publish(ca);
    CHECK(PublishedFile(made, "issuing").crl.entries() == 1);
    made.clock.time = alice.not_after + 1h;
    CHECK(made.publish(ca).dropped.empty());
    CHECK(PublishedFile(made, "issuing").crl.entries() == 1); // once more: RFC 5280 3.3
    made.clock.time += 1h;
    CHECK(made.publish(ca, true).dropped == std::vector<std::string>{"issuing"});
    CHECK(ca.find_tier("issuing")->record.state == State::gone);
    CHECK_FALSE(has_errors(authority::judge_bundle(ca, made.files().bundle(), made.clock.now()).findings));
}

TEST_CASE("the expired CRL of a CA that is gone neither alarms nor keeps the bundle from being repaired") {
    RolledCa made;
    authority::Ca ca = made.open();
    made.roll_over(ca, CaRole::issuing);
    REQUIRE(made.publish(ca, true).dropped == std::vector<std::string>{"issuing"});
    made.clock.time += days(6) + 23h;
    made.publish(ca, true);
    made.clock.time += days(2); // that of the old one is over
    std::filesystem::remove(made.files().bundle());
    CHECK(authority::repair(ca, made.run("status"), false).failures.empty());
    const auto month = *policy::DueTime::parse("30d");
    for (const authority::Symptom& symptom :
         authority::examine(ca, made.clock.now(), {{month, days(30)}, {month, days(30)}}).symptoms)
        CHECK(symptom.subject != "crl of issuing");
}

TEST_CASE("what was planned under a CA that was rolled over meanwhile is not signed") {
    RolledCa made;
    authority::Ca ca = made.open();
    authority::Ca other = made.open();
    made.prepare(ca, CaRole::issuing);
    const auto late = authority::plan_activation(ca, made.clock.now(), CaRole::issuing);
    made.activate(ca, CaRole::issuing);
    CHECK(code_of([&] { made.issue(other, "alice"); }) == Code::failed);
    CHECK(code_of([&] { authority::carry_out(other, made.run("ca rollover"), late); }) == Code::failed);
    other.reload();
    CHECK(made.issue(other, "alice").issuer == ca.issuing().record.id);
}

TEST_CASE("an audit log that the former issuing CA sealed is intact") {
    RolledCa made;
    authority::Ca ca = made.open();
    made.prepare(ca, CaRole::issuing);
    const std::string head(as_text(io::read_file(made.files().audit_head(), 1 << 16)));
    made.activate(ca, CaRole::issuing);
    CHECK(authority::verify_audit(ca).findings.empty());
    io::write_file(made.files().audit_head(), head, io::Mode::public_file);
    CHECK(authority::verify_audit(ca).findings.empty());
    CHECK(authority::verify_audit(ca).unsealed > 0);
}

TEST_CASE("a new root certifies every CA whose certificates are alive, and the old one no more") {
    RolledCa made;
    authority::Ca ca = made.open();
    const store::Certificate alice = made.issue(ca, "alice");
    made.roll_over(ca, CaRole::issuing);
    const store::Certificate bob = made.issue(ca, "bob");
    made.prepare(ca, CaRole::root);
    made.activate(ca, CaRole::root);
    for (const char* name : {"issuing", "issuing-2"}) {
        const authority::Tier& tier = *ca.find_tier(name);
        CHECK(tier.certificate.is_signed_by(ca.root().certificate.public_key()));
        CHECK(ca.chain(tier.record.id).size() == 2); // with the cross certificate
        CHECK(tier.certificate.path_length() == 0U);
    }
    CHECK(nginx_accepts(made, ca, alice));
    CHECK(nginx_accepts(made, ca, bob));
    made.retire(ca, CaRole::root);
    CHECK(ca.chain(alice.issuer).size() == 1);
    CHECK(ca.certificates().size() == 3);
    CHECK(nginx_accepts(made, ca, alice));
    CHECK(nginx_accepts(made, ca, bob));
    CHECK_FALSE(authority::Ca::is_trusted(*ca.find_tier("root")));
}

TEST_CASE("a step that was not published is no ground for the next one") {
    RolledCa made;
    authority::Ca ca = made.open();
    authority::carry_out(ca, made.run("ca rollover"),
                         authority::plan_preparation(ca, start, CaRole::issuing, {}));
    CHECK(code_of([&] { authority::plan_activation(ca, start, CaRole::issuing); }) == Code::refused);
    CHECK(authority::is_publication_due(ca, start, std::nullopt));
    CHECK_FALSE(has_errors(authority::judge_bundle(ca, made.files().bundle(), start).findings));
    made.publish(ca, true);
    CHECK_FALSE(authority::is_publication_due(ca, start, std::nullopt));
    CHECK_NOTHROW(authority::plan_activation(ca, start, CaRole::issuing));
}

TEST_CASE("a bundle with a CRL too many, or one too few, is written anew") {
    RolledCa made;
    authority::Ca ca = made.open();
    const Bytes bundle = io::read_file(made.files().bundle(), 1 << 20);
    CHECK_FALSE(authority::is_publication_due(ca, start, std::nullopt));
    const std::string text(as_text(bundle));
    for (const std::string& wrong : {text + text, text.substr(0, text.find("-----BEGIN", 1))}) {
        io::write_file(made.files().bundle(), wrong, io::Mode::public_file);
        CHECK(authority::is_publication_due(ca, start, std::nullopt));
        made.publish(ca, true);
        CHECK(io::read_file(made.files().bundle(), 1 << 20) == bundle);
    }
}

TEST_CASE("a prepared CA that signed while it was active is not taken back") {
    RolledCa made;
    authority::Ca ca = made.open();
    made.prepare(ca, CaRole::issuing);
    made.activate(ca, CaRole::issuing);
    const store::Certificate alice = made.issue(ca, "alice");
    made.carry_out(ca, authority::plan_undo_of_activation(ca, CaRole::issuing));
    const auto undo = [&] { authority::plan_undo_of_preparation(ca, made.clock.now(), CaRole::issuing); };
    CHECK(code_of(undo) == Code::refused);
    made.clock.time = alice.not_after + 1s;
    CHECK(code_of(undo) == Code::done);
}

TEST_CASE("only a request of a CA of ours is signed, and only its certificate installed") {
    RolledCa made;
    authority::Ca ca = made.open();
    const auto foreign = x509::PrivateKey::generate(x509::KeyType::ec_p256);
    const auto plan = [&](const std::string& subject, const x509::PrivateKey& key) {
        const Bytes der = x509::make_ca_request(x509::Name::parse(subject), key);
        return authority::plan_ca_signature(ca, start, x509::Request::parse(der, "request"), "request", {});
    };
    CHECK(rules_of([&] { plan("CN=Evil,O=Other", foreign); }) == std::vector<std::string>{"ca-subject"});
    CHECK(code_of([&] { plan("CN=Acme Issuing CA,O=Acme", foreign); }) == Code::already);
    CHECK(rules_of([&] { plan("CN=Acme Issuing CA 2,O=Acme", ca.key(ca.root())); }) ==
          std::vector<std::string>{"ca-key", "ca-subject"});

    // Signed, but by a key that is not here.
    const auto planned = plan("CN=Acme Issuing CA 2,O=Acme", foreign);
    const Bytes request = x509::make_ca_request(planned.content.subject, foreign);
    const auto certificate = x509::Certificate::from_der(
        authority::sign_ca_request(ca, made.run("ca sign"), x509::Request::parse(request, "request"),
                                   planned),
        "certificate");
    CHECK(rules_of([&] { authority::plan_installation(ca, start, certificate); }) ==
          std::vector<std::string>{"ca-key"});

    // With our key, but signed by somebody else, for longer than the root, without a path length.
    x509::CertificateContent content = planned.content;
    content.path_length.reset();
    content.not_after += days(7300);
    content.serial = Bytes(16, 0x55);
    content.issuer = ca.root().certificate.subject().der();
    content.subject = ca.issuing().certificate.subject();
    content.spki = ca.issuing().certificate.public_key().spki();
    const auto forged = x509::Certificate::from_der(x509::sign_certificate(content, foreign), "forged");
    CHECK(rules_of([&] { authority::plan_installation(ca, start, forged); }) ==
          std::vector<std::string>{"ca-signature", "ca-form"});
}

TEST_CASE("a root's CRL from elsewhere goes forward only, and holds what it must") {
    RolledCa made;
    authority::Ca ca = made.open();
    const auto request = authority::request_root_crl(ca, made.run("ca root-crl"), "root", std::nullopt);
    CHECK(request.number == 2);
    auto older = request;
    older.number = 1;
    CHECK(rules_of([&] { authority::judge_root_crl_request(ca, made.run("ca root-crl"), older); }) ==
          std::vector<std::string>{"crl-number"});
    auto longer = request;
    longer.next_update += 1s;
    CHECK(rules_of([&] { authority::judge_root_crl_request(ca, made.run("ca root-crl"), longer); }) ==
          std::vector<std::string>{"crl-too-long"});
    const Bytes before = io::read_file(made.files().crl("root"), 1 << 20);
    CHECK(code_of([&] { authority::install_root_crl(ca, made.run("ca root-crl"), before, "file"); }) ==
          Code::already);
    made.clock.time += days(1);
    made.publish(ca);
    CHECK(rules_of([&] { authority::install_root_crl(ca, made.run("ca root-crl"), before, "file"); }) ==
          std::vector<std::string>{"crl-number", "crl-older"});
}
