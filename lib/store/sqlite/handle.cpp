#include "store/sqlite/handle.h"

#include <cctype>
#include <cstring>
#include <new>

namespace mtlsca::store::sqlite {
namespace {

std::string with_system_reason(sqlite3* database, const std::string& what) {
    const int number = sqlite3_system_errno(database);
    if (number == 0)
        return what;
    std::string reason = std::strerror(number);
    reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0]))); // as all our messages
    return what + ": " + reason;
}

} // namespace

void fail_damaged(const io::Path& path, const std::string& reason) {
    throw Error(Code::store, path.string(), reason, "restore a backup of the CA's folder");
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
        throw Error(Code::failed, object, with_system_reason(database, "the disk cannot be read or written"),
                    "see that the disk is sound and has space, then run the command again");
    case SQLITE_READONLY:
    case SQLITE_PERM:
        throw Error(Code::failed, object, "may not be written",
                    "run the command as the owner of the folder, or make both writable");
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
        throw Error(Code::failed, object, with_system_reason(database, "cannot be opened"),
                    "see that the file and its folder may be read and written by this user");
    case SQLITE_CORRUPT:
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
