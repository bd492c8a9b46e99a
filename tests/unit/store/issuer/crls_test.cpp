#include "store/inventory_fixture.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>

using namespace inventory;
using x509::RevocationReason;

namespace {

std::uint64_t take(store::Database& database, store::IssuerId issuer, std::uint64_t above = 0) {
    store::Transaction transaction(database);
    const std::uint64_t number = store::take_crl_number(transaction, issuer, above);
    transaction.commit();
    return number;
}

void publish(store::Database& database, store::IssuerId issuer, std::uint64_t number) {
    store::Transaction transaction(database);
    store::record_crl(transaction, issuer, {number, now, now + 7 * day, 3, digest_of("crl")});
    transaction.commit();
}

std::vector<x509::CrlEntry> due(const store::Database& database, store::IssuerId issuer,
                                Time expired_before) {
    std::vector<x509::CrlEntry> entries;
    store::for_each_revoked(database, issuer, expired_before,
                            [&](const x509::CrlEntry& entry) { entries.push_back(entry); });
    return entries;
}

} // namespace

TEST_CASE("CRL numbers only rise, each issuer has its own, and a number of a dead run is not given again") {
    Inventory ca;
    CHECK(take(ca.database, ca.issuing) == 1);
    CHECK(take(ca.database, ca.issuing) == 2);
    CHECK(take(ca.database, ca.root) == 1);
    publish(ca.database, ca.issuing, 2);
    CHECK(take(ca.database, ca.issuing) == 3);
    CHECK(take(ca.database, ca.issuing, 99) == 100);
    CHECK(take(ca.database, ca.issuing, 50) == 101);
    {
        store::Transaction rolled_back(ca.database);
        CHECK(store::take_crl_number(rolled_back, ca.issuing) == 102);
    }
    CHECK(take(ca.database, ca.issuing) == 102);
    CHECK(code_of([&] { take(ca.database, 77); }) == Code::not_found);
}

TEST_CASE("past the limit of CRL numbers none is given") {
    Inventory ca;
    constexpr std::uint64_t limit = std::numeric_limits<std::int64_t>::max();
    CHECK(take(ca.database, ca.issuing, limit - 1) == limit);
    CHECK(code_of([&] { take(ca.database, ca.issuing); }) == Code::store);
    CHECK(code_of([&] { take(ca.database, ca.root, std::numeric_limits<std::uint64_t>::max()); }) ==
          Code::store);
}

TEST_CASE("the latest CRL is the recorded one with the highest number") {
    Inventory ca;
    CHECK_FALSE(store::latest_crl(ca.database, ca.issuing));
    take(ca.database, ca.issuing);
    CHECK_FALSE(store::latest_crl(ca.database, ca.issuing)); // taken is not published
    publish(ca.database, ca.issuing, 1);
    const auto latest = store::latest_crl(ca.database, ca.issuing);
    REQUIRE(latest);
    CHECK(latest->number == 1);
    CHECK(latest->this_update == now);
    CHECK(latest->next_update == now + 7 * day);
    CHECK(latest->entries == 3);
    CHECK(latest->sha256 == digest_of("crl"));
    CHECK_FALSE(store::latest_crl(ca.database, ca.root));

    take(ca.database, ca.issuing);
    take(ca.database, ca.issuing);
    publish(ca.database, ca.issuing, 3);
    CHECK(code_of([&] { publish(ca.database, ca.issuing, 2); }) == Code::failed); // would go backwards
    CHECK(code_of([&] { publish(ca.database, ca.issuing, 4); }) == Code::failed); // never taken
    CHECK(store::latest_crl(ca.database, ca.issuing)->number == 3);
}

TEST_CASE("every revocation, hold and release waits for a CRL that was begun after it") {
    Inventory ca;
    const auto id = issue(ca.database, ca.intent("a"));
    const auto other = issue(ca.database, ca.intent("b"));
    CHECK_FALSE(store::has_unpublished_changes(ca.database, ca.issuing));
    revoke(ca.database, id, RevocationReason::certificate_hold);
    CHECK(store::has_unpublished_changes(ca.database, ca.issuing));
    CHECK_FALSE(store::has_unpublished_changes(ca.database, ca.root));

    const auto dead = take(ca.database, ca.issuing);
    CHECK(store::has_unpublished_changes(ca.database, ca.issuing)); // nothing published yet
    const auto number = take(ca.database, ca.issuing);
    revoke(ca.database, other); // between the number and the reading
    publish(ca.database, ca.issuing, number);
    CHECK(number == dead + 1);
    CHECK(store::has_unpublished_changes(ca.database, ca.issuing));

    publish(ca.database, ca.issuing, take(ca.database, ca.issuing));
    CHECK_FALSE(store::has_unpublished_changes(ca.database, ca.issuing));
    release(ca.database, id);
    CHECK(store::has_unpublished_changes(ca.database, ca.issuing));
}

TEST_CASE("a CRL gets what is revoked and not expired, of its issuer, in the order of serials") {
    Inventory ca;
    for (int i = 0; i < 50; ++i) {
        const auto id = issue(ca.database, ca.intent(std::to_string(i)));
        if (i % 2 == 0)
            revoke(ca.database, id,
                   i % 4 == 0 ? RevocationReason::superseded : RevocationReason::certificate_hold,
                   now + std::chrono::seconds(i));
    }
    store::Intent of_root = ca.intent("issuing");
    of_root.issuer = ca.root;
    revoke(ca.database, issue(ca.database, of_root));
    revoke(ca.database, record_pending(ca.database, ca.intent("pending")));
    store::Intent short_lived = ca.intent("short");
    short_lived.not_after = now + 1 * day;
    revoke(ca.database, issue(ca.database, short_lived));

    const auto entries = due(ca.database, ca.issuing, now);
    CHECK(entries.size() == 27);
    CHECK(store::count_revoked(ca.database, ca.issuing, now) == 27);
    CHECK(std::is_sorted(entries.begin(), entries.end(), [](const auto& left, const auto& right) {
        return as_text(left.serial) < as_text(right.serial);
    }));
    CHECK(due(ca.database, ca.issuing, now + 1 * day).size() == 27); // still valid in that second
    CHECK(due(ca.database, ca.issuing, now + 1 * day + 1s).size() == 26);
    CHECK(due(ca.database, ca.issuing, now + 91 * day).empty());
    CHECK(due(ca.database, ca.root, now).size() == 1);

    CHECK(store::is_revoked_and_due(ca.database, ca.issuing, short_lived.serial, now));
    CHECK_FALSE(store::is_revoked_and_due(ca.database, ca.issuing, short_lived.serial, now + 2 * day));
    CHECK_FALSE(store::is_revoked_and_due(ca.database, ca.root, short_lived.serial, now));
    CHECK_FALSE(store::is_revoked_and_due(ca.database, ca.issuing, serial_of(1), now)); // valid
}

TEST_CASE("an entry carries date, reason and invalidity date") {
    Inventory ca;
    const auto id = issue(ca.database, ca.intent("a"));
    {
        store::Transaction transaction(ca.database);
        store::revoke(transaction, id, {RevocationReason::key_compromise, now + 1s, now - 5 * day});
        transaction.commit();
    }
    const auto entries = due(ca.database, ca.issuing, now);
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].serial == store::by_id(ca.database, id)->serial);
    CHECK(entries[0].revoked_at == now + 1s);
    CHECK(entries[0].reason == RevocationReason::key_compromise);
    CHECK(entries[0].invalidity_date == now - 5 * day);
}

TEST_CASE("the hook that failed and the folders of sites are remembered until they are forgotten") {
    Inventory ca;
    store::Transaction transaction(ca.database);
    CHECK_FALSE(store::pending_hook(ca.database));
    store::set_pending_hook(transaction, "nginx -s reload");
    store::set_pending_hook(transaction, "systemctl reload nginx");
    CHECK(store::pending_hook(ca.database) == "systemctl reload nginx");
    store::clear_pending_hook(transaction);
    CHECK_FALSE(store::pending_hook(ca.database));

    store::remember_site(transaction, {"/etc/nginx/b", "{}"});
    store::remember_site(transaction, {"/etc/nginx/a", "{}"});
    store::remember_site(transaction, {"/etc/nginx/b", "{\"x\":1}"});
    store::forget_site(transaction, "/etc/nginx/a");
    const auto sites = store::remembered_sites(ca.database);
    REQUIRE(sites.size() == 1);
    CHECK(sites[0].folder == "/etc/nginx/b");
    CHECK(sites[0].site == "{\"x\":1}");
}
