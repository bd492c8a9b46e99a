#include "authority/bulk/workers.h"

#include "error.h"
#include "io/descriptor.h"

#include <algorithm>
#include <system_error>
#include <unistd.h>

namespace mtlsca::authority {
namespace {

// Nobody can do for the calling thread what it does: where processors are scarce it comes first, or much is
// left to it alone once all is computed. Other services of the machine do, too.
void stand_back() {
    constexpr int steps = 5;               // of 1.25 each, a third of what others get (sched(7))
    static_cast<void>(::nice(steps) == 0); // of this thread only, on Linux (nice(2))
}

} // namespace

class Workers::Job {
public:
    Job(std::size_t count, Work what) : work(std::move(what)), items(count), left(count) {}
    const Work work;
    const std::size_t items;
    std::size_t next = 0; // the first item that nobody took
    std::size_t left;     // not yet done
    std::exception_ptr problem;
};

Workers::Workers(unsigned threads) {
    // Not made by a thread, which would end the process where there is no memory for it.
    static constexpr std::array computing{Lane::urgent, Lane::patient};
    static constexpr std::array syncing{Lane::syncing};
    // Two threads that give names in one folder would spin for its lock, and for that of all renames.
    static constexpr std::array naming{Lane::publishing, Lane::keeping};
    try {
        for (unsigned i = 0; i < threads; ++i)
            threads_.emplace_back([this] {
                stand_back();
                run(computing);
            });
        threads_.emplace_back([this] { run(syncing); });
        threads_.emplace_back([this] { run(naming); });
    } catch (const std::bad_alloc&) {
        stop(); // a thread that nobody joins would end the process
        throw;
    } catch (const std::system_error& problem) {
        stop();
        throw Error(Code::failed, "threads", "cannot be started: " + io::reason_of(problem.code().value()),
                    "ask for fewer with --jobs, or raise the limits on memory and processes (ulimit -v, -u)");
    }
}

Workers::~Workers() {
    stop();
}

void Workers::stop() {
    {
        const std::lock_guard guard(mutex_);
        stopping_ = true;
    }
    begun_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
}

std::shared_ptr<Workers::Job> Workers::start(Lane lane, std::size_t items, Work work) {
    auto job = std::make_shared<Job>(items, std::move(work));
    {
        const std::lock_guard guard(mutex_);
        queue(lane).push_back(job);
    }
    begun_.notify_all();
    return job;
}

bool Workers::is_done(const Job& job) const {
    const std::lock_guard guard(mutex_);
    return job.left == 0;
}

std::exception_ptr Workers::problem(const Job& job) const {
    const std::lock_guard guard(mutex_);
    return job.problem;
}

void Workers::wait_for_end() {
    std::unique_lock guard(mutex_);
    done_.wait(guard, [this] { return ended_ != ended_seen_; });
    ended_seen_ = ended_;
}

Workers::Jobs* Workers::next_queue(std::span<const Lane> served) {
    for (const Lane lane : served)
        if (!queue(lane).empty())
            return &queue(lane);
    return nullptr;
}

void Workers::run(std::span<const Lane> served) {
    // Taking each alone would be a lock for 50 µs of work; keys are made and signatures verified together.
    constexpr std::size_t portion = 32;
    std::unique_lock guard(mutex_);
    for (;;) {
        begun_.wait(guard, [&] { return stopping_ || next_queue(served) != nullptr; });
        if (stopping_)
            return;
        Jobs& jobs = *next_queue(served);
        const std::shared_ptr<Job> job = jobs.front();
        const std::size_t first = job->next;
        const std::size_t end = std::min(first + portion, job->items);
        job->next = end;
        if (end == job->items)
            jobs.pop_front();
        guard.unlock();
        std::exception_ptr problem;
        try {
            job->work(first, end);
        } catch (...) {
            problem = std::current_exception();
        }
        guard.lock();
        if (problem && !job->problem)
            job->problem = problem;
        job->left -= end - first;
        if (job->left == 0) {
            ++ended_;
            done_.notify_all();
        }
    }
}

} // namespace mtlsca::authority
