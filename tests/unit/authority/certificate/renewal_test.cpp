#include "authority/certificate/renewal.h"
#include "authority/made_ca.h"
#include "encoding/hex.h"
#include "store/audit/audit.h"
#include "store/inventory/planned_revocations.h"

#include <catch2/catch.hpp>

using namespace made_ca;

namespace {

// With a predecessor's key, or a new one where `rekey`.
store::Certificate renew(MadeCa& made, authority::Ca& ca, const store::Certificate& predecessor,
                         authority::IssueOptions options = {}) {
    const auto run = made.run("renew");
    auto renewal = authority::plan_renewal(ca, run, predecessor, {});
    REQUIRE(renewal.planned.plan);
    options.renews = predecessor.id;
    return authority::issue(ca, run, *renewal.planned.plan, *renewal.key, options);
}

std::vector<std::string> due(authority::Ca& ca, Time now, const authority::DueOptions& options = {}) {
    std::vector<std::string> names;
    authority::for_each_due(ca, now, options,
                            [&](const store::Certificate& one) { names.push_back(one.name); });
    return names;
}

std::string refusal(MadeCa& made, authority::Ca& ca, store::CertificateId id) {
    const auto renewal = authority::plan_renewal(ca, made.run("renew"), *store::by_id(ca.database(), id), {});
    return renewal.planned.plan ? "granted" : renewal.planned.findings.front().rule;
}

void set(MadeCa& made, const std::string& key) {
    const io::Path file = made.files().settings();
    const Bytes text = io::read_file(file, 1 << 20);
    io::write_file(file, std::string(as_text(text)) + key + "\n", io::Mode::public_file);
}

void deliver_all(authority::Ca& ca, store::CertificateId id, Time now) {
    for (const store::Delivery& delivery : store::deliveries_of(ca.database(), id)) {
        store::Transaction transaction(ca.database());
        store::remove_delivery(transaction, delivery, now);
        transaction.commit();
    }
}

using Names = std::vector<std::string>;

} // namespace

TEST_CASE("a renewal is linked, keeps its unique name beside its predecessor, and is made once") {
    MadeCa made;
    authority::Ca ca = made.open();
    const auto alice = made.issue(ca, "alice");
    const auto second = renew(made, ca, alice);
    CHECK(store::by_id(ca.database(), second.id)->renews == alice.id);
    CHECK(second.spki_sha256 == alice.spki_sha256);
    CHECK(store::is_live(*store::by_id(ca.database(), alice.id), start));
    CHECK_THROWS_WITH(renew(made, ca, alice), Catch::Contains("is renewed by"));
    store::AuditFilter filter;
    filter.serial = second.serial;
    std::vector<std::string> details;
    store::for_each_audit(ca.database(), filter, [&](const store::AuditEntry& entry) {
        details.push_back(entry.detail);
        return true;
    });
    CHECK(details.front() == "renews " + encoding::to_upper_hex(alice.serial));
    made.revoke(ca, second, x509::RevocationReason::superseded);
    CHECK_NOTHROW(renew(made, ca, alice));
}

TEST_CASE("nothing is renewed that was revoked between planning and signing") {
    MadeCa made;
    authority::Ca ca = made.open();
    const auto alice = made.issue(ca, "alice");
    const auto run = made.run("renew");
    const auto renewal = authority::plan_renewal(ca, run, alice, {});
    made.revoke(ca, alice, x509::RevocationReason::superseded);
    authority::IssueOptions options;
    options.renews = alice.id;
    CHECK_THROWS_WITH(authority::issue(ca, run, *renewal.planned.plan, *renewal.key, options),
                      Catch::Contains("not valid any more"));
}

TEST_CASE("revoked, held and expired ones are refused, the last unless the profile allows it") {
    MadeCa made;
    set(made, "renew_expired = \"5d\"");
    authority::Ca ca = made.open();
    const auto revoked = made.issue(ca, "revoked");
    const auto held = made.issue(ca, "held");
    const auto expired = made.issue(ca, "expired");
    made.revoke(ca, revoked);
    made.revoke(ca, held, x509::RevocationReason::certificate_hold);
    CHECK(refusal(made, ca, revoked.id) == "renewal-revoked");
    CHECK(refusal(made, ca, held.id) == "renewal-held");
    made.clock.time = start + days(15);
    CHECK(refusal(made, ca, expired.id) == "granted");
    made.clock.time += Duration(1);
    CHECK(refusal(made, ca, expired.id) == "renewal-expired");
}

TEST_CASE("due is who has no more left than the profile or the operator says, in the order of expiry") {
    MadeCa made;
    authority::Ca ca = made.open();
    made.issue(ca, "alice");
    made.clock.time += days(1);
    made.issue(ca, "bob");
    const Time alice_due = start + days(10) - Duration(days(10) + 5min) * 33 / 100;
    CHECK(due(ca, alice_due - Duration(1)).empty());
    CHECK(due(ca, alice_due) == Names{"alice"});
    CHECK(due(ca, alice_due + days(1)) == Names{"alice", "bob"});
    CHECK(due(ca, start + days(10)) == Names{"alice", "bob"});
    CHECK(due(ca, start + days(10) + Duration(1)) == Names{"bob"}); // expired: not without renew_expired
    authority::DueOptions two_days;
    two_days.due = policy::DueTime::parse("2d");
    CHECK(due(ca, start + days(8) - Duration(1), two_days).empty());
    CHECK(due(ca, start + days(8), two_days) == Names{"alice"});
}

TEST_CASE("the visitor renews while it walks, and a second walk finds nothing") {
    MadeCa made;
    authority::Ca ca = made.open();
    for (int i = 0; i < 20; ++i)
        made.issue(ca, "host" + std::to_string(i));
    const auto renew_due = [&](const char* text) {
        authority::DueOptions options;
        options.due = policy::DueTime::parse(text);
        int renewed = 0;
        authority::for_each_due(ca, made.clock.time, options, [&](const store::Certificate& one) {
            renew(made, ca, one);
            ++renewed;
        });
        return renewed;
    };
    made.clock.time += days(7);
    CHECK(renew_due("33%") == 20);
    CHECK(renew_due("33%") == 0);
    // Longer than any lifetime: what was renewed is due when half of its own is over.
    CHECK(renew_due("90d") == 0);
    made.issue(ca, "new");
    CHECK(renew_due("90d") == 1);
    CHECK(renew_due("90d") == 0);
    made.clock.time += days(5);
    CHECK(renew_due("90d") == 21);
}

TEST_CASE("an expired one is due as long as its profile says, unless another has its name now") {
    MadeCa made;
    set(made, "renew_expired = \"5d\"");
    authority::Ca ca = made.open();
    made.issue(ca, "down");
    made.issue(ca, "replaced");
    made.clock.time = start + days(11);
    made.issue(ca, "replaced");
    CHECK(due(ca, start + days(12)) == Names{"down"});
    CHECK(due(ca, start + days(15)) == Names{"down"});
    CHECK(due(ca, start + days(15) + Duration(1)).empty());
}

TEST_CASE("spread makes each due earlier by a part of its own, never later, always the same") {
    MadeCa made;
    authority::Ca ca = made.open();
    authority::DueOptions spread;
    spread.spread = 10h;
    std::set<Time> times;
    for (std::uint8_t i = 0; i < 100; ++i) {
        const store::Renewable one{1, Bytes(16, i), "client", "a", start, start + days(10), false};
        const Time usual = authority::due_at(ca.config(), one, {});
        const Time earlier = authority::due_at(ca.config(), one, spread);
        CHECK(earlier <= usual);
        CHECK(earlier > usual - 10h);
        CHECK(earlier == authority::due_at(ca.config(), one, spread));
        times.insert(earlier);
    }
    CHECK(times.size() == 100);
    CHECK(*times.begin() < *times.rbegin() - 8h);
}

TEST_CASE("who ends with the CA is not renewed again and again") {
    MadeCa made;
    authority::Ca ca = made.open();
    made.clock.time = ca.issuing().certificate.not_after() - days(4);
    made.issue(ca, "last");
    authority::DueOptions always;
    always.due = policy::DueTime::parse("30d");
    CHECK(due(ca, made.clock.time, always).empty());
    const auto summary =
        authority::for_each_due(ca, made.clock.time, always, [](const store::Certificate&) { FAIL("due"); });
    CHECK(summary.ending_with_ca == 1);
}

TEST_CASE("a planned revocation waits for its time, for the last delivery, and for a successor on hold") {
    MadeCa made;
    authority::Ca ca = made.open();
    const auto alice = made.issue(ca, "alice");
    authority::IssueOptions options;
    options.revoke_predecessor_after = days(2);
    options.deliveries = {"exec:true"};
    options.certificate_file = "/out/alice.crt";
    const auto second = renew(made, ca, alice, options);
    const auto run = made.run("crl");
    const auto carried_out = [&] { return authority::carry_out_planned_revocations(ca, run).revoked.size(); };

    made.clock.time += days(3); // its time has come, but the successor never arrived
    CHECK_FALSE(authority::is_planned_revocation_due(ca, made.clock.time));
    CHECK(carried_out() == 0);
    deliver_all(ca, second.id, made.clock.time);
    CHECK(carried_out() == 0); // two days from now on
    made.clock.time += days(2);
    made.revoke(ca, second, x509::RevocationReason::certificate_hold);
    CHECK_FALSE(authority::is_planned_revocation_due(ca, made.clock.time));
    authority::release(ca, run, {second});
    CHECK(authority::is_planned_revocation_due(ca, made.clock.time));
    CHECK(carried_out() == 1);
    const auto revoked = store::by_id(ca.database(), alice.id);
    CHECK(revoked->revocation->reason == x509::RevocationReason::superseded);
    CHECK(carried_out() == 0);
    made.publish(ca, /*if_due=*/true);
    CHECK(PublishedFile(made, "issuing").crl.entries() == 1);
}

TEST_CASE("the plan is dropped when the successor is revoked: the predecessor is all that is left") {
    MadeCa made;
    authority::Ca ca = made.open();
    const auto alice = made.issue(ca, "alice");
    authority::IssueOptions options;
    options.revoke_predecessor_after = Duration(0);
    const auto second = renew(made, ca, alice, options);
    made.revoke(ca, second, x509::RevocationReason::superseded);
    const auto done = authority::carry_out_planned_revocations(ca, made.run("crl"));
    CHECK(done.revoked.empty());
    CHECK(done.notes.size() == 1);
    CHECK(store::is_live(*store::by_id(ca.database(), alice.id), made.clock.time));
    CHECK_FALSE(store::planned_revocation(ca.database(), alice.id));
}

TEST_CASE("no planned revocation is carried out without the key that publishes it") {
    MadeCa made;
    authority::Ca opened = made.open();
    const auto alice = made.issue(opened, "alice");
    authority::IssueOptions options;
    options.revoke_predecessor_after = Duration(0);
    renew(made, opened, alice, options);
    std::filesystem::remove(made.files().key("issuing"));
    authority::Ca ca = made.open();
    CHECK(authority::is_planned_revocation_due(ca, made.clock.time));
    CHECK_THROWS_AS(authority::carry_out_planned_revocations(ca, made.run("crl")), Error);
    CHECK(store::is_live(*store::by_id(ca.database(), alice.id), made.clock.time));
}
