// Threads that do the same to each of many items.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace mtlsca::authority {

class Workers {
public:
    explicit Workers(unsigned threads);
    Workers(const Workers&) = delete;
    ~Workers(); // waits for what is at work; what nobody began is not done

    class Job;
    // Of items [first, end).
    using Work = std::function<void(std::size_t first, std::size_t end)>;
    // `work` with all items from 0, portion by portion, in any order, several at once. `urgent`: before jobs
    // that wait already.
    std::shared_ptr<Job> start(std::size_t items, Work work, bool urgent);
    // Until all of them are done. Throws the first thing that `work` threw.
    void wait(const std::shared_ptr<Job>& job);

private:
    void run();

    std::mutex mutex_; // of all below, and of the counters of jobs
    std::condition_variable begun_, done_;
    std::deque<std::shared_ptr<Job>> jobs_; // that have items which nobody took
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace mtlsca::authority
