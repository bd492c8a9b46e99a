#include "x509/tls/client.h"

#include "child.h"

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <sys/socket.h>

using namespace mtlsca;
using namespace std::chrono_literals;

// What a real server says is tested against nginx (tests/nginx/drill_test.sh): here are those that are none.

namespace {

// Accepts one connection on a free port of 127.0.0.1 and answers whatever it gets with `answer`; without one
// it keeps silent until the client has gone.
class Stranger {
public:
    explicit Stranger(const std::string& answer) {
        const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(listening, reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(::listen(listening, 1) == 0);
        REQUIRE(::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port_ = std::to_string(ntohs(address.sin_port));
        process_ = start_child([&] {
            const int client = ::accept(listening, nullptr, nullptr);
            char hello[4096];
            const bool has_spoken = ::read(client, hello, sizeof hello) > 0;
            if (!answer.empty())
                return ::write(client, answer.data(), answer.size()) > 0 ? 0 : 1;
            while (has_spoken && ::read(client, hello, sizeof hello) > 0)
                continue;
            return 0;
        });
        ::close(listening);
    }
    Stranger(const Stranger&) = delete;
    ~Stranger() {
        ::kill(process_, SIGKILL);
        wait_for_child(process_);
    }

    x509::TlsServer server() const {
        x509::TlsServer server;
        server.name = "server.test";
        server.address = "127.0.0.1";
        server.port = port_;
        return server;
    }

private:
    std::string port_;
    pid_t process_ = -1;
};

x509::TlsAnswer ask(const x509::TlsServer& server) {
    x509::TlsRequest request;
    request.text = "GET / HTTP/1.1\r\n\r\n";
    return x509::ask(server, request);
}

} // namespace

using Outcome = x509::TlsAnswer::Outcome;

TEST_CASE("a server that speaks something else is unreachable, and not one that refuses") {
    const std::string answer = GENERATE("HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
                                        "220 mail.example.com ESMTP\r\n");
    const x509::TlsAnswer got = ask(Stranger(answer).server());
    CHECK(got.outcome == Outcome::unreachable);
    CHECK(got.problem == "does not speak TLS");
}

TEST_CASE("a server that sends an alert refuses, with the reason of the alert") {
    // RFC 8446 6: fatal (2), handshake_failure (40), protocol_version (70)
    const x509::TlsAnswer refused = ask(Stranger(std::string("\x15\x03\x03\x00\x02\x02\x28", 7)).server());
    CHECK(refused.outcome == Outcome::refused);
    CHECK_THAT(refused.problem, Catch::Contains("handshake failure"));
    const x509::TlsAnswer version = ask(Stranger(std::string("\x15\x03\x03\x00\x02\x02\x46", 7)).server());
    CHECK(version.outcome == Outcome::not_this_version);
}

TEST_CASE("a server that says nothing is given up, by time and at once when the client is told to stop") {
    const Stranger silent("");
    x509::TlsServer server = silent.server();
    SECTION("by time") {
        server.timeout = 100ms;
        CHECK(ask(server).problem == "does not answer in time");
    }
    SECTION("told to stop") {
        const Pipe stop;
        REQUIRE(::write(stop.writing(), "x", 1) == 1);
        server.timeout = 60s;
        server.stop_descriptor = stop.reading();
        CHECK(ask(server).outcome == Outcome::unreachable);
    }
}

TEST_CASE("nobody there is unreachable") {
    x509::TlsServer server;
    server.name = server.address = "127.0.0.1";
    server.port = "1"; // tcpmux: nobody has it
    CHECK(ask(server).outcome == Outcome::unreachable);
    server.address = "no-such-host.invalid"; // RFC 6761
    CHECK_THAT(ask(server).problem, Catch::StartsWith("no such host"));
}
