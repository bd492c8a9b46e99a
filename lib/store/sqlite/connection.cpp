#include "store/sqlite/connection.h"

#include <algorithm>
#include <thread>
#include <unistd.h>

namespace mtlsca::store::sqlite {
namespace {

// SQLite counts its memory under a lock of the whole process, for limits that nobody sets here
// (https://sqlite.org/malloc.html 3.5): a tenth of what a row costs, where rows come by the million.
void count_no_memory() {
    [[maybe_unused]] static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

} // namespace

SqliteConnection::SqliteConnection(io::Path path, const std::string& name, int flags,
                                   std::chrono::milliseconds timeout)
    : path_(std::move(path)), timeout_(timeout), random_(static_cast<unsigned>(::getpid())) {
    count_no_memory();
    sqlite3* database = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &database,
                                     flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    database_.reset(database);
    if (code != SQLITE_OK)
        fail(database, code, path_);
    // https://sqlite.org/security.html: a file that somebody else wrote must not run code of theirs here.
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
    sqlite3_busy_handler(database, wait_a_little, this);
}

int SqliteConnection::wait_a_little(void* connection, int times) {
    auto& self = *static_cast<SqliteConnection*>(connection);
    const auto now = std::chrono::steady_clock::now();
    if (times == 0)
        self.waiting_since_ = now;
    const auto left = self.waiting_since_ + self.timeout_ - now;
    if (left <= left.zero())
        return 0;
    // Random, so that those who wait don't come all at once again and again; short, because a transaction
    // takes about a millisecond.
    const auto longest = std::chrono::microseconds(std::min(500 * (times + 1), 8000));
    std::uniform_int_distribution<long> pause(100, longest.count());
    std::this_thread::sleep_for(
        std::min<std::chrono::nanoseconds>(left, std::chrono::microseconds(pause(self.random_))));
    return 1;
}

Connection::Handle SqliteConnection::prepare(std::string_view sql) {
    const auto found = statements_.find(sql);
    if (found == statements_.end()) {
        auto statement = std::make_unique<SqliteStatement>(database_.get(), path_, sql, true);
        return Handle(statements_.emplace(sql, std::move(statement)).first->second.get());
    }
    if (found->second->in_use())
        return Handle(new SqliteStatement(database_.get(), path_, sql, false));
    found->second->take();
    return Handle(found->second.get());
}

void SqliteConnection::execute(std::string_view sql) {
    const int code = sqlite3_exec(database_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        fail(database_.get(), code, path_);
}

std::int64_t SqliteConnection::value(std::string_view sql) {
    const auto statement = prepare(sql);
    return statement->step() ? statement->integer(0) : 0;
}

bool SqliteConnection::is_read_only() const {
    return sqlite3_db_readonly(database_.get(), "main") != 0;
}

void SqliteConnection::expect_writable() const {
    if (is_read_only())
        fail(database_.get(), SQLITE_READONLY, path_);
}

std::vector<std::string> SqliteConnection::plans() {
    std::vector<std::string> steps;
    for (const auto& [text, statement] : statements_) {
        SqliteStatement plan(database_.get(), path_, "EXPLAIN QUERY PLAN " + text, true);
        while (plan.step())
            steps.emplace_back(plan.text(3));
    }
    return steps;
}

std::int64_t SqliteConnection::last_id() const {
    return sqlite3_last_insert_rowid(database_.get());
}

std::int64_t SqliteConnection::changes() const {
    return sqlite3_changes64(database_.get());
}

void SqliteConnection::begin_write() {
    prepare("BEGIN IMMEDIATE")->step();
}

void SqliteConnection::begin_read() {
    prepare("BEGIN")->step();
    // SQLite fixes the state with the first read, not with BEGIN.
    prepare("SELECT 1 FROM schema_version")->step();
}

void SqliteConnection::commit() {
    prepare("COMMIT")->step();
}

void SqliteConnection::rollback() noexcept {
    // SQLite has rolled back by itself after some errors, and then there is nothing to do. A read-only
    // transaction ends with it just as well.
    if (in_transaction())
        sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

bool SqliteConnection::in_transaction() const {
    return sqlite3_get_autocommit(database_.get()) == 0;
}

std::int64_t SqliteConnection::changes_of_others() {
    return value("PRAGMA data_version");
}

void SqliteConnection::close() {
    const int code = is_read_only() ? SQLITE_OK
                                    : sqlite3_wal_checkpoint_v2(database_.get(), nullptr,
                                                                SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    if (code != SQLITE_OK)
        fail(database_.get(), code, path_);
    statements_.clear();
    database_.reset();
}

void SqliteConnection::add_problems(std::string_view sql, const char* rule, Findings& findings) {
    try {
        const auto statement = prepare(sql);
        while (statement->step()) {
            if (statement->text(0) == "ok")
                continue;
            expect_readable(database_.get(), path_);
            findings.push_back({Severity::error, rule, path_.string(), std::string(statement->text(0))});
        }
    } catch (const Error& error) {
        if (error.code != Code::store)
            throw;
        findings.push_back({Severity::error, rule, path_.string(), error.reason});
    }
}

Findings SqliteConnection::check() {
    Findings findings;
    add_problems("PRAGMA integrity_check", "database-integrity", findings);
    add_problems("SELECT 'row ' || rowid || ' of ' || \"table\" || ' refers to a row of ' || parent || "
                 "' that is not there' FROM pragma_foreign_key_check LIMIT 100",
                 "database-reference", findings);
    return findings;
}

Findings SqliteConnection::check_quickly() {
    // PRAGMA quick_check reads every page, a few MiB in a millisecond. Of a larger file SQLite has refused at
    // the first read what lacks pages that its header counts.
    constexpr std::int64_t read_whole_max_bytes = 8 << 20;
    Findings findings;
    if (value("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size") <=
        read_whole_max_bytes)
        add_problems("PRAGMA quick_check", "database-integrity", findings);
    return findings;
}

} // namespace mtlsca::store::sqlite
