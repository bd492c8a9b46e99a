#include "store/inventory/overview.h"

#include "store/inventory_fixture.h"
#include "store/sqlite/connection.h"

#include <catch2/catch.hpp>

using namespace inventory;

namespace {

std::vector<std::string> unreplaced(const Inventory& ca, Time from = now, Time until = now + 1000 * day) {
    std::vector<std::string> names;
    store::for_each_unreplaced(ca.database, from, until, [&names](const store::Unreplaced& certificate) {
        names.push_back(certificate.name);
        return true;
    });
    return names;
}

store::Intent renewal(Inventory& ca, const std::string& name, store::CertificateId of) {
    store::Intent intent = ca.intent(name);
    intent.renews = of;
    intent.not_after = now + 180 * day;
    return intent;
}

} // namespace

TEST_CASE("what is renewed, or has its unique name again, is not missed") {
    Inventory ca;
    const auto first = issue(ca.database, ca.intent("renewed"));
    issue(ca.database, ca.intent("left"));
    issue(ca.database, ca.unique("again"));
    CHECK(unreplaced(ca) == std::vector<std::string>{"renewed", "left", "again"});
    issue(ca.database, renewal(ca, "renewed", first));
    store::Intent later = ca.unique("again");
    later.not_before = now + 100 * day;
    later.not_after = now + 190 * day;
    // The first "again" has expired, so its name is free.
    const auto id = record_pending(ca.database, later, now + 100 * day);
    record_valid(ca.database, id, later);
    CHECK(unreplaced(ca) == std::vector<std::string>{"left", "renewed", "again"});
    CHECK(unreplaced(ca, now, now + 91 * day) == std::vector<std::string>{"left"});
}

TEST_CASE("a successor that was revoked or never signed replaces nothing") {
    Inventory ca;
    const auto first = issue(ca.database, ca.intent("a"));
    const auto second = issue(ca.database, ca.intent("b"));
    revoke(ca.database, issue(ca.database, renewal(ca, "a", first)));
    record_pending(ca.database, renewal(ca, "b", second));
    CHECK(unreplaced(ca) == std::vector<std::string>{"a", "b"});
}

TEST_CASE("two certificates of one name that is not unique are two") {
    Inventory ca;
    issue(ca.database, ca.intent("worker"));
    issue(ca.database, ca.intent("worker"));
    CHECK(unreplaced(ca).size() == 2);
}

TEST_CASE("revoked and held ones are not missed when they end") {
    Inventory ca;
    revoke(ca.database, issue(ca.database, ca.intent("revoked")));
    revoke(ca.database, issue(ca.database, ca.intent("held")), x509::RevocationReason::certificate_hold);
    CHECK(unreplaced(ca).empty());
}

TEST_CASE("counts tell states and ends apart") {
    Inventory ca;
    issue(ca.database, ca.intent("valid"));
    record_pending(ca.database, ca.intent("pending"));
    revoke(ca.database, issue(ca.database, ca.intent("revoked")));
    revoke(ca.database, issue(ca.database, ca.intent("held")), x509::RevocationReason::certificate_hold);
    const store::Counts counts = store::count_certificates(ca.database, now);
    CHECK(counts.recorded == 4);
    CHECK(counts.pending == 1);
    CHECK(counts.revoked == 1);
    CHECK(counts.held == 1);
    CHECK(counts.ended == 0);
    CHECK(store::count_certificates(ca.database, now + 91 * day).ended == 4);
}

TEST_CASE("deliveries that failed and revocations that are late are counted, those that wait are not") {
    Inventory ca;
    const auto old = issue(ca.database, ca.intent("a"));
    const auto fresh = issue(ca.database, renewal(ca, "a", old));
    const auto other = issue(ca.database, ca.intent("b"));
    const std::string at = std::to_string(now.time_since_epoch().count());
    ca.execute("INSERT INTO planned_revocation VALUES (" + std::to_string(old) + ", 0, " + at + "), (" +
               std::to_string(other) + ", 0, " + at + ")");
    ca.execute("INSERT INTO delivery (certificate, target, certificate_file, tried_at, problem) VALUES (" +
               std::to_string(fresh) + ", 'deploy:web', '/x', " + at + ", 'no route'), (" +
               std::to_string(fresh) + ", 'exec:y', '/x', NULL, NULL)");
    const store::Outstanding found = store::outstanding(ca.database, now + day);
    CHECK(found.deliveries == 2);
    CHECK(found.failed_deliveries == 1);
    CHECK(found.failed_target == "deploy:web");
    CHECK(found.problem == "no route");
    CHECK(found.planned_revocations == 2);
    CHECK(found.late_revocations == 1); // a's waits for its successor to arrive
    CHECK(store::outstanding(ca.database, now).late_revocations == 0);
}

TEST_CASE("the newest event is the log's last, whatever its time says") {
    Inventory ca;
    CHECK_FALSE(store::last_event(ca.database));
    issue(ca.database, ca.intent("a"), now + day);
    issue(ca.database, ca.intent("b"), now);
    CHECK(store::last_event(ca.database) == now);
}

TEST_CASE("a watchman's questions read no table of certificates from end to end") {
    Inventory ca;
    store::count_certificates(ca.database, now);
    unreplaced(ca);
    for (const std::string& step :
         dynamic_cast<store::sqlite::SqliteConnection&>(ca.database.connection()).plans()) {
        INFO(step);
        const bool reads_rows = (step.starts_with("SCAN c") || step.starts_with("SCAN certificate")) &&
                                step.find("COVERING INDEX") == std::string::npos;
        CHECK_FALSE(reads_rows);
        CHECK(step.find("TEMP B-TREE") == std::string::npos);
    }
}
