#include "io/interruption.h"

#include <cerrno>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace mtlsca::io {
namespace {

// A signal that is blocked arrives even where it is ignored (nohup, a job in the background).
bool is_ignored(int signal) {
    struct sigaction action {};
    return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

sigset_t asking_to_end() {
    sigset_t signals{};
    ::sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        if (!is_ignored(signal))
            ::sigaddset(&signals, signal);
    return signals;
}

} // namespace

Interruption::Interruption() {
    const sigset_t wanted = asking_to_end();
    sigset_t blocked = wanted;
    ::sigaddset(&blocked, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &before_);
    signals_ = Descriptor(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
    if (signals_)
        return;
    const int problem = errno;
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    fail("signals", "wait for them", problem);
}

Interruption::~Interruption() {
    if (::sigismember(&before_, SIGPIPE) == 0) {
        sigset_t pipe{};
        ::sigemptyset(&pipe);
        ::sigaddset(&pipe, SIGPIPE);
        const timespec at_once{};
        ::sigtimedwait(&pipe, nullptr, &at_once);
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> Interruption::signal() {
    signalfd_siginfo arrived{};
    while (::read(signals_.number(), &arrived, sizeof arrived) == sizeof arrived)
        if (!first_)
            first_ = static_cast<int>(arrived.ssi_signo);
    return first_;
}

bool Interruption::wait(std::chrono::milliseconds time) {
    if (signal())
        return true;
    pollfd wanted{descriptor(), POLLIN, 0};
    ::poll(&wanted, 1, static_cast<int>(time.count()));
    return signal().has_value();
}

} // namespace mtlsca::io
