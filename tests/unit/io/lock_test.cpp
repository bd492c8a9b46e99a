#include "child.h"
#include "error.h"
#include "io/lock.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <optional>
#include <thread>

using namespace mtlsca;
using namespace std::chrono_literals;

namespace {

Code code_of_locking(const io::Path& folder, std::chrono::milliseconds timeout) {
    try {
        const io::FolderLock lock(folder, timeout);
    } catch (const Error& error) {
        CHECK_THAT(error.hint,
                   error.code == Code::busy ? Catch::Contains("--lock-timeout") : Catch::Contains(""));
        return error.code;
    }
    return Code{0};
}

// A child that holds the lock until it is killed.
pid_t start_holder(const io::Path& folder) {
    Pipe ready;
    const pid_t child = start_child([&] {
        const io::FolderLock lock(folder, 10s);
        if (::write(ready.writing(), "x", 1) != 1)
            return 98;
        for (;;)
            ::pause();
    });
    ready.close_writing();
    char byte = 0;
    REQUIRE(::read(ready.reading(), &byte, 1) == 1);
    return child;
}

} // namespace

TEST_CASE("a held lock is waited for no longer than said") {
    const TemporaryFolder folder;
    const pid_t holder = start_holder(folder.path());
    CHECK(code_of_locking(folder.path(), 0ms) == Code::busy);
    const auto begin = std::chrono::steady_clock::now();
    CHECK(code_of_locking(folder.path(), 50ms) == Code::busy);
    CHECK(std::chrono::steady_clock::now() - begin >= 50ms);
    ::kill(holder, SIGKILL);
    wait_for_child(holder);
    CHECK(code_of_locking(folder.path(), 0ms) == Code{0}); // a dead process lets go
}

TEST_CASE("a lock is held until its end, also after a move, and leaves nothing on disk") {
    const TemporaryFolder folder;
    {
        io::FolderLock first(folder.path(), 0ms);
        const io::FolderLock second(std::move(first));
        CHECK(code_of_locking(folder.path(), 0ms) == Code::busy);
    }
    CHECK(code_of_locking(folder.path(), 0ms) == Code{0});
    CHECK(std::filesystem::is_empty(folder.path()));
    CHECK(code_of_locking(folder / "missing", 0ms) == Code::not_found);
}

TEST_CASE("who holds a lock knows whether somebody waits for it") {
    const TemporaryFolder folder;
    std::optional<io::FolderLock> lock(std::in_place, folder.path(), 0ms);
    const auto await = [&](bool awaited) {
        while (lock->is_awaited() != awaited)
            std::this_thread::sleep_for(1ms);
    };
    CHECK_FALSE(lock->is_awaited());
    CHECK(code_of_locking(folder.path(), 0ms) == Code::busy); // did not wait
    CHECK_FALSE(lock->is_awaited());
    const pid_t killed = start_child([&] {
        const io::FolderLock mine(folder.path(), 60s);
        return 0;
    });
    await(true);
    ::kill(killed, SIGKILL);
    wait_for_child(killed);
    await(false);
    bool awaits_itself = true;
    std::thread waiting([&] { // a child would hold our lock, too
        const io::FolderLock mine(folder.path(), 60s);
        awaits_itself = mine.is_awaited();
    });
    await(true);
    lock.reset();
    waiting.join();
    CHECK_FALSE(awaits_itself);
}

TEST_CASE("whoever waits gets its turn, and only one is in at a time") {
    const TemporaryFolder folder;
    io::write_file(folder / "count", "0", io::Mode::public_file);
    std::vector<pid_t> children;
    for (int i = 0; i < 16; ++i)
        children.push_back(start_child([&] {
            for (int round = 0; round < 5; ++round) {
                const io::FolderLock lock(folder.path(), 60s);
                const int count = std::stoi(std::string(as_text(io::read_file(folder / "count", 10))));
                io::write_file(folder / "count", std::to_string(count + 1), io::Mode::public_file);
            }
            return 0;
        }));
    for (const pid_t child : children)
        CHECK(wait_for_child(child) == 0);
    CHECK(as_text(io::read_file(folder / "count", 10)) == "80");
}
