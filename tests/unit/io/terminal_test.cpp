// Prompts, on a pseudo-terminal: we are the person who types, a child is the program.
#include "child.h"
#include "error.h"
#include "failing_call.h"
#include "io/secret_source.h"
#include "io/terminal.h"
#include "stopped_call.h"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

using namespace mtlsca;

namespace {

class Terminal {
public:
    Terminal() : ours_(::posix_openpt(O_RDWR | O_NOCTTY)) {
        REQUIRE(ours_ >= 0);
        REQUIRE(::grantpt(ours_) == 0);
        REQUIRE(::unlockpt(ours_) == 0);
        theirs_ = ::open(::ptsname(ours_), O_RDWR | O_NOCTTY);
        REQUIRE(theirs_ >= 0);
    }
    Terminal(const Terminal&) = delete;
    ~Terminal() {
        ::close(ours_);
        ::close(theirs_);
    }

    void become_ours() const {
        ::close(ours_); // or the child would keep its own terminal alive when the test is killed
        ::setsid();
        ::ioctl(theirs_, TIOCSCTTY, 0);
        ::dup2(theirs_, STDERR_FILENO);
    }
    // Reads what the program shows until it has shown `wanted`.
    std::string wait_for(const std::string& wanted) {
        std::string seen;
        char byte = 0;
        while (!seen.ends_with(wanted) && ::read(ours_, &byte, 1) == 1)
            seen += byte;
        return seen;
    }
    void type(const std::string& text) {
        REQUIRE(::write(ours_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    int descriptor() const { return theirs_; }
    bool echoes() const {
        termios settings{};
        ::tcgetattr(theirs_, &settings);
        return (settings.c_lflag & ECHO) != 0;
    }

private:
    int ours_ = -1;
    int theirs_ = -1;
};

// A child that asks, and ends with 0 where it got "hunter2".
pid_t start_asking(const Terminal& terminal, bool confirm) {
    return start_child([&terminal, confirm] {
        terminal.become_ours();
        if (!io::has_terminal())
            return 97;
        return io::read_secret("prompt", "passphrase", "--ca-pass", confirm).view() == "hunter2" ? 0 : 98;
    });
}

} // namespace

TEST_CASE("a passphrase is asked for without echo, and echo comes back") {
    Terminal terminal;
    const pid_t child = start_asking(terminal, false);
    terminal.wait_for("passphrase: ");
    CHECK_FALSE(terminal.echoes());
    terminal.type("hunter2\n");
    CHECK(terminal.wait_for("\n") == "\r\n"); // nothing of what was typed
    CHECK(wait_for_child(child) == 0);
    CHECK(terminal.echoes());
}

TEST_CASE("a passphrase that is being set is asked for twice and must be the same") {
    const auto [again, status] = GENERATE(table<std::string, int>({{"hunter2\n", 0}, {"hunter3\n", 6}}));
    Terminal terminal;
    const pid_t child = start_asking(terminal, true);
    terminal.wait_for("passphrase: ");
    terminal.type("hunter2\n");
    terminal.wait_for("again: ");
    terminal.type(again);
    CHECK(wait_for_child(child) == status);
    CHECK(terminal.echoes());
}

TEST_CASE("Ctrl-C, Ctrl-D and a signal at the prompt leave echo on") {
    Terminal terminal;
    pid_t child = start_asking(terminal, false);
    terminal.wait_for("passphrase: ");
    terminal.type("hun\x03");
    CHECK(wait_for_child(child) == 128 + SIGINT);
    CHECK(terminal.echoes());

    child = start_asking(terminal, false);
    terminal.wait_for("passphrase: ");
    ::kill(child, SIGTERM);
    CHECK(wait_for_child(child) == 128 + SIGTERM);
    CHECK(terminal.echoes());

    child = start_asking(terminal, false);
    terminal.wait_for("passphrase: ");
    terminal.type("\x04");
    CHECK(wait_for_child(child) == static_cast<int>(Code::secret));
    CHECK(terminal.echoes());
}

TEST_CASE("a signal at the prompt that the program handles itself ends the question, and then strikes") {
    Terminal terminal;
    const pid_t child = start_child([&] {
        terminal.become_ours();
        static volatile sig_atomic_t has_struck = 0;
        std::signal(SIGTERM, [](int) { has_struck = 1; });
        const std::string told = failure_of([&] { io::ask(io::open_terminal(), "passphrase: "); });
        return told == "/dev/tty: interrupted" && has_struck == 1 ? 0 : 1;
    });
    terminal.wait_for("passphrase: ");
    ::kill(child, SIGTERM);
    CHECK(wait_for_child(child) == 0);
    CHECK(terminal.echoes());
}

TEST_CASE("a passphrase is read although a signal comes when it is there", "[no-valgrind]") {
    Terminal terminal;
    const pid_t child = start_child([&] {
        terminal.become_ours();
        Secret secret;
        const unsigned reads = while_stopping(
            {SYS_read}, [](const seccomp_data&) { return Instead{EINTR}; },
            [&] { secret = io::ask(io::open_terminal(), "passphrase: "); });
        return secret.view() == "hunter2" && reads == 2 ? 0 : 1;
    });
    terminal.wait_for("passphrase: ");
    terminal.type("hunter2\n");
    CHECK(wait_for_child(child) == 0);
    CHECK(terminal.echoes());
}

TEST_CASE("a terminal that breaks down is told, and echo is on where it was", "[no-valgrind]") {
    const auto failure_at_prompt = [](const FailingCall& call, bool is_prompting) {
        Terminal terminal;
        Pipe told;
        const pid_t child = start_child([&] {
            terminal.become_ours();
            const io::Descriptor open = io::open_terminal();
            const std::string failure = failure_of(call, [&] { io::ask(open, "passphrase: "); });
            return ::write(told.writing(), failure.data(), failure.size()) < 0 ? 98 : 0;
        });
        if (is_prompting) {
            terminal.wait_for("passphrase: ");
            terminal.type("hunter2\n");
        }
        CHECK(wait_for_child(child) == 0);
        CHECK(terminal.echoes());
        return told.read_all();
    };
    using Catch::StartsWith;
    CHECK_THAT(failure_at_prompt({SYS_ioctl, EIO, {{1, TCGETS}}}, false),
               StartsWith("/dev/tty: cannot switch"));
    CHECK_THAT(failure_at_prompt({SYS_ioctl, EIO, {{1, TCSETSF}}}, false),
               StartsWith("/dev/tty: cannot switch"));
    CHECK_THAT(failure_at_prompt({SYS_poll, ENOMEM}, true), StartsWith("/dev/tty: cannot wait for input"));
    CHECK_THAT(failure_at_prompt({SYS_read, EIO}, true), StartsWith("/dev/tty: cannot read"));
}

TEST_CASE("a secret is not read from a descriptor that is a terminal, which would show it") {
    const Terminal terminal;
    const std::string source = "fd:" + std::to_string(terminal.descriptor());
    CHECK(failure_of([&] { io::read_secret(source, "passphrase", "--ca-pass"); }) ==
          "passphrase: " + source + " is a terminal, which would show it");
}
