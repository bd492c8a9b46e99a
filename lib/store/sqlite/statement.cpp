#include "store/sqlite/statement.h"

namespace mtlsca::store::sqlite {

SqliteStatement::SqliteStatement(sqlite3* database, const io::Path& path, std::string_view sql, bool cached)
    : database_(database), path_(path), cached_(cached) {
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()),
                           cached ? unsigned{SQLITE_PREPARE_PERSISTENT} : 0U, &statement, nullptr);
    statement_.reset(statement);
    // Our SQL is right: where it cannot be prepared, the tables are not those that this version made.
    if (code == SQLITE_ERROR)
        fail_damaged(path,
                     std::string("its tables are not those of this version: ") + sqlite3_errmsg(database));
    must(code);
}

void SqliteStatement::must(int code) const {
    if (code != SQLITE_OK)
        fail(database_, code, path_);
}

int SqliteStatement::index(const char* name) {
    if (next_parameter_ < parameters_.size() && parameters_[next_parameter_].name == name)
        return parameters_[next_parameter_++].index;
    parameters_.resize(next_parameter_);
    parameters_.push_back({name, sqlite3_bind_parameter_index(statement_.get(), name)});
    return parameters_[next_parameter_++].index;
}

void SqliteStatement::bind(const char* name, std::int64_t value) {
    must(sqlite3_bind_int64(statement_.get(), index(name), value));
}

void SqliteStatement::bind(const char* name, std::string_view value) {
    // A null pointer would bind NULL.
    must(sqlite3_bind_text64(statement_.get(), index(name), value.empty() ? "" : value.data(), value.size(),
                             SQLITE_TRANSIENT, SQLITE_UTF8));
}

void SqliteStatement::bind(const char* name, ByteView value) {
    if (value.empty())
        must(sqlite3_bind_zeroblob(statement_.get(), index(name), 0));
    else
        must(
            sqlite3_bind_blob64(statement_.get(), index(name), value.data(), value.size(), SQLITE_TRANSIENT));
}

void SqliteStatement::bind_null(const char* name) {
    must(sqlite3_bind_null(statement_.get(), index(name)));
}

bool SqliteStatement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        fail(database_, code, path_);
    return code == SQLITE_ROW;
}

std::int64_t SqliteStatement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string_view SqliteStatement::text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    if (text == nullptr)
        return {};
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

ByteView SqliteStatement::blob(int column) const {
    const auto* octets = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
    return {octets, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool SqliteStatement::is_null(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void SqliteStatement::release() {
    if (!cached_) {
        delete this;
        return;
    }
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
    next_parameter_ = 0;
    in_use_ = false;
}

} // namespace mtlsca::store::sqlite
