#include "store/maintenance/maintenance.h"

#include "child.h"
#include "store/inventory_fixture.h"
#include "store/maintenance/recovery.h"
#include "store/sqlite/connection.h"
#include "store/versions.h"

#include <catch2/catch.hpp>
#include <sys/stat.h>

using namespace inventory;

namespace {

// A database as the first release made it: schema 0001 alone, with the rows of `ca`.
void make_version_1(const Inventory& ca, const io::Path& path) {
    const Bytes schema = io::read_file(MTLSCA_VECTORS "/../../schema/sqlite/0001_initial.sql", 1 << 20);
    store::sqlite::SqliteConnection old(path, path.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 1s);
    old.execute("PRAGMA journal_mode = WAL");
    old.execute("PRAGMA application_id = " + std::to_string(0x6d746361));
    old.execute(as_text(schema));
    old.execute("ATTACH '" + ca.path().string() + "' AS new");
    for (const std::string table : {"word", "certificate_der", "certificate_search", "revocation", "audit"})
        old.execute("INSERT INTO main." + table + " SELECT * FROM new." + table);
    // These two have got columns since.
    const std::string issuer = "id, name, parent, issues, certificate, spki_sha256, changes";
    const std::string certificate =
        "id, issuer, serial, state, profile, name, holds_name, subject, sans, ous, bindings, labels, owner, "
        "not_before, not_after, recorded_at, spki_sha256, predecessor";
    for (const auto& [table, columns] :
         {std::pair<std::string, std::string>("issuer", issuer), {"certificate", certificate}})
        old.execute("INSERT INTO main." + table + " (" + columns + ") SELECT " + columns + " FROM new." +
                    table);
    old.execute("INSERT INTO main.schema_version VALUES (1)");
    old.close();
}

void fill(Inventory& ca, int count) {
    store::Transaction transaction(ca.database);
    for (int i = 0; i < count; ++i)
        store::record_intent(transaction, ca.intent("name" + std::to_string(i)), now);
    transaction.commit();
}

} // namespace

TEST_CASE("a database of the first schema is refused until it is upgraded, and keeps every row") {
    Inventory ca;
    fill(ca, 30);
    const io::Path old = ca.folder / "old.db";
    make_version_1(ca, old);
    CHECK(store::schema_of(old, 1s) == 1);
    CHECK(code_of([&] { store::Database::open(old, store::Database::Access::read, 1s); }) == Code::store);

    const store::Upgrade upgrade = store::upgrade(old, 1s);
    CHECK(upgrade.from == 1);
    CHECK(upgrade.to == store::schema_version());
    store::Database opened = store::Database::open(old, store::Database::Access::write, 1s);
    CHECK(opened.check() == Findings{});
    std::vector<std::string> names;
    store::for_each(opened, {}, now, store::Depth::fingerprint, [&](const store::Certificate& certificate) {
        names.push_back(certificate.name);
        return true;
    });
    CHECK(names.size() == 30);
    CHECK(names.back() == "name29");
    // What a new database has, the upgraded one has, too.
    const auto schema = [](store::Database& database) {
        std::string text;
        const auto rows = database.connection().prepare("SELECT sql FROM sqlite_master ORDER BY type, name");
        while (rows->step())
            text.append(rows->text(0)).append("\n");
        return text;
    };
    CHECK(schema(opened) == schema(ca.database));
}

TEST_CASE("an upgrade of a database that lacks nothing changes nothing, and a newer one is refused") {
    Inventory ca;
    const store::Upgrade upgrade = store::upgrade(ca.path(), 1s);
    CHECK(upgrade.from == upgrade.to);
    ca.execute("INSERT INTO schema_version VALUES (1000)");
    CHECK(store::schema_of(ca.path(), 1s) == 1000);
    CHECK(code_of([&] { store::upgrade(ca.path(), 1s); }) == Code::store);
    CHECK(code_of([&] { store::upgrade(ca.folder / "nowhere", 1s); }) == Code::not_found);
}

TEST_CASE("an upgrade that cannot be finished leaves the old schema whole") {
    Inventory ca;
    const io::Path old = ca.folder / "old.db";
    make_version_1(ca, old);
    {
        store::sqlite::SqliteConnection obstacle(old, old.string(), SQLITE_OPEN_READWRITE, 1s);
        obstacle.execute("CREATE TABLE failed_job (x)"); // the last table of the second file
    }
    CHECK(code_of([&] { store::upgrade(old, 1s); }) == Code::failed);
    CHECK(store::schema_of(old, 1s) == 1);
    store::sqlite::SqliteConnection after(old, old.string(), SQLITE_OPEN_READWRITE, 1s);
    CHECK(after.value("SELECT count(*) FROM sqlite_master WHERE name = 'planned_revocation'") == 0);
}

TEST_CASE("a copy is the state of the snapshot it is taken in, private, and whole") {
    Inventory ca;
    fill(ca, 500);
    const io::Path target = ca.folder / "copy.db";
    store::Database reader = ca.again();
    {
        const store::Snapshot snapshot(reader);
        fill(ca, 100); // somebody else writes meanwhile
        store::copy(reader, target);
    }
    struct stat status {};
    REQUIRE(::stat(target.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    store::Database copy = store::Database::open(target, store::Database::Access::write, 1s);
    CHECK(copy.check() == Findings{});
    CHECK(store::extent_of(copy).certificates == 500);
    CHECK(store::extent_of(ca.database).certificates == 600);
    CHECK(code_of([&] { store::copy(reader, target); }) == Code::already);
    CHECK(code_of([&] { store::copy(reader, ca.folder / "no" / "where"); }) == Code::failed);
}

TEST_CASE("a serial that only a CRL knows is recorded as revoked, and stays in CRLs to its issuer's end") {
    Inventory ca;
    const Time end = now + 1000 * day;
    {
        store::Transaction transaction(ca.database);
        const auto id = store::record_unknown(transaction, ca.issuing, serial_of(7), now - day, end, now);
        store::revoke(transaction, id, {x509::RevocationReason::key_compromise, now, std::nullopt});
        transaction.commit();
    }
    const auto standing = store::standing_of(ca.database, ca.issuing, serial_of(7));
    REQUIRE(standing);
    CHECK(standing->state == store::State::revoked);
    CHECK(standing->name == "unknown");
    CHECK(store::is_revoked_and_due(ca.database, ca.issuing, serial_of(7), end));
    CHECK_FALSE(store::standing_of(ca.database, ca.root, serial_of(7)));
    // A key that nobody knows is nobody's.
    CHECK_FALSE(store::is_key_compromised(ca.database, Bytes(32, 0)));
}

TEST_CASE("numbers go on above a CRL that was taken over, and the next one is due at once") {
    Inventory ca;
    const store::PublishedCrl found{41, now, now + 7 * day, 3, Bytes(32, 9)};
    {
        store::Transaction transaction(ca.database);
        store::take_crl_number(transaction, ca.issuing,
                               40); // 41 was taken before the backup, never published
        store::adopt_crl(transaction, ca.issuing, found);
        transaction.commit();
    }
    CHECK(store::latest_crl(ca.database, ca.issuing)->number == 41);
    CHECK(store::has_unpublished_changes(ca.database, ca.issuing));
    store::Transaction transaction(ca.database);
    CHECK(store::take_crl_number(transaction, ca.issuing) == 42);
    CHECK(code_of([&] { store::adopt_crl(transaction, ca.issuing, found); }) == Code::already);
}

TEST_CASE("a release is known for as long as nothing came after it") {
    Inventory ca;
    const auto tell = [&](store::Transaction& transaction, const char* event, Time time) {
        store::AuditEntry entry;
        entry.time = time;
        entry.event = event;
        entry.serial = serial_of(0);
        store::append_audit(transaction, std::move(entry));
    };
    store::Transaction transaction(ca.database);
    const auto id = store::record_intent(transaction, ca.intent("a", 0), now);
    CHECK_FALSE(store::released_at(ca.database, id));
    tell(transaction, "held", now);
    CHECK_FALSE(store::released_at(ca.database, id));
    tell(transaction, "released", now + day);
    CHECK(store::released_at(ca.database, id) == now + day);
    tell(transaction, "held", now + 2 * day);
    CHECK_FALSE(store::released_at(ca.database, id));
}
