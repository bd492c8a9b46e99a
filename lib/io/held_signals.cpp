#include "io/held_signals.h"

#include <cerrno>
#include <ctime>
#include <sys/signalfd.h>
#include <unistd.h>

namespace mtlsca::io {

HeldSignals::HeldSignals(const sigset_t& wanted) {
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

HeldSignals::~HeldSignals() {
    if (::sigismember(&before_, SIGPIPE) == 0) {
        sigset_t pipe{};
        ::sigemptyset(&pipe);
        ::sigaddset(&pipe, SIGPIPE);
        const timespec at_once{};
        ::sigtimedwait(&pipe, nullptr, &at_once);
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> HeldSignals::take() {
    signalfd_siginfo arrived{};
    if (::read(signals_.number(), &arrived, sizeof arrived) != sizeof arrived)
        return std::nullopt;
    return static_cast<int>(arrived.ssi_signo);
}

} // namespace mtlsca::io
