#include "store/inventory/planned_revocations.h"
#include "store/inventory/renewals.h"
#include "store/inventory_fixture.h"
#include "store/work/deliveries.h"

#include <catch2/catch.hpp>

using namespace inventory;

namespace {

store::CertificateId renew(Inventory& ca, store::CertificateId predecessor, Time time = now) {
    store::Intent intent = ca.intent("alice");
    intent.renews = predecessor;
    intent.not_after = time + 90 * day;
    return issue(ca.database, intent, time);
}

store::Delivery add(Inventory& ca, store::CertificateId id, const std::string& target) {
    store::Delivery delivery;
    delivery.certificate = id;
    delivery.target = target;
    delivery.certificate_file = "/out/alice.crt";
    store::Transaction transaction(ca.database);
    store::add_delivery(transaction, delivery);
    transaction.commit();
    return delivery;
}

void remove(Inventory& ca, const store::Delivery& delivery, Time time) {
    store::Transaction transaction(ca.database);
    store::remove_delivery(transaction, delivery, time);
    transaction.commit();
}

void plan(Inventory& ca, store::CertificateId id, Duration delay) {
    store::Transaction transaction(ca.database);
    store::plan_revocation(transaction, {id, delay, now + delay});
    transaction.commit();
}

std::vector<std::string> targets(const Inventory& ca, store::CertificateId id) {
    std::vector<std::string> found;
    for (const store::Delivery& delivery : store::deliveries_of(ca.database, id))
        found.push_back(delivery.target);
    return found;
}

std::vector<store::CertificateId> planned_until(const Inventory& ca, Time until) {
    std::vector<store::CertificateId> found;
    store::for_each_planned_revocation(ca.database, until, [&](const store::PlannedRevocation& plan) {
        found.push_back(plan.certificate);
        return true;
    });
    return found;
}

using Ids = std::vector<store::CertificateId>;

Ids undelivered(Inventory& ca, std::size_t most = 10) {
    Ids ids;
    store::for_each_undelivered(ca.database, [&](store::CertificateId id) {
        ids.push_back(id);
        return ids.size() < most;
    });
    return ids;
}

} // namespace

TEST_CASE("what did not arrive is there until it does, with what was wrong") {
    Inventory ca;
    const auto alice = issue(ca.database, ca.intent("alice"));
    const auto bob = issue(ca.database, ca.intent("bob"));
    const auto exec = add(ca, alice, "exec:true");
    const auto file = add(ca, alice, "file");
    add(ca, bob, "file");
    CHECK(targets(ca, alice) == std::vector<std::string>{"exec:true", "file"});
    CHECK(undelivered(ca) == Ids{alice, bob});
    CHECK(undelivered(ca, 1) == Ids{alice});
    {
        store::Transaction transaction(ca.database);
        store::record_attempt(transaction, exec, now + day, "ended with 1");
        transaction.commit();
    }
    const auto tried = store::deliveries_of(ca.database, alice).front();
    CHECK(tried.tried_at == now + day);
    CHECK(tried.problem == "ended with 1");
    CHECK(tried.key_file.empty());
    remove(ca, exec, now);
    remove(ca, file, now);
    CHECK_FALSE(store::has_deliveries(ca.database, alice));
    CHECK(store::count_undelivered(ca.database) == 1);
}

TEST_CASE("a planned revocation counts from the last delivery of the successor, along the whole line") {
    Inventory ca;
    const auto first = issue(ca.database, ca.intent("alice"));
    const auto second = renew(ca, first);
    const auto third = renew(ca, second);
    plan(ca, first, 7 * day);
    plan(ca, second, 2 * day);
    const auto exec = add(ca, third, "exec:true");
    const auto file = add(ca, third, "file");
    remove(ca, file, now + 10 * day); // not the last one
    CHECK(store::planned_revocation(ca.database, first)->revoke_at == now + 7 * day);
    remove(ca, exec, now + 20 * day);
    CHECK(store::planned_revocation(ca.database, first)->revoke_at == now + 27 * day);
    CHECK(store::planned_revocation(ca.database, second)->revoke_at == now + 22 * day);
    remove(ca, exec, now + 30 * day); // gone already: nothing begins anew
    CHECK(store::planned_revocation(ca.database, first)->revoke_at == now + 27 * day);
    CHECK(planned_until(ca, now + 21 * day).empty());
    CHECK(planned_until(ca, now + 27 * day) == Ids{second, first});
}

TEST_CASE("what a renewed one had not been told yet is wanted of its successor, but not its old files") {
    Inventory ca;
    const auto first = issue(ca.database, ca.intent("alice"));
    add(ca, first, "file");
    add(ca, first, "file:new-key");
    add(ca, first, "exec:a");
    add(ca, first, "deploy:b");
    const auto second = renew(ca, first);
    store::Delivery to;
    to.certificate = second;
    to.certificate_file = "/new/alice.crt";
    store::Transaction transaction(ca.database);
    store::hand_over_deliveries(transaction, first, to);
    transaction.commit();
    CHECK(targets(ca, first).empty());
    CHECK(targets(ca, second) == std::vector<std::string>{"deploy:b", "exec:a"});
    CHECK(store::deliveries_of(ca.database, second).front().certificate_file == "/new/alice.crt");
}

TEST_CASE("a successor counts while it is live") {
    Inventory ca;
    const auto first = issue(ca.database, ca.intent("alice"));
    CHECK_FALSE(store::latest_successor_of(ca.database, first));
    const auto dead = renew(ca, first);
    const auto live = renew(ca, first);
    store::Intent begun = ca.intent("alice");
    begun.renews = first;
    record_pending(ca.database, begun);
    CHECK(store::live_successor_of(ca.database, first, now)->id == live);
    CHECK(store::latest_successor_of(ca.database, first)->id == live);
    revoke(ca.database, live);
    CHECK(store::live_successor_of(ca.database, first, now)->id == dead);
    CHECK(store::latest_successor_of(ca.database, first)->id == live);
    CHECK_FALSE(store::live_successor_of(ca.database, first, now + 91 * day));
    revoke(ca.database, dead, x509::RevocationReason::certificate_hold);
    CHECK(store::live_successor_of(ca.database, first, now)->id == dead);
    const auto grandchild = renew(ca, live, now + 50 * day);
    CHECK(store::live_descendant_of(ca.database, first, now + 100 * day)->id == grandchild);
    CHECK_FALSE(store::live_descendant_of(ca.database, first, now + 200 * day));
}

TEST_CASE("renewable are valid ones without a live successor, page by page in the order of expiry") {
    Inventory ca;
    const auto ending = [&](const std::string& name, int days) {
        store::Intent intent = ca.intent(name);
        intent.not_after = now + days * day;
        return issue(ca.database, intent);
    };
    const auto late = ending("late", 30);
    const auto soon = ending("soon", 10);
    const auto over = ending("over", -1);
    ending("far", 31);
    revoke(ca.database, ending("revoked", 10));
    revoke(ca.database, ending("held", 10), x509::RevocationReason::certificate_hold);
    store::Intent pending = ca.intent("pending");
    pending.not_after = now + 10 * day;
    record_pending(ca.database, pending);
    const auto renewed = ending("alice", 10);
    const auto successor = renew(ca, renewed);
    const auto page = [&](const store::RenewablePosition& after, std::uint64_t limit) {
        Ids ids;
        for (const auto& one : store::renewable(ca.database, after, now + 30 * day, now, limit))
            ids.push_back(one.id);
        return ids;
    };
    CHECK(page({now - 2 * day, 0}, 10) == Ids{over, soon, late});
    CHECK(page({now - 2 * day, 0}, 2) == Ids{over, soon});
    CHECK(page({now + 10 * day, soon}, 2) == Ids{late});
    const auto expired_line = [&] {
        Ids ids;
        for (const auto& one : store::renewable(ca.database, {now, 0}, now + 100 * day, now + 100 * day, 10))
            if (one.name == "alice")
                ids.push_back(one.id);
        return ids;
    };
    CHECK(expired_line() == Ids{successor});
    revoke(ca.database, successor);
    CHECK(page({now, 0}, 10) == Ids{soon, renewed, late});
    CHECK(expired_line() == Ids{renewed});
}

TEST_CASE("what is outstanding is visited once each, over all pages, while visitors deliver it") {
    Inventory ca;
    Ids all;
    for (int i = 0; i < 600; ++i) {
        all.push_back(issue(ca.database, ca.intent("name" + std::to_string(i))));
        add(ca, all.back(), "file");
    }
    Ids visited;
    store::for_each_undelivered(ca.database, [&](store::CertificateId id) {
        visited.push_back(id);
        store::Transaction transaction(ca.database);
        for (const store::Delivery& delivery : store::deliveries_of(ca.database, id))
            store::remove_delivery(transaction, delivery, now);
        transaction.commit();
        return true;
    });
    CHECK(visited == all);
    CHECK(undelivered(ca).empty());
}
