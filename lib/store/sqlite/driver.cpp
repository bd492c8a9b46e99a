#include "store/sqlite/driver.h"

#include "io/descriptor.h"
#include "store/sqlite/connection.h"
#include "store_files.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace mtlsca::store::sqlite {
namespace {

constexpr std::int64_t application_id = 0x6d746361; // "mtca"
constexpr std::int64_t newest_schema = embedded_files.size();

// Those behind `from`, in the transaction that is open.
void run_schema_files(SqliteConnection& connection, std::int64_t from) {
    std::int64_t version = 0;
    for (const EmbeddedFile& file : embedded_files) {
        if (++version <= from)
            continue;
        connection.execute(file.text);
        const auto insert = connection.prepare("INSERT INTO schema_version (version) VALUES (:version)");
        insert->bind(":version", version);
        insert->step();
    }
}

// FULL: a commit is on the disk before anything is said about it (the default of WAL in some builds is less).
constexpr const char* settings = "PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON";

void expect_ours(SqliteConnection& connection) {
    if (connection.value("PRAGMA application_id") != application_id)
        throw Error(Code::store, connection.path().string(), "is not a database of mtlsca",
                    "see that --home names the folder of a CA, or restore a backup");
}

std::int64_t version_of(Connection& connection) {
    const auto select = connection.prepare("SELECT max(version) FROM schema_version");
    return select->step() ? select->integer(0) : 0;
}

void expect_not_newer(SqliteConnection& connection, std::int64_t version) {
    if (version > newest_schema)
        throw Error(Code::store, connection.path().string(),
                    "was written by a newer mtlsca (schema " + std::to_string(version) +
                        ", this program knows " + std::to_string(newest_schema) + ")",
                    "use the newer program");
}

void expect_our_schema(SqliteConnection& connection) {
    expect_ours(connection);
    const std::int64_t version = version_of(connection);
    expect_not_newer(connection, version);
    if (version < newest_schema)
        throw Error(Code::store, connection.path().string(),
                    "is from an older mtlsca (schema " + std::to_string(version) + ")",
                    "`mtlsca db upgrade` backs it up and brings it to this version");
}

using Expectation = void (*)(SqliteConnection&);

std::unique_ptr<SqliteConnection> opened(const io::Path& path, const std::string& name, int flags,
                                         std::chrono::milliseconds timeout,
                                         Expectation expectation = expect_our_schema) {
    auto connection = std::make_unique<SqliteConnection>(path, name, flags, timeout);
    connection->execute(settings);
    expectation(*connection);
    return connection;
}

// A URI that says: nobody changes this file (https://sqlite.org/uri.html).
std::string immutable_uri(const io::Path& path) {
    std::string uri = "file:";
    for (const char c : io::Path(std::filesystem::absolute(path)).string()) {
        if (c == '%' || c == '?' || c == '#') {
            constexpr const char* digits = "0123456789abcdef";
            uri += {'%', digits[c >> 4], digits[c & 0x0f]};
        } else {
            uri += c;
        }
    }
    return uri + "?immutable=1";
}

bool has_write_ahead_log(const io::Path& path) {
    struct stat status {};
    return ::stat((path.string() + "-wal").c_str(), &status) == 0 && status.st_size > 0;
}

// SQLite would only say that it cannot open the file.
bool is_on_read_only_file_system(const io::Path& path) {
    struct statvfs status {};
    return ::statvfs(path.c_str(), &status) == 0 && (status.f_flag & ST_RDONLY) != 0;
}

void expect_database(const io::Path& path) {
    if (!io::exists(path))
        throw Error(Code::not_found, path.string(), "there is no database", "`mtlsca init` makes a CA");
}

std::unique_ptr<Connection> open_for_reading(const io::Path& path, std::chrono::milliseconds timeout,
                                             Expectation expectation) {
    try {
        // Read-write where the system allows it, so that the last of us leaves no -wal and -shm behind.
        auto connection = opened(path, path.string(), SQLITE_OPEN_READWRITE, timeout, expectation);
        connection->execute("PRAGMA query_only = ON");
        return connection;
    } catch (const Error& error) {
        // A database in WAL mode is read through its -shm file. Where that is not there and cannot be made
        // (a folder that is not ours, a mount without writing), the file alone is the whole database as long
        // as no log lies beside it. A writer that begins while we read would not be noticed.
        if (error.code != Code::failed || has_write_ahead_log(path) || ::access(path.c_str(), R_OK) != 0)
            throw;
        return opened(path, immutable_uri(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, timeout,
                      expectation);
    }
}

std::unique_ptr<SqliteConnection> open_for_writing(const io::Path& path, std::chrono::milliseconds timeout,
                                                   Expectation expectation) {
    if (is_on_read_only_file_system(path))
        throw Error(Code::failed, path.string(), "is on a read-only file system", "mount it for writing");
    auto connection = opened(path, path.string(), SQLITE_OPEN_READWRITE, timeout, expectation);
    connection->expect_writable();
    return connection;
}

} // namespace

// -wal and -shm take over its mode.
void make_empty_file(const io::Path& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0 && errno == EEXIST)
        throw Error(Code::already, path.string(), "a database is there already");
    if (descriptor < 0)
        throw Error(Code::failed, path.string(), "cannot be created: " + io::reason_of(errno),
                    "see that the folder is there and may be written by this user");
    ::close(descriptor);
}

std::unique_ptr<Connection> create(const io::Path& path) {
    make_empty_file(path);
    try {
        auto connection = std::make_unique<SqliteConnection>(path, path.string(), SQLITE_OPEN_READWRITE,
                                                             std::chrono::milliseconds(0));
        connection->execute("PRAGMA journal_mode = WAL");
        connection->execute(settings);
        connection->begin_write();
        connection->execute("PRAGMA application_id = " + std::to_string(application_id));
        run_schema_files(*connection, 0);
        connection->commit();
        io::sync_folder(std::filesystem::absolute(path).parent_path());
        return connection;
    } catch (...) {
        for (const char* suffix : {"", "-wal", "-shm", "-journal"})
            ::unlink((path.string() + suffix).c_str());
        throw;
    }
}

std::unique_ptr<Connection> open(const io::Path& path, bool writable, std::chrono::milliseconds timeout) {
    expect_database(path);
    if (!writable)
        return open_for_reading(path, timeout, expect_our_schema);
    return open_for_writing(path, timeout, expect_our_schema);
}

std::unique_ptr<Connection> open_any_version(const io::Path& path, std::chrono::milliseconds timeout) {
    expect_database(path);
    return open_for_reading(path, timeout, expect_ours);
}

int schema_of(Connection& connection) {
    return static_cast<int>(version_of(connection));
}

std::pair<int, int> upgrade(const io::Path& path, std::chrono::milliseconds timeout) {
    expect_database(path);
    const auto connection = open_for_writing(path, timeout, expect_ours);
    connection->begin_write();
    // Asked with the write lock in hand: somebody else may have upgraded it while this process waited.
    const std::int64_t from = version_of(*connection);
    expect_not_newer(*connection, from);
    run_schema_files(*connection, from);
    connection->commit();
    return {static_cast<int>(from), static_cast<int>(newest_schema)};
}

} // namespace mtlsca::store::sqlite
