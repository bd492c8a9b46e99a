#include "io/interruption.h"

#include "child.h"
#include "io/process.h"

#include <catch2/catch.hpp>
#include <fcntl.h>

using namespace mtlsca;
using namespace std::chrono_literals;

namespace {

constexpr auto long_enough = 60s; // nothing below waits so long, unless it is broken

} // namespace

TEST_CASE("a signal that asks to end is held back, told, and wakes whoever waits") {
    const int signal = GENERATE(SIGINT, SIGTERM, SIGHUP);
    const int status = in_child([&] {
        io::Interruption interruption;
        if (interruption.signal() || interruption.wait(1ms))
            return 1;
        ::raise(signal);
        ::raise(SIGTERM); // the first one counts
        if (!interruption.wait(long_enough))
            return 2;
        return interruption.signal() == signal ? 0 : 3;
    });
    CHECK(status == 0);
}

TEST_CASE("a signal that nobody looked at acts when the work is done") {
    CHECK(in_child([] {
              const io::Interruption interruption;
              ::raise(SIGTERM);
              return 0;
          }) == 128 + SIGTERM);
}

TEST_CASE("what the shell ignores stays ignored") {
    CHECK(in_child([] {
              std::signal(SIGHUP, SIG_IGN);
              io::Interruption interruption;
              ::raise(SIGHUP);
              return interruption.signal() ? 1 : 0;
          }) == 0);
}

TEST_CASE("a reader that has gone is an error and no death") {
    CHECK(in_child([] {
              Pipe pipe;
              {
                  const io::Interruption interruption;
                  ::close(::dup2(::open("/dev/null", O_RDONLY), pipe.reading())); // nobody reads the pipe
                  if (::write(pipe.writing(), "x", 1) != -1 || errno != EPIPE)
                      return 1;
              }
              return 0; // still here after it
          }) == 0);
}

// [no-valgrind]: version 3.19 does not know pidfd_open(2), without which there is no limit.
TEST_CASE("a command that does not end is ended, with all that it started, by time or by a signal",
          "[no-valgrind]") {
    CHECK(io::run_command("exit 42", {}, long_enough, -1) == 42);
    CHECK(in_child([] {
              io::Interruption interruption;
              ::raise(SIGINT);
              const auto status =
                  io::run_command("exec sleep 1000", {}, long_enough, interruption.descriptor());
              return !status && interruption.signal() == SIGINT ? 0 : 1;
          }) == 0);
    // The pipe stays open as long as one of them lives.
    Pipe pipe;
    const pid_t child = start_child([&] {
        ::dup2(pipe.writing(), STDERR_FILENO);
        return io::run_command("sleep 1000 & trap '' TERM; echo begun >&2; while :; do sleep 1000; done", {},
                               500ms, -1)
                   ? 1
                   : 0;
    });
    CHECK(pipe.read_all() == "begun\n");
    CHECK(wait_for_child(child) == 0);
}
