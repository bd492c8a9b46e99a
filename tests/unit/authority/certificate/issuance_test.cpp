#include "authority/certificate/selector.h"
#include "authority/made_ca.h"
#include "store/audit/audit.h"

#include <catch2/catch.hpp>

using namespace made_ca;

TEST_CASE("a certificate is recorded, signed by the issuing CA, and never outlives it") {
    MadeCa made;
    authority::Ca ca = made.open();
    const store::Certificate alice = made.issue(ca, "alice");
    const auto certificate = x509::Certificate::from_der(alice.der, "alice");
    CHECK(certificate.is_signed_by(ca.issuing().certificate.public_key()));
    CHECK(certificate.not_after() <= ca.issuing().certificate.not_after());
    CHECK(certificate.serial() == alice.serial);
    const auto found = authority::select(ca, "alice", start);
    CHECK(found.der == alice.der);
    CHECK(found.state == store::State::valid);
}

TEST_CASE("the intent is in the log before the certificate is") {
    MadeCa made;
    authority::Ca ca = made.open();
    store::AuditFilter filter;
    filter.serial = made.issue(ca, "alice").serial;
    std::vector<std::string> events;
    store::for_each_audit(ca.database(), filter, [&events](const store::AuditEntry& entry) {
        events.push_back(entry.event);
        return true;
    });
    CHECK(events == std::vector<std::string>{"pending", "valid"});
}

TEST_CASE("nothing is recorded when the issuing key does not open") {
    MadeCa made;
    authority::Ca ca = made.open();
    std::filesystem::remove(made.files().key("issuing"));
    CHECK_THROWS_AS(made.issue(ca, "alice"), Error);
    CHECK(store::find(ca.database(), {}, start, 10).empty());
}

TEST_CASE("a key that was revoked for compromise between planning and signing is refused") {
    MadeCa made;
    authority::Ca ca = made.open();
    const auto key = x509::PrivateKey::generate(x509::KeyType::ec_p256);
    const auto run = made.run("issue");
    const auto bob = MadeCa::plan(ca, run, "bob");
    const auto alice = authority::issue(ca, run, *MadeCa::plan(ca, run, "alice").plan, key.public_key());
    made.revoke(ca, alice, x509::RevocationReason::key_compromise);
    CHECK_THROWS_WITH(authority::issue(ca, run, *bob.plan, key.public_key()), Catch::Contains("compromise"));
}

TEST_CASE("a name that a dead run holds is free again, and its serial stays visible") {
    MadeCa made;
    {
        authority::Ca dead = made.open();
        store::Transaction transaction(dead.database());
        store::Intent intent;
        intent.issuer = dead.issuing().record.id;
        intent.serial = Bytes(16, 0x77);
        intent.profile = "client";
        intent.name = "alice";
        intent.not_before = start;
        intent.not_after = start + days(10);
        intent.spki_sha256 = Bytes(32, 1);
        intent.unique = true;
        store::record_intent(transaction, intent, start);
        authority::record_event(transaction, made.run("issue"), "pending", intent.serial);
        transaction.commit();
    }
    authority::Ca ca = made.open();
    CHECK_NOTHROW(made.issue(ca, "alice"));
    store::Filter pending;
    pending.status = store::Filter::Status::pending;
    CHECK(store::find(ca.database(), pending, start, 10).size() == 1);
}

TEST_CASE("a name means its live certificate, and several are refused with the candidates") {
    MadeCa made;
    authority::Ca ca = made.open();
    const store::Certificate first = made.issue(ca, "alice");
    made.revoke(ca, first);
    CHECK(authority::select(ca, "alice", start).id == first.id); // none is live: the one that ever had it
    const store::Certificate second = made.issue(ca, "alice");
    CHECK(authority::select(ca, "alice", start).id == second.id);
    CHECK(authority::select(ca, "cn:ALICE", start).id == second.id);
    made.revoke(ca, second);
    try {
        authority::select(ca, "alice", start);
        FAIL("not refused");
    } catch (const Error& error) {
        CHECK(error.code == Code::not_found);
        CHECK(error.findings.size() == 2);
    }
}
