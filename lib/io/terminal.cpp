#include "io/terminal.h"

#include "error.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

namespace mtlsca::io {
namespace {

constexpr const char* terminal_path = "/dev/tty";

// Holds back what would end or stop the process while echo is off. What came meanwhile strikes afterwards,
// with the effect that the program has given it.
class HeldSignals {
public:
    HeldSignals() {
        sigset_t ending{};
        ::sigemptyset(&ending);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
            ::sigaddset(&ending, signal);
        arrived_ = Descriptor(::signalfd(-1, &ending, SFD_CLOEXEC));
        ::sigaddset(&ending, SIGTSTP);
        ::pthread_sigmask(SIG_BLOCK, &ending, &before_);
    }
    HeldSignals(const HeldSignals&) = delete;
    ~HeldSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    int arrived() const { return arrived_.number(); } // becomes readable, and is not to be read

private:
    sigset_t before_{};
    Descriptor arrived_;
};

class EchoOff {
public:
    explicit EchoOff(int terminal) : terminal_(terminal) {
        if (::tcgetattr(terminal_, &before_) != 0)
            fail(terminal_path, "switch echo off", errno);
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL);
        silent.c_lflag |= ICANON | ISIG;
        // Flushed, so that what was typed ahead, and shown, does not become the passphrase.
        if (::tcsetattr(terminal_, TCSAFLUSH, &silent) != 0)
            fail(terminal_path, "switch echo off", errno);
    }
    EchoOff(const EchoOff&) = delete;
    ~EchoOff() { ::tcsetattr(terminal_, TCSAFLUSH, &before_); }

private:
    int terminal_;
    termios before_{};
};

// False where a signal came first.
bool wait_for_line(int terminal, int signals) {
    std::array<pollfd, 2> waiting{{{terminal, POLLIN, 0}, {signals, POLLIN, 0}}};
    while (::poll(waiting.data(), waiting.size(), -1) < 0)
        if (errno != EINTR)
            fail(terminal_path, "wait for input", errno);
    return waiting[1].revents == 0;
}

} // namespace

Descriptor open_terminal() {
    if (::isatty(STDERR_FILENO) == 0)
        return {};
    return open_at(AT_FDCWD, terminal_path, O_RDWR);
}

Secret ask(const Descriptor& terminal, const std::string& prompt) {
    // The longest line that a terminal delivers (N_TTY_BUF_SIZE of Linux).
    constexpr std::size_t longest_line = 4096;
    Secret line(longest_line);
    ssize_t got = 0;
    const HeldSignals signals;
    {
        const EchoOff echo_off(terminal.number());
        write_all(terminal.number(), as_bytes(prompt), terminal_path);
        if (!wait_for_line(terminal.number(), signals.arrived()))
            throw Error(Code::secret, terminal_path, "interrupted");
        while ((got = ::read(terminal.number(), line.data(), line.size())) < 0 && errno == EINTR)
            continue;
    }
    if (got < 0)
        fail(terminal_path, "read", errno);
    write_all(terminal.number(), as_bytes("\n"), terminal_path);
    line.truncate(static_cast<std::size_t>(got));
    if (line.view().ends_with('\n'))
        line.truncate(line.size() - 1);
    return line;
}

} // namespace mtlsca::io
