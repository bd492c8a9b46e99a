#include "store/inventory_fixture.h"

#include <catch2/catch.hpp>

using namespace inventory;
using store::State;
using x509::RevocationReason;

TEST_CASE("what was intended is read back to the last field") {
    Inventory ca;
    const auto first = issue(ca.database, ca.intent("first"));
    store::Intent intent = ca.intent("Ädgar \"x\" \x01");
    intent.sans = {"dns:a.example.com", "ip:2001:db8::1", "uri:spiffe://example.com/a"};
    intent.ous = {"Admin", "line\nbreak", "back\\slash\\n", ""};
    intent.bindings = {"10.0.0.0/8"};
    intent.labels = {{"team", "blue=green"}, {"empty", ""}};
    intent.owner = "bob@example.com";
    intent.unique = true;
    intent.renews = first;
    const auto id = record_pending(ca.database, intent);
    const auto pending = store::by_id(ca.database, id);
    REQUIRE(pending);
    CHECK(pending->state == State::pending);
    CHECK(pending->der.empty());
    CHECK(pending->fingerprint.empty());
    CHECK_FALSE(pending->revocation);

    record_valid(ca.database, id, intent);
    const auto valid = store::by_id(ca.database, id);
    REQUIRE(valid);
    CHECK(valid->issuer == intent.issuer);
    CHECK(valid->serial == intent.serial);
    CHECK(valid->profile == intent.profile);
    CHECK(valid->name == intent.name);
    CHECK(valid->subject == intent.subject);
    CHECK(valid->sans == intent.sans);
    CHECK(valid->ous == intent.ous);
    CHECK(valid->bindings == intent.bindings);
    CHECK(valid->labels == intent.labels);
    CHECK(valid->owner == intent.owner);
    CHECK(valid->not_before == intent.not_before);
    CHECK(valid->not_after == intent.not_after);
    CHECK(valid->spki_sha256 == intent.spki_sha256);
    CHECK(valid->unique);
    CHECK(valid->renews == first);
    CHECK(valid->state == State::valid);
    CHECK(valid->recorded_at == now);
    CHECK(valid->der == der_of(intent));
    CHECK(valid->fingerprint == digest_of(as_text(der_of(intent))));
    CHECK_FALSE(store::by_id(ca.database, id + 1));
}

TEST_CASE("a serial is recorded once for each issuer") {
    Inventory ca;
    const store::Intent intent = ca.intent("a");
    const auto id = issue(ca.database, intent);
    CHECK(code_of([&] { record_pending(ca.database, intent); }) == Code::already);
    store::Intent of_root = intent;
    of_root.issuer = ca.root;
    CHECK_NOTHROW(record_pending(ca.database, of_root));
    CHECK(code_of([&] { record_valid(ca.database, id, intent); }) == Code::already);
    CHECK(code_of([&] { record_valid(ca.database, id + 100, intent); }) == Code::not_found);
}

TEST_CASE("without commit nothing is recorded") {
    Inventory ca;
    {
        store::Transaction transaction(ca.database);
        store::record_intent(transaction, ca.intent("a"), now);
    }
    CHECK(names(ca.database, {}).empty());
    // Nor does anything of it stick to the next transaction.
    const auto id = issue(ca.database, ca.intent("b"));
    CHECK(store::by_id(ca.database, id)->profile == "client");
}

TEST_CASE("a revocation is final, a hold is not") {
    Inventory ca;
    const auto id = issue(ca.database, ca.intent("a"));
    CHECK(code_of([&] { release(ca.database, id); }) == Code::already);
    revoke(ca.database, id, RevocationReason::certificate_hold, now);
    CHECK(store::by_id(ca.database, id)->state == State::held);
    CHECK(is_live(*store::by_id(ca.database, id), now));
    CHECK(code_of([&] { revoke(ca.database, id, RevocationReason::certificate_hold); }) == Code::already);

    release(ca.database, id);
    CHECK(store::by_id(ca.database, id)->state == State::valid);
    CHECK_FALSE(store::by_id(ca.database, id)->revocation);

    revoke(ca.database, id, RevocationReason::certificate_hold, now + 1 * day);
    revoke(ca.database, id, RevocationReason::privilege_withdrawn, now + 2 * day);
    const auto revoked = store::by_id(ca.database, id);
    CHECK(revoked->state == State::revoked);
    CHECK(revoked->revocation->reason == RevocationReason::privilege_withdrawn);
    CHECK(revoked->revocation->revoked_at == now + 1 * day); // refused since the hold
    for (const auto reason : {RevocationReason::superseded, RevocationReason::certificate_hold})
        CHECK(code_of([&] { revoke(ca.database, id, reason); }) == Code::already);
    CHECK(code_of([&] { release(ca.database, id); }) == Code::already);
    CHECK(code_of([&] { revoke(ca.database, id + 100); }) == Code::not_found);
}

TEST_CASE("the date since when a key is doubted survives the step from hold to revocation") {
    Inventory ca;
    const auto id = issue(ca.database, ca.intent("a"));
    {
        store::Transaction transaction(ca.database);
        store::revoke(transaction, id, {RevocationReason::certificate_hold, now, now - 3 * day});
        store::revoke(transaction, id, {RevocationReason::key_compromise, now + 1 * day, std::nullopt});
        transaction.commit();
    }
    CHECK(store::by_id(ca.database, id)->revocation->invalidity_date == now - 3 * day);
}

TEST_CASE("a pending certificate can be revoked, and stays so when its signature arrives") {
    Inventory ca;
    const store::Intent intent = ca.intent("a");
    const auto id = record_pending(ca.database, intent);
    revoke(ca.database, id);
    record_valid(ca.database, id, intent);
    const auto revoked = store::by_id(ca.database, id);
    CHECK(revoked->state == State::revoked);
    CHECK(revoked->der == der_of(intent));

    const store::Intent other = ca.intent("b");
    const auto held = record_pending(ca.database, other);
    revoke(ca.database, held, RevocationReason::certificate_hold);
    release(ca.database, held);
    CHECK(store::by_id(ca.database, held)->state == State::pending);
}

TEST_CASE("only keyCompromise bans a key, and for good") {
    Inventory ca;
    const auto kept = issue(ca.database, ca.intent("kept"));
    const auto lost = issue(ca.database, ca.intent("lost"));
    revoke(ca.database, kept, RevocationReason::superseded);
    revoke(ca.database, lost, RevocationReason::key_compromise);
    CHECK_FALSE(store::is_key_compromised(ca.database, digest_of("kept")));
    CHECK(store::is_key_compromised(ca.database, digest_of("lost")));
    // A second certificate with the same key.
    CHECK_NOTHROW(
        revoke(ca.database, issue(ca.database, ca.intent("lost")), RevocationReason::key_compromise));
}

TEST_CASE("issuers are read back, parents first") {
    Inventory ca;
    const auto all = store::issuers(ca.database);
    REQUIRE(all.size() == 2);
    CHECK(all[0].name == "root");
    CHECK_FALSE(all[0].parent);
    CHECK_FALSE(all[0].issues);
    CHECK(all[1].id == ca.issuing);
    CHECK(all[1].parent == ca.root);
    CHECK(all[1].issues);
    CHECK(all[1].certificate == Bytes(500, 1));
    CHECK(all[1].spki_sha256 == digest_of("issuing"));
}
