#include "child.h"
#include "store/inventory_fixture.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sys/stat.h>

using namespace inventory;
using Access = store::Database::Access;

namespace {

mode_t mode_of(const io::Path& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

void write(const io::Path& path, const std::string& content) {
    std::ofstream(path, std::ios::binary) << content;
}

constexpr unsigned long page_bytes = 4096; // SQLite's own choice

// Overwrites in the middle, as a bad disk does.
void damage(const io::Path& path, std::size_t from, std::size_t size) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(from));
    file << std::string(size, '\xa5');
}

Error error_of_opening(const io::Path& path, Access access = Access::write) {
    try {
        store::Database::open(path, access, 0ms);
    } catch (const Error& error) {
        return error;
    }
    return {Code::failed, "", "opened"};
}

} // namespace

TEST_CASE("a database is private from its first moment, whatever the umask") {
    const mode_t mask = GENERATE(0000U, 0077U);
    CHECK(in_child([mask] {
              ::umask(mask);
              Inventory ca;
              issue(ca.database, ca.intent("a"));
              for (const char* suffix : {"", "-wal", "-shm"})
                  if (mode_of(ca.path().string() + suffix) != 0600)
                      return 1;
              return 0;
          }) == 0);
}

TEST_CASE("an existing file is never taken for a new database") {
    Inventory ca;
    CHECK(code_of([&] { store::Database::create(ca.path()); }) == Code::already);
    CHECK(store::issuers(ca.database).size() == 2);
    CHECK(code_of([&] { store::Database::create(ca.folder / "no" / "where"); }) == Code::failed);
}

TEST_CASE("after close everything is in the one file, which may be renamed") {
    Inventory ca;
    issue(ca.database, ca.intent("a"));
    ca.database.close();
    CHECK_FALSE(io::exists(ca.path().string() + "-wal"));
    const io::Path elsewhere = ca.folder / "other.db";
    std::filesystem::rename(ca.path(), elsewhere);
    const auto moved = store::Database::open(elsewhere, Access::read, 0ms);
    CHECK(names(moved, {}) == std::vector<std::string>{"a"});
}

TEST_CASE("every connection is durable, keeps foreign keys and trusts no schema") {
    Inventory ca;
    store::Database database = ca.again();
    const auto value = [&](const char* pragma) {
        const auto statement = database.connection().prepare(pragma);
        statement->step();
        return std::string(statement->text(0));
    };
    CHECK(value("PRAGMA journal_mode") == "wal");
    CHECK(value("PRAGMA synchronous") == "2");
    CHECK(value("PRAGMA foreign_keys") == "1");
    CHECK(value("PRAGMA trusted_schema") == "0");
    CHECK(value("PRAGMA cell_size_check") == "1");
    const auto tables = database.connection().prepare(
        "SELECT count(*) FROM pragma_table_list WHERE NOT strict AND name NOT LIKE 'sqlite_%'");
    tables->step();
    CHECK(tables->integer(0) == 0);
    CHECK(code_of([&] {
              store::Transaction transaction(database);
              store::Intent intent = ca.intent("a");
              intent.issuer = 77;
              store::record_intent(transaction, intent, now);
              transaction.commit();
          }) == Code::not_found);
}

TEST_CASE("where there is no database init is the next step") {
    const TemporaryFolder folder;
    for (const Access access : {Access::read, Access::write}) {
        const Error error = error_of_opening(folder / "mtlsca.db", access);
        CHECK(error.code == Code::not_found);
        CHECK_THAT(error.hint, Catch::Contains("mtlsca init"));
    }
}

TEST_CASE("what is not our database is refused with what to do") {
    Inventory ca;
    const io::Path path = ca.folder / "x.db";
    SECTION("an empty file") {
        write(path, "");
    }
    SECTION("a text file") {
        write(path, std::string(5000, 'x'));
    }
    SECTION("another application's database") {
        ca.execute("VACUUM INTO '" + path.string() + "'");
        damage(path, 68, 4); // application_id: https://sqlite.org/fileformat.html
    }
    SECTION("a truncated database") {
        ca.execute("VACUUM INTO '" + path.string() + "'");
        std::filesystem::resize_file(path, 5 * page_bytes);
    }
    SECTION("a database without its tables") {
        ca.execute("DROP TABLE schema_version");
        ca.execute("VACUUM INTO '" + path.string() + "'");
    }
    const Error error = error_of_opening(path);
    CHECK(error.code == Code::store);
    CHECK(error.object == path.string());
    CHECK_THAT(error.hint, Catch::Contains("restore a backup"));
}

TEST_CASE("a folder in the database's place is an error that names it") {
    const TemporaryFolder folder;
    const Error error = error_of_opening(folder.path());
    CHECK(error.code == Code::failed);
    CHECK(error.object == folder.path().string());
}

TEST_CASE("a schema of another version is refused, a newer one with the hint to use the newer program") {
    Inventory ca;
    ca.execute("INSERT INTO schema_version VALUES (1000)");
    for (const Access access : {Access::read, Access::write}) {
        const Error newer = error_of_opening(ca.path(), access);
        CHECK(newer.code == Code::store);
        CHECK_THAT(newer.reason, Catch::Contains("newer"));
        CHECK_THAT(newer.hint, Catch::Contains("newer"));
    }
    ca.execute("DELETE FROM schema_version");
    const Error older = error_of_opening(ca.path());
    CHECK(older.code == Code::store);
    CHECK_THAT(older.hint, Catch::Contains("mtlsca db upgrade"));
}

TEST_CASE("a damaged page is found by check and is never an answer") {
    Inventory ca;
    {
        store::Transaction transaction(ca.database);
        for (int i = 0; i < 500; ++i)
            store::record_intent(transaction, ca.intent(std::to_string(i)), now);
        transaction.commit();
    }
    CHECK(ca.database.check() == Findings{});
    ca.database.close();
    damage(ca.path(), 40 * page_bytes, 20 * page_bytes); // rows, behind the pages of the schema
    store::Database damaged = ca.again();
    const Findings findings = damaged.check();
    REQUIRE_FALSE(findings.empty());
    CHECK(findings[0].rule == "database-integrity");
    CHECK(code_of([&] { names(damaged, {}); }) == Code::store);
    for (store::CertificateId id = 1; id <= 500; ++id) {
        std::string name = std::to_string(id - 1);
        const auto code = code_of([&] { name = store::by_id(damaged, id).value().name; });
        CHECK((!code || code == Code::store));
        CHECK(name == std::to_string(id - 1));
    }
}

TEST_CASE("a reference to a row that is gone is found by check") {
    Inventory ca;
    issue(ca.database, ca.intent("a"));
    ca.execute("PRAGMA foreign_keys = OFF; DELETE FROM certificate");
    const Findings findings = ca.database.check();
    REQUIRE_FALSE(findings.empty());
    CHECK(findings[0].rule == "database-reference");
}

TEST_CASE("who may not write can read, with or without the engine's own files, and is told when writing") {
    Inventory ca;
    issue(ca.database, ca.intent("a"));
    const bool folded = GENERATE(false, true);
    if (folded)
        ca.database.close();
    std::filesystem::permissions(ca.folder.path(), std::filesystem::perms(0555));
    for (const char* suffix : {"", "-wal", "-shm"})
        ::chmod((ca.path().string() + suffix).c_str(), 0444);
    const auto as_somebody_else = [](auto work) {
        return in_child([&] {
            constexpr uid_t nobody = 65534;
            if (::geteuid() == 0 && (::setgid(nobody) != 0 || ::setuid(nobody) != 0))
                return 98;
            return work();
        });
    };
    CHECK(as_somebody_else([&] {
              const auto database = store::Database::open(ca.path(), Access::read, 0ms);
              return names(database, {}).size() == 1 ? 0 : 50;
          }) == 0);
    CHECK(as_somebody_else([&] {
              store::Database::open(ca.path(), Access::write, 0ms);
              return 0;
          }) == static_cast<int>(Code::failed));
    std::filesystem::permissions(ca.folder.path(), std::filesystem::perms(0755));
}

TEST_CASE("who opened for reading cannot write") {
    Inventory ca;
    store::Database reader = store::Database::open(ca.path(), Access::read, 0ms);
    CHECK(code_of([&] { record_pending(reader, ca.intent("a")); }) == Code::failed);
}

TEST_CASE("a reader leaves nothing beside the file") {
    Inventory ca;
    ca.database.close();
    {
        const auto reader = store::Database::open(ca.path(), Access::read, 0ms);
        CHECK(names(reader, {}).empty());
    }
    CHECK(std::distance(std::filesystem::directory_iterator(ca.folder.path()), {}) == 1);
}

TEST_CASE("a file name that a URI would misread is opened") {
    const TemporaryFolder folder;
    const io::Path path = folder / "a%41?mode=ro#x.db";
    store::Database::create(path).close();
    CHECK_NOTHROW(store::Database::open(path, Access::write, 0ms));
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
    ::chmod(path.c_str(), 0444);
    CHECK(in_child([&] {
              if (::geteuid() == 0 && ::setuid(65534) != 0)
                  return 98;
              store::Database::open(path, Access::read, 0ms);
              return 0;
          }) == 0);
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
}

TEST_CASE("a snapshot sees one state, however others write") {
    Inventory ca;
    store::Database reader = ca.again();
    const store::Snapshot snapshot(reader);
    issue(ca.database, ca.intent("a"));
    CHECK(names(reader, {}).empty());
    {
        const store::Snapshot inner(reader); // the outer one's state, and not its end
        CHECK(names(reader, {}).empty());
    }
    CHECK(names(reader, {}).empty());
    CHECK(names(ca.database, {}).size() == 1);
}
