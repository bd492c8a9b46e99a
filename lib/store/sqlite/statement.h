// A prepared statement of SQLite.
#pragma once

#include "store/connection.h"
#include "store/sqlite/handle.h"

#include <string>
#include <vector>

namespace mtlsca::store::sqlite {

class SqliteStatement final : public Statement {
public:
    // `path` is the database's, for errors; it must outlive the statement. One that is not cached ends its
    // own life when it is released.
    SqliteStatement(sqlite3* database, const io::Path& path, std::string_view sql, bool cached);

    void bind(const char* name, std::int64_t value) override;
    void bind(const char* name, std::string_view value) override;
    void bind(const char* name, ByteView value) override;
    void bind_null(const char* name) override;
    bool step() override;
    std::int64_t integer(int column) const override;
    std::string_view text(int column) const override;
    ByteView blob(int column) const override;
    bool is_null(int column) const override;
    void release() override;

    bool in_use() const { return in_use_; }
    void take() { in_use_ = true; }

private:
    int index(const char* name);
    void must(int code) const;

    sqlite3* database_;
    const io::Path& path_;
    StatementPtr statement_;
    bool cached_;
    bool in_use_ = true;

    // Parameters by the order in which they were bound the last time, which mostly is that of this time, too:
    // SQLite compares all names.
    struct Parameter {
        std::string name;
        int index;
    };
    std::vector<Parameter> parameters_;
    std::size_t next_parameter_ = 0;
};

} // namespace mtlsca::store::sqlite
