#include "authority/bulk/workers.h"

#include <algorithm>

namespace mtlsca::authority {

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
    for (unsigned i = 0; i < threads; ++i)
        threads_.emplace_back([this] { run(); });
}

Workers::~Workers() {
    {
        const std::lock_guard guard(mutex_);
        stopping_ = true;
    }
    begun_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
}

std::shared_ptr<Workers::Job> Workers::start(std::size_t items, Work work, bool urgent) {
    auto job = std::make_shared<Job>(items, std::move(work));
    if (items == 0)
        return job;
    {
        const std::lock_guard guard(mutex_);
        jobs_.insert(urgent ? jobs_.begin() : jobs_.end(), job);
    }
    begun_.notify_all();
    return job;
}

void Workers::wait(const std::shared_ptr<Job>& job) {
    std::unique_lock guard(mutex_);
    done_.wait(guard, [&] { return job->left == 0; });
    if (job->problem)
        std::rethrow_exception(job->problem);
}

void Workers::run() {
    // Taking each alone would be a lock for 50 µs of work, and signatures are verified together.
    constexpr std::size_t portion = 16;
    std::unique_lock guard(mutex_);
    for (;;) {
        begun_.wait(guard, [this] { return stopping_ || !jobs_.empty(); });
        if (stopping_)
            return;
        const std::shared_ptr<Job> job = jobs_.front();
        const std::size_t first = job->next;
        const std::size_t end = std::min(first + portion, job->items);
        job->next = end;
        if (end == job->items)
            jobs_.pop_front();
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
        if (job->left == 0)
            done_.notify_all();
    }
}

} // namespace mtlsca::authority
