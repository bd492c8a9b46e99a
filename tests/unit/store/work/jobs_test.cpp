#include "store/work/jobs.h"

#include "store/inventory_fixture.h"

#include <catch2/catch.hpp>

using namespace inventory;

namespace {

void fail(Inventory& ca, const std::string& command, Time time, const std::string& problem) {
    store::Transaction transaction(ca.database);
    store::record_failed_job(transaction, command, time, problem);
    transaction.commit();
}

} // namespace

TEST_CASE("a job that keeps failing keeps its first time and has its latest problem") {
    Inventory ca;
    CHECK(store::failed_jobs(ca.database).empty());
    fail(ca, "crl", now, "the disk is full");
    fail(ca, "renew", now + 1s, "no key");
    fail(ca, "crl", now + day, "the key is missing");
    const auto jobs = store::failed_jobs(ca.database);
    REQUIRE(jobs.size() == 2);
    CHECK(jobs[0].command == "crl");
    CHECK(jobs[0].since == now);
    CHECK(jobs[0].last == now + day);
    CHECK(jobs[0].problem == "the key is missing");
    CHECK(jobs[1].command == "renew");
}

TEST_CASE("a success clears its own job only, and then counts from the next failure") {
    Inventory ca;
    fail(ca, "crl", now, "a");
    fail(ca, "renew", now, "b");
    {
        store::Transaction transaction(ca.database);
        store::clear_failed_job(transaction, "crl");
        store::clear_failed_job(transaction, "nosuch");
        transaction.commit();
    }
    REQUIRE(store::failed_jobs(ca.database).size() == 1);
    CHECK(store::failed_jobs(ca.database)[0].command == "renew");
    fail(ca, "crl", now + day, "c");
    CHECK(store::failed_jobs(ca.database)[0].since == now + day);
}
