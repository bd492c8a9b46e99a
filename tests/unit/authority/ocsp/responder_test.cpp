#include "asking.h"
#include "encoding/hex.h"

#include <catch2/catch.hpp>

using namespace asking;
using x509::OcspStatus;

TEST_CASE("good is only who was issued; pending, unissued and foreign serials are not") {
    Asked asked;
    authority::Ca ca = asked.made.open();
    const store::Certificate alice = asked.made.issue(ca, "alice");
    CHECK(asked.status_of(alice.serial) == Status::good);
    CHECK(asked.status_of({0x77}) == Status::unknown);
    CHECK(asked.status_of({0x00}) == Status::unknown);
    CHECK(asked.status_of(Bytes(300, 0x7f)) == Status::unknown);
    // Of another issuer of ours.
    CHECK(asked.status_of(ca.root(), alice.serial) == Status::unknown);
    CHECK(asked.status_of(ca.issuing().certificate.serial()) == Status::unknown);

    store::Intent intent;
    intent.issuer = ca.issuing().record.id;
    intent.serial = {0x31};
    intent.profile = "client";
    intent.name = "cut off";
    intent.not_after = asked.made.clock.now() + days(1);
    intent.spki_sha256 = Bytes(32, 9);
    store::Transaction transaction(ca.database());
    store::record_intent(transaction, intent, asked.made.clock.now());
    transaction.commit();
    CHECK(asked.status_of({0x31}) == Status::unknown);
}

TEST_CASE("a revocation, a hold and a release by another process are in the next answer") {
    Asked asked;
    authority::Ca ca = asked.made.open();
    const store::Certificate alice = asked.made.issue(ca, "alice");
    CHECK(asked.status_of(alice.serial) == Status::good);
    asked.made.revoke(ca, alice, x509::RevocationReason::certificate_hold);
    CHECK(asked.status_of(alice.serial) == Status::revoked);
    authority::release(ca, asked.made.run("unhold"), {alice});
    CHECK(asked.status_of(alice.serial) == Status::good);
    asked.made.revoke(ca, alice);
    CHECK(asked.status_of(alice.serial) == Status::revoked);
}

TEST_CASE("a revoked certificate comes with its time and its reason") {
    Asked asked;
    authority::Ca ca = asked.made.open();
    const store::Certificate alice = asked.made.issue(ca, "alice");
    asked.made.revoke(ca, alice);
    const auto answer = asked.ask(question(ca.issuing().certificate, {alice.serial}));
    // RevokedInfo: [1] { GeneralizedTime, [0] { ENUMERATED 1 } }
    const Bytes reason{0xa0, 3, der::enumerated, 1, 1};
    const Bytes revoked = der::element(der::context_constructed(1),
                                       {der::generalized_time_element(asked.made.clock.now()), reason});
    CHECK(as_text(answer.der).find(as_text(revoked)) != std::string_view::npos);
}

TEST_CASE("the root answers for issuing CAs and for itself, and with one tier for everybody") {
    Asked asked;
    const authority::Ca ca = asked.made.open();
    CHECK(asked.status_of(ca.root(), ca.issuing().certificate.serial()) == Status::good);
    CHECK(asked.status_of(ca.root(), ca.root().certificate.serial()) == Status::good);
    Asked one(true);
    authority::Ca single = one.made.open();
    CHECK(one.status_of(one.made.issue(single, "alice").serial) == Status::good);
}

TEST_CASE("serials that were never issued are revoked where the settings say so, on hold since 1970") {
    Asked asked;
    io::write_file(asked.made.files().settings(),
                   std::string(settings) + "[ocsp]\nunknown = \"revoked\"\nnonce = \"ignore\"\n",
                   io::Mode::public_file);
    asked.responder.emplace(asked.made.open(), asked.made.clock.now());
    authority::Ca ca = asked.made.open();
    CHECK(asked.status_of({0x77}) == Status::revoked);
    CHECK(asked.status_of(asked.made.issue(ca, "alice").serial) == Status::good);
    const auto answer = asked.ask(
        question(ca.issuing().certificate, {{0x77}}, x509::OcspHash::sha1, as_bytes("0123456789abcdef")));
    const auto holds = [&](ByteView part) {
        return as_text(answer.der).find(as_text(part)) != std::string_view::npos;
    };
    CHECK(holds(as_bytes("19700101000000Z")));
    CHECK(holds(der::oid_element("1.3.6.1.5.5.7.48.1.9")));
    CHECK_FALSE(holds(as_bytes("0123456789abcdef")));
    CHECK(answer.is_cacheable);
}

TEST_CASE("an answer may be kept unless it has a nonce or is about several") {
    Asked asked;
    authority::Ca ca = asked.made.open();
    const Bytes alice = asked.made.issue(ca, "alice").serial;
    const x509::Certificate& issuer = ca.issuing().certificate;
    for (const auto hash :
         {x509::OcspHash::sha1, x509::OcspHash::sha256, x509::OcspHash::sha384, x509::OcspHash::sha512}) {
        const auto answer = asked.ask(question(issuer, {alice}, hash));
        CHECK(answer.is_cacheable);
        CHECK(answer.produced_at == start);
        CHECK(answer.this_update == start - 5min);
        CHECK(answer.next_update == start + 24h);
    }
    CHECK_FALSE(asked.ask(question(issuer, {alice}, x509::OcspHash::sha1, as_bytes("x"))).is_cacheable);
    CHECK_FALSE(asked.ask(question(issuer, {alice, {0x77}})).is_cacheable);
    CHECK(asked.ask(question(issuer, {alice, {0x77}})).status == OcspStatus::successful);
}

TEST_CASE("what cannot be answered says why, and says good of nobody") {
    Asked asked;
    authority::Ca ca = asked.made.open();
    const Bytes alice = asked.made.issue(ca, "alice").serial;
    const Bytes garbage{0x30, 0x03, 0x01, 0x01, 0xff};
    CHECK(asked.ask(garbage).status == OcspStatus::malformed_request);
    CHECK(asked.ask({}).status == OcspStatus::malformed_request);
    const MadeCa other;
    CHECK(asked.ask(question(other.open().issuing().certificate, {alice})).status ==
          OcspStatus::unauthorized);
    // The delegate ends, and nobody renewed it.
    asked.made.clock.time += days(14);
    CHECK(asked.ask(question(ca.issuing().certificate, {alice})).status == OcspStatus::try_later);
    CHECK(asked.responder->problems(asked.made.clock.now()).size() == 1);
    CHECK(asked.status_of(ca.root(), ca.issuing().certificate.serial()) == Status::good);
}

TEST_CASE("no answer outlives the certificate of who signed it") {
    Asked asked;
    const authority::Ca ca = asked.made.open();
    asked.made.clock.time += days(14) - 1h;
    const auto answer = asked.ask(question(ca.issuing().certificate, {{0x77}}));
    CHECK(answer.next_update == asked.made.clock.now() + 1h);
}

TEST_CASE("the generation moves with every commit of another process, and stays without one") {
    Asked asked;
    const Time now = asked.made.clock.now();
    const std::uint64_t before = asked.responder->generation(now);
    asked.ask(question(asked.made.open().issuing().certificate, {{0x77}}));
    CHECK(asked.responder->generation(now) == before);
    authority::Ca ca = asked.made.open();
    asked.made.issue(ca, "alice");
    CHECK(asked.responder->generation(now) > before);
}

TEST_CASE("a delegate that another process renewed is used within a second") {
    Asked asked;
    asked.made.clock.time += days(8);
    authority::Ca ca = asked.made.open();
    const authority::DelegateRenewal renewal = authority::renew_delegates(ca, asked.made.run("crl"));
    REQUIRE(renewal.made.size() == 1);
    const auto response =
        x509::OcspResponse::read(asked.ask(question(ca.issuing().certificate, {{0x77}})).der, "answer");
    CHECK(response.certificates.at(0) == renewal.made[0].der);
}

TEST_CASE("what is remembered of a serial is forgotten with whatever another process commits") {
    Asked asked;
    authority::Ca ca = asked.made.open();
    const store::Certificate alice = asked.made.issue(ca, "alice"), bob = asked.made.issue(ca, "bob");
    // As a server does that answers this one request after a look.
    const auto status_of = [&](const Bytes& serial) {
        const auto answer = asked.responder->answer_as_of_generation(
            question(ca.issuing().certificate, {serial}, x509::OcspHash::sha1, as_bytes("nonce")),
            asked.made.clock.now());
        asked.responder->release();
        return x509::OcspResponse::read(answer.der, "answer").responses.at(0).status;
    };
    const auto look = [&] { asked.responder->generation(asked.made.clock.now()); };
    for (int i = 0; i < 2; ++i) // read, remembered
        CHECK(status_of(alice.serial) == Status::good);
    asked.made.revoke(ca, alice, x509::RevocationReason::certificate_hold);
    // Without a look this is what is remembered: else all this would test nothing.
    CHECK(status_of(alice.serial) == Status::good);
    look();
    CHECK(status_of(alice.serial) == Status::revoked);
    authority::release(ca, asked.made.run("unhold"), {alice});
    look();
    CHECK(status_of(alice.serial) == Status::good);
    // What has to be read tells of commits since, too, and nothing older is said after it.
    asked.made.revoke(ca, alice);
    CHECK(status_of(bob.serial) == Status::good);
    CHECK(status_of(alice.serial) == Status::revoked);
}

TEST_CASE("what is answered between a look and the release is of one state, read and remembered") {
    Asked asked;
    authority::Ca ca = asked.made.open();
    const store::Certificate alice = asked.made.issue(ca, "alice"), bob = asked.made.issue(ca, "bob");
    const auto statuses = [&] {
        const auto answer = asked.responder->answer_as_of_generation(
            question(ca.issuing().certificate, {alice.serial, bob.serial}), asked.made.clock.now());
        const auto response = x509::OcspResponse::read(answer.der, "answer");
        return std::pair(response.responses.at(0).status, response.responses.at(1).status);
    };
    CHECK(asked.status_of(alice.serial) == Status::good);
    asked.made.revoke(ca, alice);
    // alice is remembered as good and bob is not: reading him finds the commit.
    CHECK(statuses() == std::pair(Status::revoked, Status::good));
    asked.made.revoke(ca, bob);
    CHECK(statuses() == std::pair(Status::revoked, Status::good));
    asked.responder->generation(asked.made.clock.now());
    CHECK(statuses() == std::pair(Status::revoked, Status::revoked));
}
