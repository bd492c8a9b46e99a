// One connection to a SQLite file.
#pragma once

#include "store/sqlite/statement.h"

#include <chrono>
#include <map>
#include <random>

namespace mtlsca::store::sqlite {

class SqliteConnection final : public Connection {
public:
    // `flags` of sqlite3_open_v2; `name` is the path, or a file: URI of it. The file is not touched yet.
    SqliteConnection(io::Path path, const std::string& name, int flags, std::chrono::milliseconds timeout);

    Handle prepare(std::string_view sql) override;
    void execute(std::string_view sql) override;
    std::int64_t last_id() const override;
    std::int64_t changes() const override;
    void begin_write() override;
    void begin_read() override;
    void commit() override;
    void rollback() noexcept override;
    bool in_transaction() const override;
    std::int64_t changes_of_others() override;
    void close() override;
    Findings check() override;
    void copy_to(const io::Path& target) override;
    Findings check_quickly() override;

    std::int64_t value(std::string_view sql); // of one row, one column
    // SQLite opens a file that it may not write for reading, without a word.
    bool is_read_only() const;
    void expect_writable() const;
    const io::Path& path() const { return path_; }
    // How SQLite carries out what was prepared so far, a line for each step: whether every question has its
    // index.
    std::vector<std::string> plans();

private:
    static int wait_a_little(void* connection, int times);
    void add_problems(std::string_view sql, const char* rule, Findings& findings);

    io::Path path_;
    std::chrono::milliseconds timeout_;
    std::chrono::steady_clock::time_point waiting_since_{};
    std::minstd_rand random_;
    DatabasePtr database_;
    std::map<std::string, std::unique_ptr<SqliteStatement>, std::less<>> statements_;
};

} // namespace mtlsca::store::sqlite
