#include "authority/bulk/workers.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>

using mtlsca::authority::Workers;

namespace {

template <class One>
Workers::Work each(One one) {
    return [one](std::size_t first, std::size_t end) {
        for (std::size_t i = first; i < end; ++i)
            one(i);
    };
}

} // namespace

TEST_CASE("each item is worked on once, whatever the number of threads and of jobs at once") {
    for (const unsigned threads : {1U, 2U, 7U}) {
        std::vector<std::atomic<int>> first(1000), second(3);
        Workers workers(threads);
        const auto one = workers.start(first.size(), each([&](std::size_t i) { ++first[i]; }), false);
        const auto two = workers.start(second.size(), each([&](std::size_t i) { ++second[i]; }), true);
        workers.wait(workers.start(0, each([](std::size_t) {}), false));
        workers.wait(two);
        workers.wait(one);
        int wrong = 0;
        for (const auto& count : first)
            wrong += count != 1;
        for (const auto& count : second)
            wrong += count != 1;
        CHECK(wrong == 0);
    }
}

TEST_CASE("what the work throws comes to whoever waits, and the next job is done all the same") {
    Workers workers(2);
    const auto job = workers.start(100, each([](std::size_t i) {
                                       if (i == 50)
                                           throw std::runtime_error("item 50");
                                   }),
                                   false);
    CHECK_THROWS_WITH(workers.wait(job), "item 50");
    std::atomic<int> done = 0;
    workers.wait(workers.start(100, each([&](std::size_t) { ++done; }), false));
    CHECK(done == 100);
}

TEST_CASE("workers that go before their work is begun end all the same") {
    std::atomic<int> done = 0;
    {
        Workers workers(1);
        static_cast<void>(workers.start(100'000, each([&](std::size_t) { ++done; }), false));
    }
    CHECK(done <= 100'000);
}
