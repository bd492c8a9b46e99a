#include "io/service.h"

#include "child.h"
#include "error.h"
#include "refusal.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <grp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <vector>

using namespace mtlsca;
using namespace mtlsca::io;

TEST_CASE("signals are what a service is asked for, one after another") {
    CHECK(in_child([] {
              using Wish = ServiceSignals::Wish;
              ServiceSignals signals;
              if (signals.wait(std::chrono::milliseconds(0)) != Wish::none)
                  return 1;
              ::raise(SIGHUP);
              if (signals.wait(std::chrono::seconds(60)) != Wish::reload)
                  return 2;
              ::raise(SIGTERM);
              if (signals.wait(std::chrono::seconds(60)) != Wish::stop)
                  return 3;
              ::raise(SIGINT);
              ::raise(SIGPIPE); // held back
              return signals.wait(std::chrono::seconds(60)) == Wish::stop ? 0 : 4;
          }) == 0);
}

TEST_CASE("a service becomes another user for good, with that one's groups only") {
    REQUIRE(::getuid() == 0); // as the tests run
    CHECK(in_child([] {
              const gid_t extra = 4711;
              ::setgroups(1, &extra);
              become_user("nobody");
              std::vector<gid_t> groups(64);
              groups.resize(static_cast<std::size_t>(::getgroups(64, groups.data())));
              for (const gid_t group : groups)
                  if (group == extra || group == 0)
                      return 1;
              return ::getuid() != 0 && ::getegid() != 0 && ::setuid(0) != 0 && ::setgid(0) != 0 ? 0 : 2;
          }) == 0);
    CHECK(in_child([] {
              become_user("nobody");
              become_user("nobody"); // is it already
              become_user("root");
              return 0;
          }) == static_cast<int>(Code::failed));
    CHECK(code_of([] { become_user("no-such-user"); }) == Code::not_found);
}

TEST_CASE("systemd hears that a service is ready, and nobody where it did not ask") {
    CHECK(in_child([] {
              ::unsetenv("NOTIFY_SOCKET");
              tell_service_manager("READY=1");
              const int listening = ::socket(AF_UNIX, SOCK_DGRAM, 0);
              sockaddr_un address{};
              address.sun_family = AF_UNIX;
              const std::string name = "mtlsca-test-" + std::to_string(::getpid());
              name.copy(address.sun_path + 1, name.size());
              if (::bind(listening, reinterpret_cast<const sockaddr*>(&address),
                         static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size())) != 0)
                  return 98;
              ::setenv("NOTIFY_SOCKET", ("@" + name).c_str(), 1);
              tell_service_manager("READY=1");
              char text[64];
              const ssize_t got = ::recv(listening, text, sizeof text, MSG_DONTWAIT);
              return got > 0 && std::string(text, static_cast<std::size_t>(got)) == "READY=1" ? 0 : 1;
          }) == 0);
}
