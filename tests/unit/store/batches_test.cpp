#include "store/batches.h"

#include "inventory_fixture.h"

#include <catch2/catch.hpp>

using namespace mtlsca;

TEST_CASE("a batch that was cut off is found by its source, the newest one, with what its rows became") {
    inventory::Inventory ca;
    const store::CertificateId alice = inventory::issue(ca.database, ca.intent("alice")),
                               bob = inventory::issue(ca.database, ca.intent("bob"));
    const store::RowDigest row = store::row_digest("alice");
    CHECK(row != store::row_digest("bob"));
    {
        store::Transaction transaction(ca.database);
        store::begin_batch(transaction, "/old.csv");
        const store::Batch batch = store::begin_batch(transaction, "/clients.csv");
        store::record_batch_row(transaction, batch.id, row, alice);
        store::record_delivered(transaction, batch.id, alice);
        transaction.commit();
    }
    CHECK_FALSE(store::find_batch(ca.database, "/other.csv"));
    const auto found = store::find_batch(ca.database, "/clients.csv");
    REQUIRE(found);
    CHECK(found->delivered == alice);
    CHECK(store::batch_row(ca.database, found->id, row) == alice);
    CHECK_FALSE(store::batch_row(ca.database, found->id, store::row_digest("bob")));
    CHECK_FALSE(store::batch_row(ca.database, found->id + 1, row));

    store::Transaction transaction(ca.database);
    store::record_batch_row(transaction, found->id, row, bob);
    CHECK(store::batch_row(ca.database, found->id, row) == bob);
    store::end_batch(transaction, "/clients.csv");
    transaction.commit();
    CHECK_FALSE(store::find_batch(ca.database, "/clients.csv"));
    CHECK_FALSE(store::batch_row(ca.database, found->id, row));
    CHECK(store::find_batch(ca.database, "/old.csv"));
}
