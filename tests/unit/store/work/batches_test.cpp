#include "store/work/batches.h"

#include "store/inventory_fixture.h"

#include <catch2/catch.hpp>

using namespace mtlsca;

TEST_CASE("a batch that was cut off is found by its source, the newest one, with what its rows became") {
    inventory::Inventory ca;
    const store::CertificateId alice = inventory::issue(ca.database, ca.intent("alice")),
                               bob = inventory::issue(ca.database, ca.intent("bob"));
    const store::RowDigest row = store::row_digest("alice"), other = store::row_digest("bob");
    CHECK(row != other);
    {
        store::Transaction transaction(ca.database);
        store::begin_batch(transaction, "/old.csv");
        const store::Batch batch = store::begin_batch(transaction, "/clients.csv");
        store::record_batch_row(transaction, batch, row, alice);
        store::record_delivered(transaction, batch, alice - 1);
        transaction.commit();
    }
    CHECK_FALSE(store::find_batch(ca.database, "/other.csv"));
    const auto cut_off = store::find_batch(ca.database, "/clients.csv");
    REQUIRE(cut_off);
    CHECK_FALSE(store::batch_row(ca.database, *cut_off, other));

    store::Transaction transaction(ca.database);
    const store::Batch batch = store::begin_batch(transaction, "/clients.csv", *cut_off);
    store::record_batch_row(transaction, batch, other, bob);
    store::record_delivered(transaction, batch, bob);
    const auto found = store::find_batch(ca.database, "/clients.csv");
    REQUIRE(found);
    CHECK(found->size() == 2);
    const auto earlier = store::batch_row(ca.database, *found, row),
               later = store::batch_row(ca.database, *found, other);
    REQUIRE((earlier && later));
    CHECK(earlier->certificate == alice);
    CHECK_FALSE(earlier->is_delivered); // by its own run, whatever the later one has delivered
    CHECK_FALSE(earlier->is_new);
    CHECK(later->certificate == bob);
    CHECK(later->is_delivered);
    CHECK(later->is_new);
    store::record_batch_row(transaction, batch, row, bob);
    CHECK(store::batch_row(ca.database, *found, row)->certificate == bob);

    store::end_batch(transaction, batch);
    transaction.commit();
    CHECK_FALSE(store::find_batch(ca.database, "/clients.csv"));
    CHECK_FALSE(store::batch_row(ca.database, batch, row));
    CHECK(store::find_batch(ca.database, "/old.csv"));
}
