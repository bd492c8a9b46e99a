// What another process does between two of our system calls. [no-valgrind]: version 3.19 has no seccomp(2).
#include "error.h"
#include "io/file.h"
#include "io/scratch.h"
#include "io/staging.h"
#include "io/walk.h"
#include "stopped_call.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>

using namespace mtlsca;
using Catch::Contains;
using io::Mode;

namespace {

std::size_t count_of_names(const io::Path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

void put(const io::Path& path) {
    io::write_file(path, "x", Mode::public_file);
}

constexpr std::uint32_t folder_to_remove = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY;

} // namespace

TEST_CASE("a scratch folder that is removed before its lock is taken is made anew", "[no-valgrind]") {
    const TemporaryFolder folder;
    const auto remove_it = [&](const seccomp_data&) {
        for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
            std::filesystem::remove_all(entry.path());
        return Instead{};
    };
    const auto calls = while_stopping({SYS_flock, {{1, LOCK_EX | LOCK_NB}}}, remove_it, [&] {
        const io::ScratchFolder scratch(folder.path(), ".work");
        CHECK(io::exists(scratch.path()));
        CHECK(count_of_names(folder.path()) == 1);
        scratch.add("f", as_bytes("x"), Mode::private_file);
        // Its lock is the one of the folder that is there.
        CHECK_THAT(failure_of([&] { io::FolderLock(scratch.path(), std::chrono::milliseconds(0)); }),
                   Contains("another command holds its lock"));
    });
    CHECK(calls == 3); // of the one that went, of the one that stays, and of who wanted it, too
    CHECK(count_of_names(folder.path()) == 0);
}

TEST_CASE("a folder that goes while it is removed is gone, and a link in its place is not followed",
          "[no-valgrind]") {
    const TemporaryFolder folder;
    io::make_folder(folder / "gone/below", 0700);
    while_stopping(
        {SYS_openat, {{2, folder_to_remove}}},
        [&](const seccomp_data&) {
            std::filesystem::remove_all(folder / "gone");
            return Instead{};
        },
        [&] { io::remove_tree(folder / "gone"); });
    CHECK(count_of_names(folder.path()) == 0);

    io::make_folder(folder / "kept", 0700);
    put(folder / "kept/f");
    io::make_folder(folder / "gone", 0700);
    const std::string told = failure_of([&] {
        while_stopping(
            {SYS_openat, {{2, folder_to_remove}}},
            [&](const seccomp_data&) {
                std::filesystem::remove(folder / "gone");
                std::filesystem::create_directory_symlink("kept", folder / "gone");
                return Instead{};
            },
            [&] { io::remove_tree(folder / "gone"); });
    });
    CHECK_THAT(told, Contains((folder / "gone").string() + ": cannot open the folder to remove it"));
    CHECK(io::exists(folder / "kept/f"));
}

TEST_CASE("a folder that goes while it is staged is told, and nothing is left beside the target",
          "[no-valgrind]") {
    const TemporaryFolder folder;
    io::make_folder(folder / "site/maps", 0755);
    put(folder / "site/maps/roles.map");
    const std::string told = failure_of([&] {
        while_stopping(
            {SYS_linkat},
            [&](const seccomp_data&) {
                std::filesystem::rename(folder / "site/maps", folder / "elsewhere");
                return Instead{};
            },
            [&] { io::StagedFolder(folder / "site", 0755); });
    });
    CHECK(told == (folder / "site/maps").string() + ": cannot look at: no such file or directory");
    CHECK(io::exists(folder / "elsewhere/roles.map"));
    CHECK(count_of_names(folder.path()) == 2);
}

TEST_CASE("a placed file whose owner cannot be looked at is not written", "[no-valgrind]") {
    const TemporaryFolder folder;
    // The first one looks whether its name is its own still. The thread sanitizer's is the older call.
    const StoppedCall second_fstat{SYS_newfstatat, {{3, AT_EMPTY_PATH}}, 2, SYS_fstat};
    const std::string told = failure_of([&] {
        while_stopping(
            second_fstat, [](const seccomp_data&) { return Instead{EIO}; },
            [&] {
                io::AtomicFile(folder / "f", io::Placement{0640, 4711, 4712}).commit();
            });
    });
    CHECK(told == (folder / "f").string() + ": cannot look at it: input/output error");
    CHECK(count_of_names(folder.path()) == 0);
}

TEST_CASE("a file system that does not say what is a folder is asked for each name", "[no-valgrind]") {
    const TemporaryFolder folder;
    io::make_folder(folder / "folder", 0700);
    put(folder / "file");
    std::filesystem::create_symlink("folder", folder / "link");
    std::filesystem::create_symlink("nowhere", folder / "dangling");
    // As the kernel tells them, without their types.
    const auto untyped = [](const seccomp_data& call) {
        std::vector<char> entries(call.args[2]);
        const long size = ::syscall(SYS_getdents64, call.args[0], entries.data(), entries.size());
        for (long at = 0; at < size;) {
            auto* entry = reinterpret_cast<dirent64*>(entries.data() + at);
            entry->d_type = DT_UNKNOWN;
            at += entry->d_reclen;
        }
        const iovec ours{entries.data(), static_cast<std::size_t>(size)};
        iovec theirs{nullptr, ours.iov_len};
        std::memcpy(&theirs.iov_base, &call.args[1], sizeof theirs.iov_base);
        ::process_vm_writev(::getpid(), &ours, 1, &theirs, 1, 0);
        return Instead{0, size};
    };
    std::string folders, leading;
    while_stopping({SYS_getdents64}, untyped, [&] {
        for (io::FolderWalk walk(folder.path()); walk.next();) {
            folders += walk.is_folder() ? walk.name() : "";
            leading += walk.leads_to_folder() ? "*" : "";
        }
    });
    CHECK(folders == "folder");
    CHECK(leading == "**"); // the folder, and the link to it
}
