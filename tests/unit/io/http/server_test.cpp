#include "io/http/server.h"

#include "child.h"
#include "error.h"
#include "failing_call.h"
#include "io/http/client.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <sys/resource.h>

using namespace mtlsca;
using namespace mtlsca::io::http;
using namespace std::string_literals;

namespace {

// Says what it was asked: "GET /path text/plain 3 bytes".
class Echo final : public Handler {
public:
    Response answer(const Request& request) override {
        if (request.path == "/throw")
            throw Error(Code::failed, "handler", "cannot");
        const std::string text = std::string(request.method) + " " + std::string(request.path) + " " +
                                 std::string(request.content_type) + " " +
                                 std::to_string(request.body.size()) + " bytes";
        Response response{200, {{"ETag", "\"x\""}}, {}};
        append(response.body, as_bytes(text));
        return response;
    }
};

class Says final : public Handler {
public:
    explicit Says(std::string text) : text_(std::move(text)) {}
    Response answer(const Request&) override {
        Response response;
        append(response.body, as_bytes(text_));
        return response;
    }

private:
    std::string text_;
};

template <class Made, class... Arguments>
Server::Handlers one(Arguments... arguments) {
    Server::Handlers handlers;
    handlers.push_back(std::make_unique<Made>(arguments...));
    return handlers;
}

struct Served {
    explicit Served(const Limits& limits = {}, Server::Handlers handlers = one<Echo>())
        : listener(Listener::open("127.0.0.1:0")), server({&listener}, std::move(handlers), limits) {}
    Client client() const { return Client(listener.address()); }
    Listener listener;
    Server server;
};

std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
}
std::string post(std::size_t size) {
    return "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: " +
           std::to_string(size) + "\r\n\r\n" + std::string(size, 'x');
}

} // namespace

TEST_CASE("requests in one packet are answered one after another on their connection") {
    const Served served;
    Client client = served.client();
    client.send(get("/a%2Fb") + post(100) + get("/c?query"));
    CHECK(client.answer().body == "GET /a/b  0 bytes");
    CHECK(client.answer().body == "POST / text/plain 100 bytes");
    const Answer last = client.answer();
    CHECK(last.body == "GET /c  0 bytes");
    CHECK(last.status == 200);
    CHECK(last.head.find("ETag: \"x\"\r\n") != std::string::npos);
}

TEST_CASE("a request that comes byte by byte is answered, and others meanwhile") {
    const Served served;
    Client slow = served.client();
    for (const char byte : post(3)) {
        slow.send(std::string(1, byte));
        if (byte == '\n') {
            Client other = served.client();
            other.send(get("/other"));
            CHECK(other.answer().status == 200);
        }
    }
    CHECK(slow.answer().body == "POST / text/plain 3 bytes");
}

TEST_CASE("a body beyond the limit is refused with 413 and not handed on") {
    const Served served;
    Client client = served.client();
    client.send(post(32768));
    CHECK(client.answer().body == "POST / text/plain 32768 bytes");
    client.send(post(32769));
    const Answer refused = client.answer();
    CHECK(refused.status == 413);
    CHECK(client.is_closed());

    SECTION("a megabyte of it") {
        Client large = served.client();
        large.send(post(1U << 20U));
        CHECK(large.answer().status == 413);
    }
    SECTION("before it is sent where the client asks") {
        Client asking = served.client();
        asking.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 40000\r\n\r\n");
        CHECK(asking.answer().status == 413);
    }
    SECTION("in chunks whose sum nobody has announced") {
        Client chunked = served.client();
        chunked.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 9; ++i)
            chunked.send("1000\r\n" + std::string(4096, 'x') + "\r\n");
        chunked.send("0\r\n\r\n");
        CHECK(chunked.answer().status == 413);
    }
    SECTION("without an end") {
        Client endless = served.client();
        endless.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n");
        CHECK(endless.answer().status == 413);
        CHECK(endless.is_closed());
    }
}

TEST_CASE("a head beyond the limit and garbage are refused, and the next client is answered") {
    Limits limits;
    limits.time = std::chrono::seconds(3); // libmicrohttpd keeps half of a connection for as long
    const Served served(limits);
    for (const std::string& sent : {"GET /" + std::string(100000, 'a') + " HTTP/1.1\r\n\r\n",
                                    "GET / HTTP/1.1\r\nX: " + std::string(100000, 'a') + "\r\n\r\n",
                                    "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n"s, "\0\0\0\0\r\n\r\n"s,
                                    "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"s}) {
        Client client = served.client();
        client.send(sent);
        client.close_writing();
        const std::string all = client.rest();
        CAPTURE(sent.substr(0, 40), all);
        CHECK((all.empty() || all.starts_with("HTTP/1.1 4") || all.starts_with("HTTP/1.0 4")));
    }
    Client client = served.client();
    client.send(get("/"));
    CHECK(client.answer().status == 200);
}

TEST_CASE("a client that closes its writing half gets its answer, one that closes all harms nobody") {
    Limits limits;
    limits.time = std::chrono::seconds(3); // libmicrohttpd keeps half of a connection for as long
    const Served served(limits);
    for (int i = 0; i < 50; ++i)
        served.client(); // connects and goes: openssl ocsp hangs for good at one of these
    Client client = served.client();
    client.send(get("/"));
    client.close_writing();
    CHECK(client.answer().status == 200);
    CHECK(client.is_closed());
}

TEST_CASE("silent, slow and idle connections are closed when their time is over") {
    Limits limits;
    limits.time = std::chrono::seconds(1);
    const Served served(limits);
    Client silent = served.client(), begun = served.client(), halfway = served.client(),
           idle = served.client();
    begun.send("GET / HT");
    halfway.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
    idle.send(get("/"));
    CHECK(idle.answer().status == 200);
    for (Client* client : {&silent, &begun, &halfway, &idle})
        CHECK(client->is_closed());
    CHECK(served.server.counters().timed_out == 4);
    CHECK(served.server.counters().open == 0);
}

TEST_CASE("a client that does not read its answers is closed when its time is over") {
    Limits limits;
    limits.time = std::chrono::seconds(1);
    const Served served(limits, one<Says>(std::string(8U << 20U, 'x')));
    Client deaf = served.client();
    deaf.send(get("/"));
    for (int rounds = 0; served.server.counters().timed_out == 0 && rounds < 1000; ++rounds)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    CHECK(served.server.counters().timed_out == 1);
}

TEST_CASE("when all connections are taken the longest silent one makes place") {
    Limits limits;
    limits.connections = 8;
    limits.time = std::chrono::seconds(600);
    const Served served(limits);
    std::vector<Client> silent;
    for (int i = 0; i < 100; ++i)
        silent.push_back(served.client());
    Client client = served.client();
    client.send(get("/"));
    CHECK(client.answer().status == 200);
    CHECK(silent.front().is_closed());
    CHECK(served.server.counters().open <= 8);
    CHECK(served.server.counters().displaced >= 93);
}

TEST_CASE("a handler that throws gives status 500, and the next request is answered") {
    const Served served;
    Client client = served.client();
    client.send(get("/throw") + get("/"));
    CHECK(client.answer().status == 500);
    CHECK(client.answer().status == 200);
    CHECK(served.server.counters().failures == 1);
}

TEST_CASE("handlers are exchanged under open connections") {
    Served served({}, one<Says>("old"));
    Client client = served.client();
    client.send(get("/"));
    CHECK(client.answer().body == "old");
    served.server.exchange(one<Says>("new"));
    client.send(get("/"));
    CHECK(client.answer().body == "new");
}

namespace {

// Waits in its answer until it is let go.
class Gate final : public Handler {
public:
    Gate(std::shared_ptr<std::promise<void>> reached, std::shared_ptr<std::promise<void>> open)
        : reached_(std::move(reached)), open_(std::move(open)) {}
    Response answer(const Request&) override {
        reached_->set_value();
        open_->get_future().wait();
        return {};
    }

private:
    std::shared_ptr<std::promise<void>> reached_, open_;
};

} // namespace

TEST_CASE("who is being answered when the server stops gets its answer, idle ones are closed at once") {
    const auto reached = std::make_shared<std::promise<void>>(),
               open = std::make_shared<std::promise<void>>();
    Served served({}, one<Gate>(reached, open));
    Client idle = served.client(), asking = served.client();
    asking.send(get("/"));
    reached->get_future().wait();
    std::future<void> stopped = std::async(std::launch::async, [&] { served.server.stop(); });
    open->set_value();
    CHECK(asking.answer().status == 200);
    CHECK(asking.is_closed());
    CHECK(idle.is_closed());
    stopped.wait();
}

TEST_CASE("a request whose end comes while the server stops is answered, and its connection closed") {
    Served served;
    Client idle = served.client(), asking = served.client();
    asking.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    CHECK(asking.answer().status == 100); // its head has come
    std::future<void> stopped = std::async(std::launch::async, [&] { served.server.stop(); });
    CHECK(idle.is_closed());
    asking.send("abc");
    const Answer answer = asking.answer();
    CHECK(answer.body == "POST /  3 bytes");
    CHECK(answer.head.find("Connection: close\r\n") != std::string::npos);
    CHECK(asking.is_closed());
    stopped.wait();
}

namespace {

class Splits final : public Handler {
public:
    Response answer(const Request&) override { return {200, {{"ETag", "x\r\nSet-Cookie: y"}}, {}}; }
};

} // namespace

TEST_CASE("a header that would be two is not sent, nor anything else of its answer") {
    const Served served({}, one<Splits>());
    Client client = served.client();
    client.send(get("/"));
    CHECK(client.is_closed());
}

TEST_CASE("several workers and several addresses serve side by side") {
    const Listener first = Listener::open("127.0.0.1:0"), second = Listener::open("127.0.0.1:0");
    Server::Handlers handlers;
    for (int i = 0; i < 3; ++i)
        handlers.push_back(std::make_unique<Echo>());
    const Server server({&first, &second}, std::move(handlers), {});
    std::vector<Client> clients;
    for (int i = 0; i < 60; ++i)
        clients.emplace_back(i % 2 == 0 ? first.address() : second.address());
    for (Client& client : clients)
        client.send(get("/"));
    for (Client& client : clients)
        CHECK(client.answer().status == 200);
}

TEST_CASE("a server that cannot start says why, and its listener is still there") {
    const Listener listener = Listener::open("127.0.0.1:0");
    const auto serve = [&] { const Server server({&listener}, one<Echo>(), Limits{}); };
    CHECK(failure_of({SYS_eventfd2, EMFILE}, serve) == "event: cannot make one: too many open files");
    CHECK(failure_of({SYS_epoll_create1, EMFILE}, serve) == listener.address() + ": cannot be served");
    CHECK(failure_of({SYS_clone3, EAGAIN, std::nullopt, SYS_clone}, serve) ==
          "threads: cannot start them: resource temporarily unavailable");
    const Server server({&listener}, one<Echo>(), Limits{});
    Client client(listener.address());
    client.send(get("/"));
    CHECK(client.answer().status == 200);
}

// [no-valgrind]: it answers getrlimit(2) with a limit of its own.
TEST_CASE("connections are as many as the limit on open files leaves", "[no-valgrind]") {
    const auto affordable = [](rlim_t files) {
        return in_child([files] {
            const rlimit limit{files, files};
            ::setrlimit(RLIMIT_NOFILE, &limit);
            return static_cast<int>(affordable_connections(100));
        });
    };
    CHECK(affordable(1000) == 100);
    CHECK(affordable(128 + 7) == 7);
    CHECK(affordable(128) == static_cast<int>(Code::failed));
    while_failing({SYS_prlimit64, EPERM}, [] { CHECK(affordable_connections(1000) == 256); });
}
