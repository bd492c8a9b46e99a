#include "io/interruption.h"

#include <poll.h>

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

Interruption::Interruption() : signals_(asking_to_end()) {}

std::optional<int> Interruption::signal() {
    while (const auto arrived = signals_.take())
        if (!first_)
            first_ = arrived;
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
