#include "encoding/hex.h"
#include "store/inventory_fixture.h"
#include "vectors.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace inventory;
using x509::RevocationReason;

namespace {

// A log with every event: init, three issued, one revoked, one held and released, one left pending.
class Log : public Inventory {
public:
    Log() {
        {
            store::Transaction transaction(database);
            log(transaction, "init", Bytes{1, 2, 3}); // the serial of a CA, which is not in the inventory
            transaction.commit();
        }
        first = issue(database, intent("first"));
        second = issue(database, intent("second"));
        third = issue(database, intent("third"));
        revoke(database, second);
        revoke(database, third, RevocationReason::certificate_hold);
        release(database, third);
        pending = record_pending(database, intent("fourth"));
    }
    // What somebody does who has the file and the sqlite3 shell.
    void tamper(const std::string& sql) { execute("PRAGMA foreign_keys = OFF; " + sql); }
    std::vector<std::string> rules() const {
        std::vector<std::string> found;
        for (const Finding& finding : store::walk_audit(database, 0).findings)
            found.push_back(finding.rule);
        return found;
    }

    static constexpr std::uint64_t entries = 11;
    store::CertificateId first = 0, second = 0, third = 0, pending = 0;
};

using Rules = std::vector<std::string>;

} // namespace

TEST_CASE("an empty log has a head too") {
    Inventory ca;
    CHECK(store::audit_head(ca.database).sequence == 0);
    CHECK(store::audit_head(ca.database).hash == Bytes(32, 0));
    const auto walk = store::walk_audit(ca.database, 0);
    CHECK(walk.entries == 0);
    CHECK(walk.head_hash == Bytes(32, 0));
    CHECK(walk.hash_at == Bytes(32, 0));
    CHECK_FALSE(store::walk_audit(ca.database, 1).hash_at);
}

TEST_CASE("the hash is what its description says") {
    Inventory ca;
    store::Transaction transaction(ca.database);
    store::AuditEntry entry;
    entry.time = Time(Duration(1800000000));
    entry.command = "init";
    entry.actor = "alice@host";
    entry.event = "init";
    entry.serial = {0xab, 0xcd};
    entry.detail = "root";
    store::append_audit(transaction, entry);
    entry.serial.clear();
    entry.detail.clear();
    entry.time = Time(Duration(-1));
    store::append_audit(transaction, entry);
    transaction.commit();
    std::string hashes; // as tests/vectors/audit/make.sh makes them with printf and sha256sum
    store::for_each_audit(ca.database, {}, [&](const store::AuditEntry& read) {
        hashes += encoding::to_hex(read.hash) + '\n';
        return true;
    });
    CHECK(hashes == read_vector("audit/hashes.txt"));
}

TEST_CASE("entries are read back whole, filtered by serial, time and place") {
    Log ca;
    std::vector<store::AuditEntry> all;
    const auto keep = [&all](const store::AuditEntry& entry) {
        all.push_back(entry);
        return true;
    };
    store::for_each_audit(ca.database, {}, keep);
    REQUIRE(all.size() == ca.entries);
    CHECK(all[0].event == "init");
    CHECK(all[0].serial == Bytes{1, 2, 3});
    CHECK(all[1].sequence == 2);
    CHECK(all[1].time == now);
    CHECK(all[1].command == "issue");
    CHECK(all[1].actor == "alice@host");
    CHECK(all[1].serial == store::by_id(ca.database, ca.first)->serial);
    CHECK(all.back().hash == store::audit_head(ca.database).hash);

    store::AuditFilter filter;
    filter.serial = store::by_id(ca.database, ca.third)->serial;
    all.clear();
    store::for_each_audit(ca.database, filter, keep);
    REQUIRE(all.size() == 4);
    CHECK(all[3].event == "released");
    filter.after = all[2].sequence;
    all.clear();
    store::for_each_audit(ca.database, filter, keep);
    CHECK(all.size() == 1);
    filter = {};
    filter.serial = Bytes{1, 2, 3};
    all.clear();
    store::for_each_audit(ca.database, filter, keep);
    CHECK(all.size() == 1);
    filter = {};
    filter.since = now + 1s;
    all.clear();
    store::for_each_audit(ca.database, filter, keep);
    CHECK(all.empty());
}

TEST_CASE("an untouched log is whole and agrees with the inventory") {
    Log ca;
    const auto walk = store::walk_audit(ca.database, 5);
    CHECK(walk.findings == Findings{});
    CHECK(walk.entries == ca.entries);
    CHECK(walk.head_hash == store::audit_head(ca.database).hash);
    CHECK(walk.hash_at);
    CHECK(walk.hash_at != walk.head_hash);
    CHECK(store::walk_audit(ca.database, ca.entries).hash_at == walk.head_hash);
    CHECK_FALSE(store::walk_audit(ca.database, ca.entries + 1).hash_at);
}

TEST_CASE("an edit of any field of an entry is found where it is") {
    Log ca;
    const std::string column =
        GENERATE(as<std::string>(), "time = time + 1", "command = actor", "actor = command", "event = actor",
                 "detail = 'x'", "certificate = 1", "certificate = NULL", "hash = randomblob(32)");
    ca.tamper("UPDATE audit SET " + column + " WHERE sequence = 5"); // "valid" of the second
    const auto findings = store::walk_audit(ca.database, 0).findings;
    REQUIRE_FALSE(findings.empty());
    CHECK(findings[0].rule == "audit-hash");
    CHECK(findings[0].subject == "entry 5");
    CHECK(findings[0].severity == Severity::error);
}

TEST_CASE("what entries share cannot be edited behind their back") {
    Log ca;
    SECTION("an actor") {
        ca.tamper("UPDATE word SET text = 'mallory@host' WHERE text = 'alice@host'");
    }
    SECTION("a serial") {
        ca.tamper("UPDATE certificate SET serial = randomblob(16) WHERE id = 1");
    }
    SECTION("the serial of a CA") {
        ca.tamper("UPDATE audit SET serial = x'010204' WHERE serial IS NOT NULL");
    }
    const Rules rules = ca.rules();
    CHECK(std::count(rules.begin(), rules.end(), "audit-hash") > 0);
}

TEST_CASE("a removed entry is a gap") {
    Log ca;
    ca.tamper("DELETE FROM audit WHERE sequence = 1"); // no event of a certificate: only the gap tells
    CHECK(ca.rules() == Rules{"audit-gap"});
}

TEST_CASE("a removed entry whose followers moved up breaks the chain") {
    Log ca;
    ca.tamper(
        "DELETE FROM audit WHERE sequence = 1; UPDATE audit SET sequence = sequence - 1 WHERE sequence > 1");
    const Rules rules = ca.rules();
    CHECK(rules == Rules(ca.entries - 1, "audit-hash"));
}

TEST_CASE("two entries that changed places are found") {
    Log ca;
    ca.tamper("UPDATE audit SET sequence = 100 WHERE sequence = 3; UPDATE audit SET sequence = 3 WHERE "
              "sequence = 4;"
              "UPDATE audit SET sequence = 4 WHERE sequence = 100");
    const Rules rules = ca.rules();
    CHECK(std::count(rules.begin(), rules.end(), "audit-hash") >= 2);
}

TEST_CASE("a cut tail is found by what the inventory knows, and by who remembers the head") {
    Log ca;
    ca.tamper("DELETE FROM audit WHERE sequence > 7");        // the revocation and all after it
    CHECK(ca.rules() == Rules{"audit-state", "audit-state"}); // second is revoked, fourth is there
    CHECK_FALSE(store::walk_audit(ca.database, ca.entries).hash_at);
}

TEST_CASE("a change of the inventory that the log does not know is found") {
    Log ca;
    const std::string change = GENERATE(
        as<std::string>(), "UPDATE certificate SET state = 1 WHERE id = 2",
        "UPDATE certificate SET state = 1 WHERE id = 2; DELETE FROM revocation",
        "UPDATE certificate SET state = 2 WHERE id = 1",
        "INSERT INTO revocation SELECT issuer, serial, not_after, 0, 0, NULL FROM certificate WHERE id = 1",
        "DELETE FROM revocation", "UPDATE revocation SET not_after = not_after - 1000000",
        "UPDATE revocation SET serial = randomblob(16)", "DELETE FROM certificate WHERE id = 3",
        "DELETE FROM certificate_der WHERE certificate = 1", "INSERT INTO certificate_der VALUES (4, x'30')",
        "INSERT INTO certificate SELECT 99, issuer, randomblob(16), 1, profile, name, NULL, subject, NULL, "
        "NULL, "
        "NULL, NULL, NULL, not_before, not_after, recorded_at, spki_sha256, NULL, NULL FROM certificate "
        "WHERE id = "
        "1");
    CAPTURE(change);
    ca.tamper(change);
    const Rules rules = ca.rules();
    CHECK(std::count(rules.begin(), rules.end(), "audit-state") > 0);
}

TEST_CASE("a certificate that was revoked while it was being signed is no contradiction") {
    Inventory ca;
    const store::Intent intent = ca.intent("a");
    const auto id = record_pending(ca.database, intent);
    revoke(ca.database, id);
    record_valid(ca.database, id, intent);
    const store::Intent other = ca.intent("b");
    const auto held = record_pending(ca.database, other);
    revoke(ca.database, held, RevocationReason::certificate_hold);
    record_valid(ca.database, held, other);
    release(ca.database, held);
    CHECK(store::walk_audit(ca.database, 0).findings == Findings{});
}

TEST_CASE("a wholly rewritten log does not fill the memory with findings") {
    Inventory ca;
    store::Transaction transaction(ca.database);
    for (int i = 0; i < 1200; ++i)
        log(transaction, "crl", {});
    transaction.commit();
    ca.execute("UPDATE audit SET time = time + 1");
    CHECK(store::walk_audit(ca.database, 0).findings.size() == 1000);
}
