#include "encoding/hex.h"
#include "store/inventory_fixture.h"

#include <catch2/catch.hpp>

using namespace inventory;

namespace {

bool is_taken(store::Database& database, const store::Intent& intent, Time time = now) {
    const auto code = code_of([&] {
        store::Transaction transaction(database); // never committed
        store::record_intent(transaction, intent, time);
    });
    CHECK((!code || code == Code::already));
    return code.has_value();
}

} // namespace

TEST_CASE("a unique name is given once in its profile, whatever its case") {
    Inventory ca;
    const store::Intent alice = ca.unique("Alice");
    issue(ca.database, alice);
    CHECK(is_taken(ca.database, ca.unique("Alice")));
    CHECK(is_taken(ca.database, ca.unique("aLICE")));
    CHECK_FALSE(is_taken(ca.database, ca.unique("Alice2")));
    store::Intent server = ca.unique("alice");
    server.profile = "server";
    CHECK_FALSE(is_taken(ca.database, server));
    CHECK_FALSE(is_taken(ca.database, ca.intent("alice"))); // does not want to be alone
    try {
        record_pending(ca.database, ca.unique("alice"));
        FAIL("given twice");
    } catch (const Error& error) {
        CHECK_THAT(error.reason, Catch::Contains("serial " + encoding::to_upper_hex(alice.serial)));
        CHECK_THAT(error.hint, Catch::Contains("to renew it: mtlsca renew "));
    }
}

TEST_CASE("the constraint holds even where nobody asked before") {
    Inventory ca;
    issue(ca.database, ca.unique("a"));
    const auto other = issue(ca.database, ca.intent("A"));
    CHECK(code_of([&] {
              ca.execute("UPDATE certificate SET holds_name = 1 WHERE id = " + std::to_string(other));
          }) == Code::already);
}

TEST_CASE("a name is free again after expiry and revocation, not after a hold") {
    Inventory ca;
    const auto id = issue(ca.database, ca.unique("a"));
    CHECK(is_taken(ca.database, ca.unique("a"), now + 90 * day)); // its last second
    CHECK_FALSE(is_taken(ca.database, ca.unique("a"), now + 90 * day + 1s));
    revoke(ca.database, id, x509::RevocationReason::certificate_hold);
    CHECK(is_taken(ca.database, ca.unique("a")));
    revoke(ca.database, id);
    CHECK_FALSE(is_taken(ca.database, ca.unique("a")));
}

TEST_CASE("what a dead process left pending holds no name; what this one is at work on does") {
    Inventory ca;
    record_pending(ca.database, ca.unique("a"));
    CHECK(is_taken(ca.database, ca.unique("a"))); // the second row of the same batch
    store::Database next = ca.again();
    CHECK_FALSE(is_taken(next, ca.unique("a")));
}

TEST_CASE("a renewal takes the name over, and a renewal that died gives it back") {
    Inventory ca;
    const auto old = issue(ca.database, ca.unique("a"));
    store::Intent renewal = ca.unique("a");
    renewal.renews = old;
    const auto dead = record_pending(ca.database, renewal);
    CHECK(store::by_id(ca.database, dead)->unique);
    CHECK_FALSE(store::by_id(ca.database, old)->unique);

    store::Database next = ca.again();
    CHECK(is_taken(next, ca.unique("a"))); // the old one lives
    store::Intent second = ca.unique("a");
    second.renews = old;
    const auto renewed = issue(next, second);
    CHECK(is_taken(next, ca.unique("a")));

    SECTION("the old one may go") {
        revoke(next, old);
        CHECK(is_taken(next, ca.unique("a")));
    }
    SECTION("with the new one revoked the old one, which still lives, has the name again") {
        revoke(next, renewed);
        CHECK(store::by_id(next, old)->unique);
        CHECK(is_taken(next, ca.unique("a")));
        revoke(next, old);
        CHECK_FALSE(is_taken(next, ca.unique("a")));
    }
    SECTION("after both have expired it is free") {
        CHECK_FALSE(is_taken(next, ca.unique("a"), now + 200 * day));
    }
}
