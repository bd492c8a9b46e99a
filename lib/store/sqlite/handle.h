// sqlite3's handles as owned values, and its result codes as our Error.
#pragma once

#include "error.h"
#include "io/file.h"

#include <memory>
#include <sqlite3.h>

namespace mtlsca::store::sqlite {

struct Close {
    void operator()(sqlite3* database) const noexcept { sqlite3_close(database); }
};
struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using DatabasePtr = std::unique_ptr<sqlite3, Close>;
using StatementPtr = std::unique_ptr<sqlite3_stmt, Finalize>;

// Throws what `code`, the extended result of the latest call on `database`, means for people.
[[noreturn]] void fail(sqlite3* database, int code, const io::Path& path);
// Error(store) for a file that can no longer be trusted.
[[noreturn]] void fail_damaged(const io::Path& path, const std::string& reason);

// Error(failed) where the disk refused to give what was read last: SQLite's checks take that for damage.
void expect_readable(sqlite3* database, const io::Path& path);

inline int primary(int code) {
    return code & 0xff;
} // https://sqlite.org/rescode.html

} // namespace mtlsca::store::sqlite
