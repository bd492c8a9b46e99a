#include "x509/tls/tcp.h"

#include "x509/openssl.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mtlsca::x509::tcp {
namespace {

bool is_connected(int descriptor, const Deadline& deadline) {
    int problem = 0;
    socklen_t size = sizeof problem;
    return deadline.wait_for(descriptor, POLLOUT) &&
           getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &problem, &size) == 0 && problem == 0;
}

sigset_t broken_pipe() {
    sigset_t signals{};
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    return signals;
}

} // namespace

bool Deadline::wait_for(int descriptor, short events) const {
    std::array<pollfd, 2> wanted{{{descriptor, events, 0}, {stop_descriptor_, POLLIN, 0}}};
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
        const int ready = poll(wanted.data(), wanted.size(), std::max(0, static_cast<int>(left.count())));
        if (ready < 0 && errno == EINTR)
            continue;
        return ready > 0 && wanted[1].revents == 0;
    }
}

Socket::~Socket() {
    if (descriptor_ >= 0)
        close(descriptor_);
}

std::optional<Socket> connect_to(const std::string& host, const std::string& port, const Deadline& deadline,
                                 std::string& problem) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int failure = getaddrinfo(host.c_str(), port.c_str(), &hints, &found); failure != 0) {
        problem = std::string("no such host: ") + gai_strerror(failure);
        return std::nullopt;
    }
    const std::unique_ptr<addrinfo, openssl::Release<freeaddrinfo>> addresses(found);
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
        Socket candidate(socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        if (candidate.descriptor() < 0)
            continue;
        const int result = connect(candidate.descriptor(), address->ai_addr, address->ai_addrlen);
        if (result == 0 || (errno == EINPROGRESS && is_connected(candidate.descriptor(), deadline)))
            return candidate;
    }
    problem = "does not answer";
    return std::nullopt;
}

BrokenPipesQuiet::BrokenPipesQuiet() {
    const sigset_t signals = broken_pipe();
    pthread_sigmask(SIG_BLOCK, &signals, &before_);
}

BrokenPipesQuiet::~BrokenPipesQuiet() {
    if (sigismember(&before_, SIGPIPE) == 1)
        return;
    const sigset_t signals = broken_pipe();
    const timespec at_once{};
    sigtimedwait(&signals, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

} // namespace mtlsca::x509::tcp
