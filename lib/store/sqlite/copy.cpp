// A database as a second file, by SQLite's own means: page by page within one read transaction, so that
// writers are neither stopped nor half copied (https://sqlite.org/backup.html).
#include "store/sqlite/connection.h"
#include "store/sqlite/driver.h"

#include <unistd.h>

namespace mtlsca::store::sqlite {
namespace {

struct Finish {
    void operator()(sqlite3_backup* backup) const noexcept { sqlite3_backup_finish(backup); }
};

DatabasePtr open_empty(const io::Path& path) {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(
        path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    DatabasePtr database(handle);
    if (code != SQLITE_OK)
        fail(handle, code, path);
    return database;
}

void copy_pages(sqlite3* source, const io::Path& source_path, const io::Path& target) {
    const DatabasePtr copy = open_empty(target);
    const std::unique_ptr<sqlite3_backup, Finish> backup(
        sqlite3_backup_init(copy.get(), "main", source, "main"));
    if (!backup)
        fail(copy.get(), sqlite3_extended_errcode(copy.get()), target);
    constexpr int all_pages = -1;
    const int code = sqlite3_backup_step(backup.get(), all_pages);
    const int kind = primary(code);
    const bool is_of_source = kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB || kind == SQLITE_BUSY;
    if (code != SQLITE_DONE)
        fail(copy.get(), code, is_of_source ? source_path : target);
}

} // namespace

void SqliteConnection::copy_to(const io::Path& target) {
    make_empty_file(target);
    try {
        copy_pages(database_.get(), path_, target);
        io::sync_folder(std::filesystem::absolute(target).parent_path());
    } catch (...) {
        for (const char* suffix : {"", "-journal"})
            ::unlink((target.string() + suffix).c_str());
        throw;
    }
}

} // namespace mtlsca::store::sqlite
