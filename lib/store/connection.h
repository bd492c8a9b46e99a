// What a storage engine must offer to be a driver of this room. Only files in store/ include this.
//
// SQL is written once, in the common subset, with named parameters (":serial") and columns read by position
// in the order the query names them. A Statement is prepared once per connection and text, and reset when it
// goes out of use.
//
// Errors: as database.h says; a value that is there already and must not be there twice is Error(already).
#pragma once

#include "bytes.h"
#include "error.h"
#include "io/file.h"
#include "time.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mtlsca::store {

class Statement {
public:
    virtual ~Statement() = default;
    virtual void bind(const char* name, std::int64_t value) = 0;
    virtual void bind(const char* name, std::string_view value) = 0;
    virtual void bind(const char* name, ByteView value) = 0;
    virtual void bind_null(const char* name) = 0;
    virtual bool step() = 0; // true: a row is there
    virtual std::int64_t integer(int column) const = 0;
    virtual std::string_view text(int column) const = 0; // valid until the next step
    virtual ByteView blob(int column) const = 0;         // likewise
    virtual bool is_null(int column) const = 0;
    virtual void release() = 0; // back to the connection, which may end its life
};

class Connection {
public:
    virtual ~Connection() = default;
    // Cached by text. Reset and unbound when the returned handle dies. A text that is in use (a visitor that
    // searches again) is prepared once more.
    struct Release {
        void operator()(Statement* statement) const { statement->release(); }
    };
    using Handle = std::unique_ptr<Statement, Release>;
    virtual Handle prepare(std::string_view sql) = 0;
    virtual void execute(std::string_view sql) = 0; // no parameters, no rows
    virtual std::int64_t last_id() const = 0;
    virtual std::int64_t changes() const = 0;

    virtual void begin_write() = 0; // waits for other writers
    virtual void begin_read() = 0;  // what is read from here to the end is one state
    virtual void commit() = 0;
    virtual void rollback() noexcept = 0;
    virtual bool in_transaction() const = 0;
    virtual std::int64_t changes_of_others() = 0; // serial_status.h says what

    virtual void close() = 0;
    virtual Findings check() = 0;
    virtual void copy_to(const io::Path& target) = 0; // maintenance.h says what
    virtual Findings check_quickly() = 0;

    // The first row that this session intended: pending rows before it belong to processes that died.
    std::optional<std::int64_t> first_intent;
    // Words whose numbers this session has seen (words.h); a transaction that is rolled back takes them
    // along.
    std::map<std::string, std::int64_t, std::less<>> words;
    // The end of the audit log, once this transaction has asked for it: nobody else writes meanwhile.
    struct LogEnd {
        std::uint64_t sequence = 0;
        Bytes hash;
    };
    std::optional<LogEnd> log_end;
};

} // namespace mtlsca::store
