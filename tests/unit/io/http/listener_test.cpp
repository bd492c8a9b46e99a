#include "io/http/listener.h"

#include "child.h"
#include "error.h"
#include "failing_call.h"
#include "io/http/client.h"
#include "io/inspection.h"
#include "refusal.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fcntl.h>
#include <linux/vm_sockets.h>

using namespace mtlsca;
using namespace mtlsca::io::http;

TEST_CASE("a listener takes connections where it says it does") {
    TemporaryFolder folder;
    for (const std::string& address : {std::string("127.0.0.1:0"), "unix:" + (folder / "socket").string()}) {
        const Listener listener = Listener::open(address);
        CHECK(listener.address() != "127.0.0.1:0");
        Client client(listener.address()); // throws where nobody takes it
    }
    CHECK_FALSE(io::exists(folder / "socket"));
}

TEST_CASE("an address that cannot be understood is a usage error") {
    for (const char* address : {"", "8889", ":8889", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                                "127.0.0.1:65536", "::1:8889", "unix:", "127.0.0.1:-1"}) {
        CAPTURE(address);
        CHECK(code_of([&] { Listener::open(address); }) == Code::usage);
    }
    CHECK(code_of([] { Listener::open("unix:/" + std::string(107, 'a')); }) == Code::usage);
}

TEST_CASE("a listener takes no address from somebody, and only a dead one's socket") {
    TemporaryFolder folder;
    const std::string address = "unix:" + (folder / "socket").string();
    const Listener tcp = Listener::open("127.0.0.1:0");
    CHECK(code_of([&] { Listener::open(tcp.address()); }) == Code::already);
    {
        const Listener living = Listener::open(address);
        CHECK(code_of([&] { Listener::open(address); }) == Code::already);
        Client client(living.address());
    }
    CHECK(in_child([&] {
              Listener::open(address).descriptor();
              // Is never removed, and is not lost: memcheck finds who points to it.
              [[maybe_unused]] static const auto* left = new Listener(Listener::open(address));
              return 0;
          }) == 0);
    REQUIRE(io::exists(folder / "socket"));
    const Listener after = Listener::open(address);
    CHECK(io::file_state(folder / "socket")->mode == 0666);

    io::write_file(folder / "file", "kept", io::Mode::private_file);
    CHECK(code_of([&] { Listener::open("unix:" + (folder / "file").string()); }) == Code::already);
    CHECK(io::exists(folder / "file"));
}

TEST_CASE("sockets of systemd are taken once, with their names") {
    const auto inherit = [](const char* names, auto check) {
        return in_child([&] {
            const Listener first = Listener::open("127.0.0.1:0"), second = Listener::open("127.0.0.1:0");
            const int above = ::fcntl(first.descriptor(), F_DUPFD, 10);
            ::dup2(::fcntl(second.descriptor(), F_DUPFD, 10), 4);
            ::dup2(above, 3);
            ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
            ::setenv("LISTEN_FDS", "2", 1);
            ::setenv("LISTEN_FDNAMES", names, 1);
            return check() ? 0 : 1;
        });
    };
    CHECK(inherit("ocsp:metrics", [] {
              const std::vector<Listener> two = inherited_listeners();
              Client client(two.at(1).address());
              return two.size() == 2 && two[0].name() == "ocsp" && two[1].name() == "metrics" &&
                     std::getenv("LISTEN_FDS") == nullptr && inherited_listeners().empty();
          }) == 0);
    CHECK(inherit("one", [] {
              ::setenv("LISTEN_PID", "1", 1); // meant for another process
              return inherited_listeners().empty();
          }) == 0);
    CHECK(inherit("x", [] {
              ::dup2(0, 4);
              inherited_listeners();
              return true;
          }) == static_cast<int>(Code::failed));
}

TEST_CASE("a socket of systemd's that is neither TCP nor of a path is taken, too") {
    constexpr int no_such_family = 9;
    const int status = in_child([] {
        io::Descriptor socket(::socket(AF_VSOCK, SOCK_STREAM, 0));
        sockaddr_vm any{};
        any.svm_family = AF_VSOCK;
        any.svm_cid = VMADDR_CID_ANY;
        any.svm_port = VMADDR_PORT_ANY;
        if (!socket || ::bind(socket.number(), reinterpret_cast<sockaddr*>(&any), sizeof any) != 0 ||
            ::listen(socket.number(), 1) != 0)
            return no_such_family;
        ::dup2(::fcntl(socket.number(), F_DUPFD, 10), 3);
        ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
        ::setenv("LISTEN_FDS", "1", 1);
        return inherited_listeners().at(0).address() == "socket" ? 0 : 1;
    });
    if (status == no_such_family)
        WARN("this kernel has no AF_VSOCK");
    else
        CHECK(status == 0);
}

TEST_CASE("an address that cannot be listened on is told") {
    TemporaryFolder folder;
    const std::string address = "unix:" + (folder / "socket").string();
    const auto open_unix = [&] { Listener::open(address); };
    CHECK(code_of([] { Listener::open("no-such-host.invalid:0"); }) == Code::failed);
    CHECK(failure_of({SYS_socket, EMFILE}, [] { Listener::open("127.0.0.1:0"); }) ==
          "127.0.0.1:0: cannot listen: too many open files");
    CHECK(failure_of({SYS_bind, EACCES}, open_unix) == address + ": cannot listen: permission denied");
    CHECK(failure_of({SYS_chmod, EPERM}, open_unix) == address + ": cannot listen: operation not permitted");
    CHECK(failure_of({SYS_listen, EADDRINUSE}, open_unix) == address + ": somebody listens there already");
    CHECK_FALSE(io::exists(folder / "socket"));
    while_failing({SYS_getsockname, ENOBUFS},
                  [] { CHECK(Listener::open("127.0.0.1:0").address() == "socket"); });
    CHECK(Listener::open("[::1]:0").address().starts_with("[::1]:"));
}
