#include "io/process.h"

#include "error.h"
#include "io/descriptor.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mtlsca::io {
namespace {

constexpr std::size_t output_max_bytes = 64UL * 1024; // what a program says of itself

class FileActions {
public:
    FileActions() { ::posix_spawn_file_actions_init(&actions_); }
    FileActions(const FileActions&) = delete;
    ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
    posix_spawn_file_actions_t* get() { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

class SpawnAttributes {
public:
    SpawnAttributes() { ::posix_spawnattr_init(&attributes_); }
    SpawnAttributes(const SpawnAttributes&) = delete;
    ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }
    posix_spawnattr_t* get() { return &attributes_; }

private:
    posix_spawnattr_t attributes_{};
};

std::vector<std::string> environment_with(const std::vector<Variable>& variables) {
    std::vector<std::string> environment;
    for (const Variable& variable : variables)
        environment.push_back(variable.name + "=" + variable.value);
    for (const char* name : {"PATH", "HOME", "LANG", "LC_ALL", "TZ", "USER"}) {
        const char* value = std::getenv(name);
        const bool is_given = std::any_of(variables.begin(), variables.end(),
                                          [name](const Variable& variable) { return variable.name == name; });
        if (value != nullptr && !is_given)
            environment.push_back(std::string(name).append("=").append(value));
    }
    return environment;
}

int wait_for(pid_t process, const std::string& command) {
    int status = 0;
    while (::waitpid(process, &status, 0) < 0)
        if (errno != EINTR)
            fail(command, "wait for the command", errno);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// False where the time is over or `stop_descriptor` became readable before.
bool ends_within(const Descriptor& process, std::chrono::milliseconds limit, int stop_descriptor) {
    const auto end = std::chrono::steady_clock::now() + limit;
    std::array<pollfd, 2> wanted{{{process.number(), POLLIN, 0}, {stop_descriptor, POLLIN, 0}}};
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        const int ready = ::poll(wanted.data(), wanted.size(), std::max(0, static_cast<int>(left.count())));
        if (ready >= 0 || errno != EINTR)
            return ready > 0 && wanted[0].revents != 0;
    }
}

std::string user_name() {
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
        return entry.pw_name;
    return "uid " + std::to_string(::getuid());
}

// SUDO_USER is only a variable: whoever is root may set it to anything. It must not look like more than a
// name.
std::string sudo_user() {
    const char* value = std::getenv("SUDO_USER");
    std::string name = std::string(value != nullptr ? value : "").substr(0, 64);
    const auto is_foreign = [](char c) {
        return !(std::isalnum(static_cast<unsigned char>(c)) ||
                 std::string_view("._-@\\$").find(c) != std::string_view::npos);
    };
    std::replace_if(name.begin(), name.end(), is_foreign, '?');
    return name;
}

enum class Group { ours, own };

// Both outputs of the command go to `output`.
pid_t spawn(const std::string& command, const std::vector<Variable>& variables, int output,
            Group group = Group::ours) {
    FileActions actions;
    ::posix_spawn_file_actions_adddup2(actions.get(), output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(actions.get(), output, STDERR_FILENO);
    ::posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addclosefrom_np(actions.get(), STDERR_FILENO + 1);

    // What we block or ignore is ours: a child that ignores SIGPIPE never ends where it should.
    SpawnAttributes attributes;
    sigset_t all{}, none{};
    ::sigfillset(&all);
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigdefault(attributes.get(), &all);
    ::posix_spawnattr_setsigmask(attributes.get(), &none);
    const int group_flag = group == Group::own ? POSIX_SPAWN_SETPGROUP : 0;
    ::posix_spawnattr_setflags(
        attributes.get(), static_cast<short>(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | group_flag));

    std::vector<std::string> environment = environment_with(variables);
    std::vector<char*> environment_pointers;
    for (std::string& one : environment)
        environment_pointers.push_back(one.data());
    environment_pointers.push_back(nullptr);
    std::string shell = "/bin/sh", option = "-c", text = command;
    char* arguments[] = {shell.data(), option.data(), text.data(), nullptr};

    pid_t process = -1;
    const int problem = ::posix_spawn(&process, shell.c_str(), actions.get(), attributes.get(), arguments,
                                      environment_pointers.data());
    if (problem != 0)
        fail(command, "start the command", problem);
    return process;
}

} // namespace

int run_command(const std::string& command, const std::vector<Variable>& variables) {
    return wait_for(spawn(command, variables, STDERR_FILENO), command);
}

std::optional<int> run_command(const std::string& command, const std::vector<Variable>& variables,
                               std::chrono::milliseconds limit, int stop_descriptor) {
    const pid_t process = spawn(command, variables, STDERR_FILENO, Group::own);
    // glibc has a name for it since 2.36 only.
    const Descriptor ending(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    if (!ending)
        return wait_for(process, command); // a kernel before Linux 5.3: without a limit
    if (ends_within(ending, limit, stop_descriptor))
        return wait_for(process, command);
    ::kill(-process, SIGTERM);
    ends_within(ending, std::chrono::seconds(1), -1);
    // Also where the shell has ended: what it started may take no notice of the first signal. As long as
    // nobody waited for the shell the group's number is nobody else's.
    ::kill(-process, SIGKILL);
    wait_for(process, command);
    return std::nullopt;
}

CommandOutcome run_and_read(const std::string& command) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        fail(command, "make a pipe for the command", errno);
    Descriptor reading(ends[0]), writing(ends[1]);
    const pid_t process = spawn(command, {}, writing.number());
    writing.close();
    CommandOutcome outcome;
    std::array<char, 4096> buffer{};
    int problem = 0;
    for (ssize_t count = 1; count != 0 && problem == 0;) {
        count = ::read(reading.number(), buffer.data(), buffer.size());
        if (count < 0)
            problem = errno == EINTR ? 0 : errno;
        else
            outcome.output.append(buffer.data(), static_cast<std::size_t>(count));
        // What a program ended with is told last, after any number of warnings.
        if (outcome.output.size() > output_max_bytes)
            outcome.output.erase(0, outcome.output.size() - output_max_bytes);
    }
    reading.close(); // who still writes would wait for a reader as we wait for them
    outcome.status = wait_for(process, command);
    if (problem != 0)
        fail(command, "read what the command says", problem);
    return outcome;
}

std::string actor() {
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    std::string text = user_name();
    const std::string sudo = sudo_user();
    const bool by_sudo = !sudo.empty() && sudo != text;
    text.append("@").append(host.data());
    return by_sudo ? text.append(" (sudo ").append(sudo).append(")") : text;
}

void harden_process() {
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::prctl(PR_SET_DUMPABLE, 0);
    // With 0, 1 or 2 closed, the next file that is opened would get that number, and a message to standard
    // error would be written into it.
    for (int number = STDIN_FILENO; number <= STDERR_FILENO; ++number)
        if (::fcntl(number, F_GETFD) < 0 && errno == EBADF)
            ::open("/dev/null", O_RDWR); // takes the lowest number that is free
    // An ignored SIGCHLD is inherited, and waitpid(2) would then lose the exit status of run_command.
    std::signal(SIGCHLD, SIG_DFL);
    // Past RLIMIT_FSIZE: an error of write(2) that can be told, instead of death in the middle of a command.
    std::signal(SIGXFSZ, SIG_IGN);
}

} // namespace mtlsca::io
