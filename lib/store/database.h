// What is remembered: one database behind typed functions. Which engine holds it, nothing above this room
// knows.
//
// A Database is one connection and belongs to one thread. Functions of this room that change something want
// an open Transaction; each of them says so by taking it as its parameter. Errors: Error(store) for a damaged
// database or one from a newer version, Error(busy) where another process held it longer than the timeout,
// Error(failed) for the disk.
#pragma once

#include "bytes.h"
#include "error.h"
#include "io/file.h"

#include <chrono>
#include <memory>

namespace mtlsca::store {

class Connection; // the driver's side: connection.h

class Database {
public:
    // A new, empty database with the newest schema, 0600. Error(already) where one is.
    static Database create(const io::Path& path);
    // Error(not_found) where there is none (with the hint `mtlsca init`), Error(store) where it is none of
    // ours or of another version than this program's.
    //
    // For reading alone neither the file nor its folder need be writable: where the engine's own files cannot
    // be made beside it, the database is read as it stands, and a writer that begins meanwhile goes
    // unnoticed.
    enum class Access { read, write };
    static Database open(const io::Path& path, Access access, std::chrono::milliseconds timeout);

    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;
    ~Database();

    Connection& connection() const { return *connection_; }
    // Everything is in the one file afterwards (write-ahead log folded in), which may then be renamed.
    // Nothing else may be called then. Without it a Database that dies does the same as far as others let it,
    // and says nothing where that fails: what was committed is safe either way.
    void close();

    // Problems that the engine finds in its own files ("database-integrity", "database-reference"); empty:
    // sound. Reads everything.
    Findings check();

private:
    explicit Database(std::unique_ptr<Connection> connection);
    std::unique_ptr<Connection> connection_;
};

// All or nothing, durable when commit() returns. Without commit() it is rolled back. Not nested.
class Transaction {
public:
    explicit Transaction(Database& database); // takes the write lock at once
    Transaction(const Transaction&) = delete;
    ~Transaction();
    void commit();
    Connection& connection() const { return *connection_; }

private:
    Connection* connection_;
    bool open_ = true;
};

// Many reads that see one state. Within a Transaction or another Snapshot it is theirs.
class Snapshot {
public:
    explicit Snapshot(const Database& database);
    Snapshot(const Snapshot&) = delete;
    ~Snapshot();

private:
    Connection* connection_;
};

} // namespace mtlsca::store
