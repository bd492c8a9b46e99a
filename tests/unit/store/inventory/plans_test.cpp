// Cost must not grow with the inventory: every statement goes through an index.
#include "store/inventory/presigned_answers.h"
#include "store/inventory_fixture.h"
#include "store/sqlite/connection.h"

#include <catch2/catch.hpp>

using namespace inventory;
using store::Filter;
using Status = Filter::Status;

namespace {

std::vector<std::string> plans(const store::Database& database) {
    return dynamic_cast<store::sqlite::SqliteConnection&>(database.connection()).plans();
}

} // namespace

TEST_CASE("no question is answered by reading the whole inventory") {
    Inventory ca;
    Filter filter;
    SECTION("serial") {
        filter.serial = serial_of(1);
    }
    SECTION("fingerprint") {
        filter.fingerprint = digest_of("x");
    }
    SECTION("name") {
        filter.name = "x";
    }
    SECTION("san") {
        filter.san = "dns:x";
    }
    SECTION("ou") {
        filter.ou = "x";
    }
    SECTION("owner") {
        filter.owner = "x";
    }
    SECTION("label") {
        filter.labels = {store::Label{"x", "y"}};
    }
    SECTION("expiry") {
        filter.expires_before = now;
    }
    SECTION("revoked") {
        filter.status = Status::revoked;
    }
    SECTION("held") {
        filter.status = Status::held;
    }
    SECTION("pending") {
        filter.status = Status::pending;
    }
    SECTION("name and status") {
        filter.name = "x";
        filter.status = Status::valid;
    }
    SECTION("page of all") {
        filter.after = 3;
    }
    SECTION("all by name") {
        filter.order = Filter::Order::name;
    }
    SECTION("all by expiry") {
        filter.order = Filter::Order::expiry;
    }
    SECTION("san by expiry") {
        filter.san = "dns:x";
        filter.order = Filter::Order::expiry;
    }
    SECTION("owner by name") {
        filter.owner = "x";
        filter.order = Filter::Order::name;
    }
    SECTION("what expires by name") {
        filter.expires_before = now;
        filter.order = Filter::Order::name;
    }
    store::Database fresh = ca.again();
    names(fresh, filter);
    REQUIRE(!plans(fresh).empty());
    for (const std::string& step : plans(fresh))
        CHECK_THAT(step, !Catch::StartsWith("SCAN"));
}

TEST_CASE("no change reads the whole inventory") {
    Inventory ca;
    const auto old = issue(ca.database, ca.unique("a"));
    store::Intent renewal = ca.unique("a");
    renewal.renews = old;
    const auto renewed = issue(ca.database, renewal);
    revoke(ca.database, renewed, x509::RevocationReason::certificate_hold);
    release(ca.database, renewed);
    revoke(ca.database, renewed, x509::RevocationReason::key_compromise);
    {
        store::Transaction transaction(ca.database);
        const auto number = store::take_crl_number(transaction, ca.issuing);
        store::record_crl(transaction, ca.issuing, {number, now, now + 7 * day, 1, digest_of("crl")});
        transaction.commit();
    }
    {
        store::Transaction transaction(ca.database);
        store::keep_presigned_answer(transaction,
                                     {ca.issuing, serial_of(1), x509::OcspHash::sha1, now, Bytes(800, 1)});
        CHECK(store::drop_presigned_answers(transaction, ca.issuing, x509::OcspHash::sha1, now, 10) == 1);
        transaction.commit();
    }
    CHECK_FALSE(store::presigned_answer(ca.database, ca.issuing, serial_of(1), x509::OcspHash::sha1));
    CHECK_FALSE(store::has_presigned_answers_until(ca.database, ca.issuing, x509::OcspHash::sha1, now));
    CHECK_FALSE(store::first_presigned_end(ca.database, ca.issuing));
    store::is_key_compromised(ca.database, digest_of("a"));
    store::has_unpublished_changes(ca.database, ca.issuing);
    store::latest_crl(ca.database, ca.issuing);
    store::is_revoked_and_due(ca.database, ca.issuing, serial_of(1), now);
    store::count_revoked(ca.database, ca.issuing, now);
    store::for_each_revoked(ca.database, ca.issuing, now, [](const auto&) {});
    store::audit_head(ca.database);
    store::AuditFilter about_one;
    about_one.serial = serial_of(1);
    store::for_each_audit(ca.database, about_one, [](const auto&) { return true; });

    const auto steps = plans(ca.database);
    REQUIRE(steps.size() > 20);
    for (const std::string& step : steps)
        CHECK_THAT(step, !Catch::StartsWith("SCAN"));
}

TEST_CASE("what reads everything reads it in order, without sorting") {
    Inventory ca;
    store::Database fresh = ca.again();
    names(fresh, {});
    store::walk_audit(fresh, 0);
    store::for_each_revoked(fresh, ca.issuing, now, [](const auto&) {});
    Filter ou;
    ou.ou = "Ops";
    names(fresh, ou);
    Filter expiry;
    expiry.expires_before = now;
    names(fresh, expiry);
    Filter living;
    living.live = true;
    living.order = Filter::Order::expiry;
    names(fresh, living);
    for (const std::string& step : plans(fresh))
        CHECK_THAT(step, !Catch::Contains("TEMP B-TREE") && !Catch::Contains("AUTOMATIC"));
}
