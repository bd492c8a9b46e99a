// What is left when the disk is full, a limit is hit, or the process is killed in the middle.
#include "child.h"
#include "error.h"
#include "io/file.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

using namespace mtlsca;
using io::Mode;

namespace {

constexpr std::size_t large = 512 << 10;

std::size_t count_of_names(const io::Path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

// Tries to replace "old" by something large. 0 where that failed as it should: an error that names the file
// and what to do, the old content, nothing else left.
int fail_to_replace(const io::Path& folder, const std::string& word) {
    io::write_file(folder / "f", "old", Mode::public_file);
    try {
        io::write_file(folder / "f", std::string(large, 'n'), Mode::public_file);
        return 10;
    } catch (const Error& error) {
        if (error.object != (folder / "f").string() || error.hint.empty() || error.code != Code::failed)
            return 11;
        if (error.reason.find(word) == std::string::npos)
            return 12;
    }
    if (as_text(io::read_file(folder / "f", large)) != "old")
        return 13;
    return count_of_names(folder) == 1 ? 0 : 14;
}

constexpr int cannot_mount = 20;

} // namespace

TEST_CASE("past the limit on file sizes the old file stays") {
    const TemporaryFolder folder;
    CHECK(in_child([&] {
              std::signal(SIGXFSZ, SIG_IGN);
              const rlimit limit{large / 2, large / 2};
              ::setrlimit(RLIMIT_FSIZE, &limit);
              return fail_to_replace(folder.path(), "too large");
          }) == 0);
}

TEST_CASE("on a full disk the old file stays") {
    const TemporaryFolder folder;
    const int status = in_child([&] {
        // A mount that only the child sees, and that goes with it.
        if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", "", MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=128k") != 0)
            return cannot_mount;
        return fail_to_replace(folder.path(), "no space left");
    });
    if (status == cannot_mount)
        WARN("may not mount a small file system here");
    else
        CHECK(status == 0);
}

TEST_CASE("on a file system that is mounted read-only nothing changes") {
    const TemporaryFolder folder;
    io::write_file(folder / "f", "old", Mode::public_file);
    const int status = in_child([&] {
        if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", "", MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("tmpfs", folder.path().c_str(), "tmpfs", MS_RDONLY, nullptr) != 0)
            return cannot_mount;
        io::write_file(folder / "f", "new", Mode::public_file);
        return 0;
    });
    if (status == cannot_mount)
        WARN("may not mount a file system here");
    else
        CHECK(status == static_cast<int>(Code::failed));
}

TEST_CASE("a writer that is killed leaves the old content or the new, and the next one cleans up") {
    const TemporaryFolder folder;
    const io::Path target = folder / "f";
    io::write_file(target, std::string(large, 'a'), Mode::public_file);
    for (int round = 0; round < 40; ++round) {
        Pipe progress;
        const pid_t child = start_child([&] {
            for (char letter = 'a';; letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1)) {
                io::AtomicFile file(target, Mode::public_file);
                for (std::size_t i = 0; i < 8; ++i) {
                    file.write(std::string(large / 8, letter));
                    if (::write(progress.writing(), &letter, 1) != 1)
                        return 98;
                }
                file.commit();
            }
        });
        // Killed after as many steps as the number of the round: in the midst of the first file, of the
        // second, and so on, and wherever the child has got to by then.
        progress.close_writing();
        char step = 0;
        for (int seen = 0; seen <= round; ++seen)
            REQUIRE(::read(progress.reading(), &step, 1) == 1);
        ::kill(child, SIGKILL);
        REQUIRE(wait_for_child(child) == 128 + SIGKILL);
        const Bytes content = io::read_file(target, large);
        REQUIRE(content.size() == large);
        REQUIRE(std::count(content.begin(), content.end(), content[0]) == large);
    }
    io::write_file(target, "end", Mode::public_file);
    CHECK(count_of_names(folder.path()) == 1);
}

TEST_CASE("many writers of one target at once all succeed and leave one whole file") {
    const TemporaryFolder folder;
    std::vector<pid_t> children;
    for (int i = 0; i < 8; ++i)
        children.push_back(start_child([&] {
            for (int round = 0; round < 25; ++round)
                io::write_file(folder / "f", std::string(10'000, static_cast<char>('a' + i)),
                               Mode::public_file);
            return 0;
        }));
    for (const pid_t child : children)
        CHECK(wait_for_child(child) == 0);
    const Bytes content = io::read_file(folder / "f", 10'000);
    CHECK(std::count(content.begin(), content.end(), content.at(0)) == 10'000);
    CHECK(count_of_names(folder.path()) == 1);
}
