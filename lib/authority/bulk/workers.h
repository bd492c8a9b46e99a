// Threads that do the same to each of many items, at a lower priority than whoever made them, and two more
// for what waits for the disk.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace mtlsca::authority {

class Workers {
public:
    // Jobs of a lane are done in the order of their start; `patient` ones by threads that have no urgent one,
    // `syncing` ones by a thread of their own, `publishing` and `keeping` ones by another, in this order.
    enum class Lane { urgent, patient, syncing, keeping, publishing };

    explicit Workers(unsigned threads);
    Workers(const Workers&) = delete;
    ~Workers(); // waits for what is at work; what nobody began is not done

    class Job;
    // Of items [first, end).
    using Work = std::function<void(std::size_t first, std::size_t end)>;
    // `work` with all items from 0, portion by portion, several at once except for the disk.
    std::shared_ptr<Job> start(Lane lane, std::size_t items, Work work);
    bool is_done(const Job& job) const;
    std::exception_ptr problem(const Job& job) const; // the first thing that `work` threw; null: nothing
    // Until a job is done that was not when this returned last. One must be under way.
    void wait_for_end();

private:
    static constexpr std::size_t lanes = 5;
    using Jobs = std::deque<std::shared_ptr<Job>>;

    void run(std::span<const Lane> served);
    void stop();
    Jobs& queue(Lane lane) { return queues_[static_cast<std::size_t>(lane)]; }
    Jobs* next_queue(std::span<const Lane> served);

    mutable std::mutex mutex_; // of all below, and of the counters of jobs
    std::condition_variable begun_, done_;
    std::array<Jobs, lanes> queues_; // of jobs that have items which nobody took
    std::uint64_t ended_ = 0, ended_seen_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace mtlsca::authority
