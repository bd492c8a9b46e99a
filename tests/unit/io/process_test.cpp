#include "child.h"
#include "io/process.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>

using namespace mtlsca;
using namespace std::string_literals;

namespace {

// What `command` writes to standard output and error, run with an environment that holds a secret.
std::string output_of(const std::string& command, const std::vector<io::Variable>& variables = {}) {
    Pipe pipe;
    const pid_t child = start_child([&] {
        ::clearenv();
        ::setenv("PATH", "/usr/bin:/bin", 1);
        ::setenv("TZ", "UTC", 1);
        ::setenv("CA_PASS", "hunter2", 1);
        ::setenv("LD_PRELOAD", "", 1);
        ::dup2(pipe.writing(), STDERR_FILENO);
        return io::run_command(command, variables);
    });
    std::string text = pipe.read_all();
    return text + "[" + std::to_string(wait_for_child(child)) + "]";
}

} // namespace

TEST_CASE("a command's end is told as a shell tells it") {
    CHECK(io::run_command("true", {}) == 0);
    CHECK(io::run_command("exit 42", {}) == 42);
    CHECK(io::run_command("kill -TERM $$", {}) == 128 + SIGTERM);
    CHECK(output_of("/nonexistent/command").ends_with("[127]"));
}

TEST_CASE("a command gets a clean environment and what it was given") {
    CHECK(output_of("/usr/bin/env -u PWD -u _ -u SHLVL -u OLDPWD /usr/bin/env | sort",
                    {{"MTLSCA_CRL", "/srv/ca crl"}, {"TZ", "CET"}}) ==
          "MTLSCA_CRL=/srv/ca crl\nPATH=/usr/bin:/bin\nTZ=CET\n[0]");
}

TEST_CASE("a command reads nothing and writes to our standard error") {
    CHECK(output_of("cat; echo out; echo err >&2") == "out\nerr\n[0]");
    const Pipe inherited; // without O_CLOEXEC
    CHECK(output_of("ls -d /proc/$$/fd/" + std::to_string(inherited.writing()) + " 2>/dev/null") == "[2]");
}

TEST_CASE("what a command says of itself is both its outputs, also where it fails") {
    const auto says = [](const std::string& command) {
        const io::CommandOutcome outcome = io::run_and_read(command);
        return outcome.output + "[" + std::to_string(outcome.status) + "]";
    };
    CHECK(says("echo out; echo err >&2") == "out\nerr\n[0]");
    CHECK(says("true") == "[0]");
    CHECK(says("echo out; exit 42") == "out\n[42]");
    CHECK(says("kill -TERM $$") == "[" + std::to_string(128 + SIGTERM) + "]");
    CHECK(says("/nonexistent/command").ends_with("[127]"));
    CHECK(says("head -c 10000000 /dev/zero").size() < 100'000);
    CHECK(says("head -c 10000000 /dev/zero; echo end").ends_with("\0end\n[0]"s));
}

TEST_CASE("a command gets signals as a shell would give them") {
    const auto status_of_killing = [](const std::string& signal) {
        return in_child([&] {
            std::signal(SIGPIPE, SIG_IGN);
            sigset_t blocked{};
            ::sigaddset(&blocked, SIGTERM);
            ::sigprocmask(SIG_BLOCK, &blocked, nullptr);
            return io::run_command("kill -" + signal + " $$", {});
        });
    };
    CHECK(status_of_killing("PIPE") == 128 + SIGPIPE);
    CHECK(status_of_killing("TERM") == 128 + SIGTERM);
}

TEST_CASE("the actor is a user at a host, and sudo cannot put more than a name into it") {
    Pipe pipe;
    const pid_t child = start_child([&] {
        for (const char* user : {"", "alice", "x)\n\x1b[2J (sudo bob"}) {
            ::setenv("SUDO_USER", user, 1);
            const std::string line = io::actor() + "\n";
            if (::write(pipe.writing(), line.data(), line.size()) < 0)
                return 98;
        }
        return 0;
    });
    const std::string text = pipe.read_all();
    CHECK(wait_for_child(child) == 0);
    char host[256] = {};
    ::gethostname(host, sizeof(host) - 1);
    const std::string first = text.substr(0, text.find('\n'));
    CHECK(first.find('@') > 0);
    CHECK(first.ends_with(std::string("@").append(host)));
    CHECK(text == first + "\n" + first + " (sudo alice)\n" + first + " (sudo x????2J??sudo?bob)\n");
}

TEST_CASE("a hardened process leaves no core, cannot be traced, and has its standard descriptors") {
    CHECK(in_child([] {
              ::close(STDIN_FILENO);
              ::close(STDERR_FILENO);
              std::signal(SIGCHLD, SIG_IGN);
              io::harden_process();
              rlimit limit{1, 1};
              ::getrlimit(RLIMIT_CORE, &limit);
              if (limit.rlim_cur != 0 || limit.rlim_max != 0 || ::prctl(PR_GET_DUMPABLE) != 0)
                  return 10;
              if (::fcntl(STDIN_FILENO, F_GETFD) < 0 || ::fcntl(STDERR_FILENO, F_GETFD) < 0)
                  return 11;
              return io::run_command("exit 42", {}) == 42 ? 0 : 12;
          }) == 0);
}
