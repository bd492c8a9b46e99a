#include "store/sqlite/handle.h"

#include <cerrno>
#include <new>

namespace mtlsca::store::sqlite {
namespace {

// Of the database's file or of its log, whose last call failed with it. SQLite forgets to pass on most of
// them.
int file_errno(sqlite3* database) {
    int number = 0;
    sqlite3_file* log = nullptr;
    if (database == nullptr)
        return 0;
    if (sqlite3_file_control(database, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK &&
        log != nullptr && log->pMethods != nullptr)
        log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &number);
    if (number == 0)
        sqlite3_file_control(database, "main", SQLITE_FCNTL_LAST_ERRNO, &number);
    return number;
}

// A read that the disk refuses is SQLITE_CORRUPT to SQLite (unixRead() in os_unix.c, by way of
// SQLITE_IOERR_CORRUPTFS): nothing says that what is on the disk is wrong.
bool is_read_error(int number) {
    return number == EIO || number == ENXIO || number == ERANGE;
}

std::string why_not_opened(int number) {
    return number == 0 ? "cannot be opened" : "cannot be opened: " + io::reason_of(number);
}

[[noreturn]] void fail_unreadable(sqlite3* database, const std::string& object) {
    int number = sqlite3_system_errno(database);
    if (number == 0)
        number = file_errno(database);
    std::string reason = "the disk cannot be read or written";
    if (number != 0)
        reason += ": " + io::reason_of(number);
    throw Error(Code::failed, object, reason,
                "see that the disk is sound and has space, then run the command again");
}

} // namespace

void fail_damaged(const io::Path& path, const std::string& reason) {
    throw Error(Code::store, path.string(), reason, "restore a backup of the CA's folder");
}

void expect_readable(sqlite3* database, const io::Path& path) {
    if (is_read_error(file_errno(database)))
        fail_unreadable(database, path.string());
}

void fail(sqlite3* database, int code, const io::Path& path) {
    const std::string object = path.string();
    switch (primary(code)) {
    case SQLITE_NOMEM:
        throw std::bad_alloc();
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        throw Error(Code::busy, object, "another command holds the database",
                    "wait for it to end, or wait longer with --lock-timeout");
    case SQLITE_FULL:
        throw Error(Code::failed, object, "the disk is full, nothing was changed",
                    "free some space and run the command again");
    case SQLITE_IOERR:
        fail_unreadable(database, object);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        throw Error(Code::failed, object, "may not be written",
                    "run the command as the owner of the folder, or make both writable");
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
        throw Error(Code::failed, object, why_not_opened(sqlite3_system_errno(database)),
                    "see that the file and its folder may be read and written by this user");
    case SQLITE_CORRUPT:
        expect_readable(database, path);
        fail_damaged(path, "is damaged");
    case SQLITE_NOTADB:
        fail_damaged(path, "is not a database");
    case SQLITE_CONSTRAINT:
        if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
            code == SQLITE_CONSTRAINT_ROWID)
            throw Error(Code::already, object, sqlite3_errmsg(database));
        if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
            throw Error(Code::not_found, object, "what the row belongs to is not there");
        break;
    default:
        break;
    }
    throw Error(Code::failed, object, sqlite3_errmsg(database));
}

} // namespace mtlsca::store::sqlite
