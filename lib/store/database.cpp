#include "store/database.h"

#include "store/connection.h"
#include "store/sqlite/driver.h"

namespace mtlsca::store {

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Database Database::create(const io::Path& path) {
    return Database(sqlite::create(path));
}

Database Database::open(const io::Path& path, Access access, std::chrono::milliseconds timeout) {
    return Database(sqlite::open(path, access == Access::write, timeout));
}

void Database::close() {
    connection_->close();
}

Findings Database::check() {
    return connection_->check();
}

Transaction::Transaction(Database& database) : connection_(&database.connection()) {
    connection_->begin_write();
    connection_->log_end.reset();
}

Transaction::~Transaction() {
    if (!open_)
        return;
    connection_->rollback();
    connection_->words.clear();
}

void Transaction::commit() {
    connection_->commit();
    open_ = false;
}

Snapshot::Snapshot(const Database& database)
    : connection_(database.connection().in_transaction() ? nullptr : &database.connection()) {
    if (connection_ != nullptr)
        connection_->begin_read();
}

Snapshot::~Snapshot() {
    if (connection_ != nullptr)
        connection_->rollback();
}

} // namespace mtlsca::store
