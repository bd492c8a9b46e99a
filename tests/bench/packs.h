// Work in packs: some threads make them, one takes them, in their order. What the floors and the generator of
// an inventory share.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace mtlsca::bench {

// Numbered from 0. At most `most_waiting` are made ahead of the one that is taken next.
template <class Item>
class Packs {
public:
    explicit Packs(std::size_t most_waiting) : most_waiting_(most_waiting) {}

    void put(std::uint64_t number, std::vector<Item> items) {
        std::unique_lock lock(mutex_);
        taken_.wait(lock, [&] { return number < next_ + most_waiting_ || failure_; });
        if (failure_)
            std::rethrow_exception(failure_);
        waiting_.push_back({number, std::move(items)});
        put_.notify_one();
    }
    std::vector<Item> take() {
        std::unique_lock lock(mutex_);
        auto found = waiting_.end();
        put_.wait(lock, [&] {
            found = std::find_if(waiting_.begin(), waiting_.end(),
                                 [&](const Pack& pack) { return pack.number == next_; });
            return found != waiting_.end() || failure_;
        });
        if (failure_)
            std::rethrow_exception(failure_);
        std::vector<Item> items = std::move(found->items);
        waiting_.erase(found);
        ++next_;
        taken_.notify_all();
        return items;
    }

    // Runs `make(thread)` in so many threads, and `take_all` in this one. Whoever fails first ends all the
    // others.
    void run(unsigned threads, const std::function<void(unsigned)>& make,
             const std::function<void()>& take_all) {
        std::vector<std::thread> makers;
        for (unsigned thread = 0; thread < threads; ++thread)
            makers.emplace_back([this, &make, thread] { attempt([&] { make(thread); }); });
        attempt(take_all);
        for (std::thread& maker : makers)
            maker.join();
        if (failure_)
            std::rethrow_exception(failure_);
    }

private:
    struct Pack {
        std::uint64_t number;
        std::vector<Item> items;
    };

    template <class Step>
    void attempt(const Step& step) {
        try {
            step();
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (!failure_)
                failure_ = std::current_exception();
            put_.notify_all();
            taken_.notify_all();
        }
    }

    const std::size_t most_waiting_;
    std::mutex mutex_;
    std::condition_variable put_, taken_;
    std::deque<Pack> waiting_;
    std::uint64_t next_ = 0;
    std::exception_ptr failure_;
};

} // namespace mtlsca::bench
