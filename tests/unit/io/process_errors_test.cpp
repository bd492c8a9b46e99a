// What processes, signals, locks and secrets say when a call fails that seldom does.
#include "child.h"
#include "error.h"
#include "failing_call.h"
#include "io/interruption.h"
#include "io/lock.h"
#include "io/process.h"
#include "io/secret_source.h"
#include "io/service.h"
#include "refusal.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

using namespace mtlsca;
using Catch::Contains;

TEST_CASE("a command that cannot be started or waited for is told, never taken for done", "[no-valgrind]") {
    const std::vector<io::Variable> too_long{
        {"MTLSCA_X", std::string(200'000, 'x')}}; // MAX_ARG_STRLEN: 128 KiB
    CHECK_THAT(failure_of([&] { io::run_command("true", too_long); }),
               Contains("true: cannot start the command: argument list too long"));
    CHECK_THAT(failure_of({SYS_wait4, ECHILD}, [] { io::run_command("true", {}); }),
               Contains("true: cannot wait for the command"));
    CHECK_THAT(failure_of({SYS_pipe2, EMFILE}, [] { io::run_and_read("true"); }),
               Contains("true: cannot make a pipe"));
    CHECK_THAT(failure_of({SYS_read, EIO}, [] { io::run_and_read("true"); }),
               Contains("true: cannot read what the command says: input/output error"));
    // The pipe is full when nobody reads it any more.
    CHECK_THAT(failure_of({SYS_read, EIO}, [] { io::run_and_read("yes"); }), Contains("yes: cannot read"));
}

TEST_CASE("a kernel without pidfd_open runs a command without its limit") {
    while_failing({SYS_pidfd_open, ENOSYS},
                  [] { CHECK(io::run_command("exit 42", {}, std::chrono::milliseconds(0), -1) == 42); });
}

TEST_CASE("a command is waited for although signals arrive") {
    CHECK(in_child([] {
              struct sigaction nothing {};
              nothing.sa_handler = [](int) {}; // without SA_RESTART
              ::sigaction(SIGUSR1, &nothing, nullptr);
              const std::string strikes = "kill -USR1 " + std::to_string(::getpid()) + "; ";
              // Each waits until the one before was taken: it is struck again and again.
              const std::string often = "for i in 1 2 3 4 5 6 7 8 9; do " + strikes + "done; exit 42";
              if (io::run_command(often, {}) != 42)
                  return 1;
              if (io::run_command(often, {}, std::chrono::seconds(60), -1) != 42)
                  return 2;
              return io::run_and_read(strikes + "echo out").output == "out\n" ? 0 : 3;
          }) == 0);
}

TEST_CASE("who has no name is known by a number") {
    CHECK(in_child([] {
              if (::setuid(54321) != 0)
                  return 98;
              const std::string name = io::actor();
              return name.starts_with("uid 54321@") ? 0 : 1;
          }) == 0);
}

TEST_CASE("signals that cannot be waited for are told, and act as before") {
    CHECK(failure_of({SYS_signalfd4, EMFILE}, [] { io::ServiceSignals(); }) ==
          "signals: cannot wait for them: too many open files");
    CHECK_FALSE(failure_of({SYS_signalfd4, EMFILE}, [] { io::Interruption(); }).empty());
    sigset_t blocked{};
    ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    CHECK(::sigismember(&blocked, SIGTERM) == 0);
}

TEST_CASE("a folder that cannot be locked is told at once, not waited for") {
    const TemporaryFolder folder;
    CHECK_THAT(failure_of({SYS_flock, ENOLCK},
                          [&] { io::FolderLock(folder.path(), std::chrono::milliseconds(600'000)); }),
               Contains("cannot lock the folder"));
}

TEST_CASE("a secret that cannot be read is told with its source", "[no-valgrind]") {
    const TemporaryFolder folder;
    std::ofstream(folder / "pass") << "hunter2";
    const std::string source = "file:" + (folder / "pass").string();
    const auto read = [&] { io::read_secret(source, "passphrase", "--ca-pass"); };
    CHECK_THAT(failure_of({SYS_read, EIO}, read), Contains("cannot read " + (folder / "pass").string()));
    CHECK_THAT(failure_of({SYS_openat, EACCES}, read), Contains("cannot open " + (folder / "pass").string()));
    CHECK(code_of([&] { io::read_secret("fd:987", "passphrase", "--ca-pass"); }) == Code::secret);
}

TEST_CASE("a service manager that is gone, or cannot be, harms nobody") {
    CHECK(in_child([] {
              for (const std::string& socket :
                   {std::string(), std::string("/no/such/socket"), std::string(200, 'x')}) {
                  ::setenv("NOTIFY_SOCKET", socket.c_str(), 1);
                  io::tell_service_manager("READY=1");
              }
              return 0;
          }) == 0);
}
