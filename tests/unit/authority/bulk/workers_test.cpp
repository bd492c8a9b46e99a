#include "authority/bulk/workers.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <sys/resource.h>

using mtlsca::authority::Workers;
using Lane = Workers::Lane;

namespace {

template <class One>
Workers::Work each(One one) {
    return [one](std::size_t first, std::size_t end) {
        for (std::size_t i = first; i < end; ++i)
            one(i);
    };
}

void wait(Workers& workers, const Workers::Job& job) {
    while (!workers.is_done(job))
        workers.wait_for_end();
}

} // namespace

TEST_CASE("what computes stands back for the thread that has the database, whatever its priority") {
    const auto priority = [] { return ::getpriority(PRIO_PROCESS, 0); }; // of this thread alone
    const int before = priority();
    int computing = -100, syncing = -100;
    Workers workers(1);
    const auto one = workers.start(Lane::urgent, 1, each([&](std::size_t) { computing = priority(); }));
    const auto two = workers.start(Lane::syncing, 1, each([&](std::size_t) { syncing = priority(); }));
    wait(workers, *one);
    wait(workers, *two);
    CHECK(priority() == before);
    CHECK(syncing == before);
    CHECK(computing == std::min(before + 5, 19));
}

TEST_CASE("each item is worked on once, whatever the number of threads and of jobs at once") {
    for (const unsigned threads : {1U, 2U, 7U}) {
        std::vector<std::atomic<int>> first(1000), second(3), third(20), fourth(5), fifth(9);
        Workers workers(threads);
        const auto one = workers.start(Lane::patient, first.size(), each([&](std::size_t i) { ++first[i]; }));
        const auto two =
            workers.start(Lane::urgent, second.size(), each([&](std::size_t i) { ++second[i]; }));
        const auto three =
            workers.start(Lane::keeping, third.size(), each([&](std::size_t i) { ++third[i]; }));
        const auto four =
            workers.start(Lane::publishing, fourth.size(), each([&](std::size_t i) { ++fourth[i]; }));
        const auto five =
            workers.start(Lane::syncing, fifth.size(), each([&](std::size_t i) { ++fifth[i]; }));
        for (const auto& job : {two, three, four, five, one})
            wait(workers, *job);
        int wrong = 0;
        for (const auto* counts : {&first, &second, &third, &fourth, &fifth})
            for (const auto& count : *counts)
                wrong += count != 1;
        CHECK(wrong == 0);
    }
}

TEST_CASE("what the work throws is told, and the next job is done all the same") {
    Workers workers(2);
    const auto job = workers.start(Lane::patient, 100, each([](std::size_t i) {
                                       if (i == 50)
                                           throw std::runtime_error("item 50");
                                   }));
    wait(workers, *job);
    REQUIRE(workers.problem(*job));
    CHECK_THROWS_WITH(std::rethrow_exception(workers.problem(*job)), "item 50");
    std::atomic<int> done = 0;
    const auto next = workers.start(Lane::patient, 100, each([&](std::size_t) { ++done; }));
    wait(workers, *next);
    CHECK(done == 100);
    CHECK_FALSE(workers.problem(*next));
}

TEST_CASE("workers that go before their work is begun end all the same") {
    std::atomic<int> done = 0;
    {
        Workers workers(1);
        static_cast<void>(workers.start(Lane::patient, 100'000, each([&](std::size_t) { ++done; })));
    }
    CHECK(done <= 100'000);
}
