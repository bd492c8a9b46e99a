#include "io/http/server.h"

#include "error.h"
#include "io/http/worker.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace mtlsca::io::http {
namespace {

// For files, databases and sockets that are no connections.
constexpr rlim_t descriptors_of_our_own = 128;

// Signals are for the main thread.
class SignalsBlocked {
public:
    SignalsBlocked() {
        sigset_t all{};
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    SignalsBlocked(const SignalsBlocked&) = delete;
    ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_{};
};

} // namespace

unsigned affordable_connections(unsigned wanted) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return std::min(wanted, 256U);
    const rlim_t needed = wanted + descriptors_of_our_own;
    if (limit.rlim_cur < needed) {
        limit.rlim_cur = std::min(needed, limit.rlim_max);
        ::setrlimit(RLIMIT_NOFILE, &limit);
        ::getrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur <= descriptors_of_our_own)
        throw Error(Code::failed, "connections", "the limit on open files leaves none",
                    "raise it: ulimit -n, or LimitNOFILE= in the unit");
    return static_cast<unsigned>(std::min<rlim_t>(wanted, limit.rlim_cur - descriptors_of_our_own));
}

class Server::Workers {
public:
    Workers(const std::vector<const Listener*>& listeners, Handlers handlers, const Limits& limits)
        : stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (!stop_)
            fail("event", "make one", errno);
        const auto count = static_cast<unsigned>(handlers.size());
        const unsigned share = std::max(1U, affordable_connections(limits.connections) / std::max(1U, count));
        for (std::unique_ptr<Handler>& handler : handlers)
            workers_.push_back(
                std::make_unique<Worker>(listeners, std::move(handler), limits, share, stop_.number()));
        const SignalsBlocked blocked;
        try {
            for (const std::unique_ptr<Worker>& worker : workers_)
                threads_.emplace_back([&worker = *worker] { worker.run(); });
        } catch (const std::system_error& problem) {
            stop(); // a thread that nobody joins would end the process
            fail("threads", "start them", problem.code().value());
        } catch (const std::bad_alloc&) {
            stop();
            throw;
        }
    }
    ~Workers() { stop(); }

    void stop() {
        const std::uint64_t one = 1;
        // Cannot fail: the counter is far from its end.
        static_cast<void>(::write(stop_.number(), &one, sizeof one) == sizeof one);
        for (std::thread& thread : threads_)
            if (thread.joinable())
                thread.join();
    }

    void exchange(Handlers handlers) {
        for (std::size_t i = 0; i < workers_.size() && i < handlers.size(); ++i)
            workers_[i]->exchange(std::move(handlers[i]));
    }

    Counters counters() const {
        Counters sum;
        for (const std::unique_ptr<Worker>& worker : workers_)
            worker->add_to(sum);
        return sum;
    }

private:
    Descriptor stop_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<std::thread> threads_;
};

Server::Server(const std::vector<const Listener*>& listeners, Handlers handlers, const Limits& limits)
    : workers_(std::make_unique<Workers>(listeners, std::move(handlers), limits)) {}

Server::~Server() = default;

void Server::exchange(Handlers handlers) {
    workers_->exchange(std::move(handlers));
}

void Server::stop() {
    workers_->stop();
}

Counters Server::counters() const {
    return workers_->counters();
}

} // namespace mtlsca::io::http
