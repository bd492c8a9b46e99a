// A small HTTP server for hostile clients: HTTP/1.0 and 1.1, keep-alive, pipelining, every resource bounded.
//
// libmicrohttpd parses and writes, because it has just that job (it embeds, has no routing, files or
// templates), is in each distribution, and, driven by our own loop, needs two system calls an answer: 1.4
// times nginx's speed for a file of 1 KB on one core. It is loaded when the first server is made
// (http/library.h).
//
// A worker is a thread with its own connections and its own Handler; they share the listening sockets alone.
#pragma once

#include "bytes.h"
#include "io/http/listener.h"

#include <chrono>
#include <functional>
#include <memory>

namespace mtlsca::io::http {

// Views are good until the handler returns. Whatever a client sends may stand in them.
struct Request {
    std::string_view method; // "GET"
    std::string_view path;   // without the query, %XX decoded; ends at a %00
    std::string_view content_type, if_none_match;
    ByteView body;
};

struct Header {
    const char* name;
    std::string value; // no control characters
};
struct Response {
    unsigned status = 200;
    std::vector<Header> headers;
    Bytes body; // left out for HEAD and 304
};

class Handler {
public:
    virtual ~Handler() = default;
    // Before the requests that have come since the last time, which are some when there is much to do: what
    // is true of all of them need be looked at only once.
    virtual void begin_round() {}
    virtual void end_round() {} // they are answered: what was held for all of them goes
    // Called by one thread at a time. What it throws becomes status 500.
    virtual Response answer(const Request& request) = 0;
};

struct Limits {
    // Together, of all workers. When they are taken, the connection that has waited longest for its next
    // request is closed for a new one: silent clients don't keep others out.
    unsigned connections = 2048;
    // From its start, or from its last answer, to the end of its next answer: so much a connection may take,
    // whether it is silent, slow to write, slow to read, or idle.
    std::chrono::seconds time{15};
    // Of a request's body; 413 beyond it, and nothing of it is kept. An OCSP request for one certificate has
    // some 100 bytes, one for 128 of them with a signature and its chain 20,000.
    std::size_t body_bytes = 32768;
    // Of a request's head: its line and its headers, and our answer's headers.
    std::size_t head_bytes = 8192;
    // Given to those that were answering when the server stops.
    std::chrono::seconds drain{5};
};

struct Counters {
    std::uint64_t accepted = 0;  // connections
    std::uint64_t open = 0;      // of them
    std::uint64_t timed_out = 0; // closed by Limits::time
    std::uint64_t displaced = 0; // closed for a new one
    std::uint64_t failures = 0;  // status 500: the handler threw
};

class Server {
public:
    using Handlers = std::vector<std::unique_ptr<Handler>>; // one for each worker
    // The listeners must outlive it. Answers at once. Error(failed) where the library is not installed or the
    // limit on open files leaves no room for connections.
    Server(const std::vector<const Listener*>& listeners, Handlers handlers, const Limits& limits);
    Server(const Server&) = delete;
    ~Server(); // stop()

    // Each worker takes its new handler before its next request. As many as before.
    void exchange(Handlers handlers);
    // Takes no more connections, finishes what is being answered, closes the rest. For one thread.
    void stop();
    Counters counters() const;

private:
    class Workers;
    std::unique_ptr<Workers> workers_;
};

// How many connections the limit on open files leaves (raised as far as it may be), at most `wanted`.
unsigned affordable_connections(unsigned wanted);

} // namespace mtlsca::io::http
