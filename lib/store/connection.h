// What a storage engine must offer to be a driver of this room. Only files in store/ include this.
//
// SQL is written once, in the common subset, with named parameters (":serial") and columns read by position
// in the order the query names them. A Statement is prepared once per connection and text, and reset when it
// goes out of use.
#pragma once

#include "bytes.h"
#include "time.h"

#include <memory>
#include <optional>
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
};

class Connection {
public:
    virtual ~Connection() = default;
    // Cached by text. Reset and unbound when the returned handle dies; one handle of a text at a time.
    struct Release {
        void operator()(Statement* statement) const;
    };
    using Handle = std::unique_ptr<Statement, Release>;
    virtual Handle prepare(std::string_view sql) = 0;
    virtual void execute(std::string_view sql) = 0; // no parameters, no rows
    virtual std::int64_t last_id() const = 0;
    virtual std::int64_t changes() const = 0;
};

} // namespace mtlsca::store
