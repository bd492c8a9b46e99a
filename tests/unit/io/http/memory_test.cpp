// A server for which there is no memory: it refuses whom it cannot answer, and lives. Not under sanitizers,
// which have operators new of their own, and end the process where there is no memory; likewise valgrind.
#include "error.h"
#include "io/http/client.h"
#include "io/http/server.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <new>
#include <optional>
#include <sys/resource.h>

namespace {

std::atomic<bool> memory_is_gone{false}; // for threads that serve
thread_local bool serves = false;
thread_local long allocations_left = -1; // of this thread; -1: as many as it wants

bool is_gone() {
    if (serves && memory_is_gone)
        return true;
    return allocations_left >= 0 && allocations_left-- == 0;
}

} // namespace

// For the whole program, in which they do what the library's do unless a test here says otherwise.
void* operator new(std::size_t size) {
    void* memory = is_gone() ? nullptr : std::malloc(std::max<std::size_t>(size, 1));
    if (memory == nullptr)
        throw std::bad_alloc();
    return memory;
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

using namespace mtlsca;
using namespace mtlsca::io::http;

namespace {

// Its thread serves from the first answer on.
class Counts final : public Handler {
public:
    Response answer(const Request& request) override {
        serves = true;
        Response response;
        append(response.body, as_bytes(std::to_string(request.body.size()) + " bytes, and words about them"));
        return response;
    }
};

// Of the whole process, for as long as this lives: what is there may be used, and no page comes to it.
class NoMorePages {
public:
    NoMorePages() {
        ::getrlimit(RLIMIT_DATA, &before_);
        const rlimit none{1, before_.rlim_max}; // to Linux 0 is no limit
        ::setrlimit(RLIMIT_DATA, &none);
    }
    NoMorePages(const NoMorePages&) = delete;
    ~NoMorePages() { ::setrlimit(RLIMIT_DATA, &before_); }

private:
    rlimit before_{};
};

// Has an answer, and the library no place for its copy of it.
class Large final : public Handler {
public:
    explicit Large(std::optional<NoMorePages>& no_more) : no_more_(no_more) {}
    Response answer(const Request& request) override {
        Response response;
        if (request.path == "/large") {
            response.body.resize(8U << 20U);
            no_more_.emplace();
        }
        return response;
    }

private:
    std::optional<NoMorePages>& no_more_;
};

Server::Handlers make(std::size_t count) {
    Server::Handlers handlers;
    while (handlers.size() < count)
        handlers.push_back(std::make_unique<Counts>());
    return handlers;
}

std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
}
std::string post(std::size_t size) {
    return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
           std::string(size, 'x');
}

} // namespace

TEST_CASE("a server without the memory to start says so, at whichever allocation, and leaves no thread",
          "[no-valgrind]") {
    const Listener listener = Listener::open("127.0.0.1:0");
    long least = -1;
    for (bool has_started = false; !has_started;) {
        Server::Handlers handlers = make(3);
        allocations_left = ++least;
        try {
            const Server server({&listener}, std::move(handlers), Limits{});
            allocations_left = -1;
            has_started = true;
            Client client(listener.address());
            client.send(get("/"));
            CHECK(client.answer().status == 200);
        } catch (const std::bad_alloc&) {
            allocations_left = -1;
        }
    }
    CHECK(least > 10); // workers and threads, three of each, and what holds them
}

TEST_CASE("who comes when a server has no memory is let go, and who comes later is answered",
          "[no-valgrind]") {
    const Listener listener = Listener::open("127.0.0.1:0");
    const Server server({&listener}, make(1), Limits{});
    Client sending(listener.address()), asking(listener.address());
    for (Client* client : {&sending, &asking}) {
        client->send(get("/"));
        CHECK(client->answer().status == 200);
    }
    memory_is_gone = true;
    Client late(listener.address());
    late.send(get("/"));
    CHECK(late.is_closed());
    sending.send(post(3));
    CHECK(sending.is_closed());
    asking.send(get("/"));
    CHECK(asking.answer().status == 500);
    memory_is_gone = false;
    asking.send(post(3));
    CHECK(asking.answer().body.starts_with("3 bytes"));
    Client later(listener.address());
    later.send(get("/"));
    CHECK(later.answer().status == 200);
    CHECK(server.counters().failures == 1);
}

TEST_CASE("an answer for which there is no memory closes its connection, and the next one is answered",
          "[no-valgrind]") {
    const Listener listener = Listener::open("127.0.0.1:0");
    std::optional<NoMorePages> no_more;
    Server::Handlers handlers;
    handlers.push_back(std::make_unique<Large>(no_more));
    const Server server({&listener}, std::move(handlers), Limits{});
    Client client(listener.address()), other(listener.address());
    client.send(get("/large"));
    const bool is_closed = client.is_closed();
    no_more.reset();
    CHECK(is_closed);
    other.send(get("/"));
    CHECK(other.answer().status == 200);
}
