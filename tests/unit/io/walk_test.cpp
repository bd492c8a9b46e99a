#include "io/walk.h"

#include "child.h"
#include "error.h"
#include "failing_call.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <set>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace mtlsca;

namespace {

void put(const io::Path& path) {
    io::write_file(path, "x", io::Mode::public_file);
}

std::set<std::string> names_in(const io::Path& folder) {
    std::set<std::string> names;
    for (io::FolderWalk walk(folder); walk.next();)
        names.insert(walk.name());
    return names;
}

// The folder as nobody sees it, who may not read what root can.
int as_nobody(const std::function<int()>& work) {
    constexpr uid_t nobody = 65534;
    return in_child([&] { return ::geteuid() == 0 && ::setuid(nobody) != 0 ? 98 : work(); });
}

Error problem_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    FAIL("nothing was thrown");
    std::abort();
}

} // namespace

TEST_CASE("a walk tells each name once, however hostile, and neither the folder nor its parent") {
    const TemporaryFolder folder;
    const std::set<std::string> hostile{"-rf",      "...",      " ",     "a\nb",
                                        "\x1b[31m", "\xff\xfe", "$(id)", std::string(255, 'x')};
    for (const std::string& name : hostile)
        io::Descriptor(::open((folder / name).c_str(), O_CREAT | O_WRONLY, 0600));
    CHECK(names_in(folder.path()) == hostile);
    io::remove_tree(folder / "a\nb");
    CHECK(names_in(folder.path()).size() == hostile.size() - 1);
}

TEST_CASE("a walk reads a folder larger than one read of it") {
    const TemporaryFolder folder;
    for (int i = 0; i < 3000; ++i) // a read of 32 KiB holds some 1,000
        io::Descriptor(::open((folder / std::to_string(i)).c_str(), O_CREAT | O_WRONLY, 0600));
    CHECK(names_in(folder.path()).size() == 3000);
    io::remove_tree(folder.path());
    CHECK_FALSE(io::exists(folder.path()));
    io::make_folder(folder.path(), 0700);
}

TEST_CASE("only a folder itself is one: neither a link to it nor a file") {
    const TemporaryFolder folder;
    io::make_folder(folder / "folder", 0700);
    put(folder / "file");
    std::filesystem::create_symlink("folder", folder / "link");
    std::set<std::string> folders;
    for (io::FolderWalk walk(folder.path()); walk.next();)
        if (walk.is_folder())
            folders.insert(walk.name());
    CHECK(folders == std::set<std::string>{"folder"});
}

TEST_CASE("a folder that is not there, is a file or may not be read is told of, or has nothing where that is "
          "fine") {
    const TemporaryFolder folder;
    ::chmod(folder.path().c_str(), 0755);
    put(folder / "file");
    io::make_folder(folder / "closed", 0700);
    CHECK(problem_of([&] { io::FolderWalk(folder / "none"); }).code == Code::not_found);
    CHECK(problem_of([&] { io::FolderWalk(folder / "file"); }).object == folder / "file");
    CHECK_FALSE(io::walk_if_readable(folder / "none"));
    CHECK_FALSE(io::walk_if_readable(folder / "file"));
    CHECK(io::walk_if_readable(folder.path()));
    CHECK(as_nobody([&] {
              static_cast<void>(io::FolderWalk(folder / "closed"));
              return 0;
          }) == static_cast<int>(Code::failed));
    CHECK(as_nobody([&] { return io::walk_if_readable(folder / "closed") ? 1 : 0; }) == 0);
}

// [no-valgrind]: version 3.19 keeps the limit on open files to itself, and opens more.
TEST_CASE("a folder that cannot be opened for lack of descriptors is never taken for one that has nothing",
          "[no-valgrind]") {
    const TemporaryFolder folder;
    CHECK(in_child([&] {
              const rlimit none{3, 3};
              ::setrlimit(RLIMIT_NOFILE, &none);
              return io::walk_if_readable(folder.path()) ? 98 : 97;
          }) == static_cast<int>(Code::failed));
}

TEST_CASE("a folder that vanishes under a walk ends it, and what is gone is no folder") {
    const TemporaryFolder folder;
    io::make_folder(folder / "below/deep", 0700);
    io::FolderWalk walk(folder / "below");
    REQUIRE(walk.next());
    CHECK(walk.is_folder());
    std::filesystem::remove_all(folder / "below");
    CHECK_FALSE(walk.next());
    io::remove_tree(folder / "below");
    io::remove_tree(folder / "below/deep");
}

TEST_CASE("a removal takes all that is in a folder, and follows no link: neither inside, nor as the folder, "
          "nor with a slash") {
    const TemporaryFolder folder;
    io::make_folder(folder / "kept/below", 0700);
    put(folder / "kept/file");
    io::make_folder(folder / "gone/deep/deeper", 0700);
    put(folder / "gone/deep/file");
    std::filesystem::create_symlink(folder / "kept", folder / "gone/deep/link");
    std::filesystem::create_symlink(folder / "nowhere", folder / "gone/dangling");
    std::filesystem::create_symlink(folder / "kept", folder / "link");
    std::filesystem::create_symlink(folder / "kept", folder / "second");
    REQUIRE(::mkfifo((folder / "gone/pipe").c_str(), 0600) == 0);
    io::remove_tree(folder / "gone");
    io::remove_tree(folder / "link");
    io::remove_tree(folder / "second/");
    CHECK(names_in(folder.path()) == std::set<std::string>{"kept"});
    CHECK(names_in(folder / "kept") == std::set<std::string>{"below", "file"});
    io::remove_tree(folder / "kept/"); // of a folder the slash means nothing
    CHECK(names_in(folder.path()).empty());
}

TEST_CASE("what cannot be removed is named, and destructors leave it") {
    const TemporaryFolder folder;
    ::chmod(folder.path().c_str(), 0777);
    io::make_folder(folder / "theirs", 0755);
    put(folder / "theirs/file");
    CHECK(as_nobody([&] {
              const Error error = problem_of([&] { io::remove_tree(folder / "theirs"); });
              io::remove_tree_if_possible(folder / "theirs");
              return error.object == folder / "theirs/file" ? 0 : 1;
          }) == 0);
    CHECK(io::exists(folder / "theirs/file"));
    io::remove_tree_if_possible(folder / "theirs");
    CHECK_FALSE(io::exists(folder / "theirs"));
}

TEST_CASE("a folder that is not empty again, or cannot be opened, is named, and is still there") {
    const TemporaryFolder folder;
    io::make_folder(folder / "below", 0700);
    const auto remove = [&] { io::remove_tree(folder / "below"); };
    CHECK(failure_of({SYS_unlinkat, EBUSY, {{2, AT_REMOVEDIR}}}, remove) ==
          (folder / "below").string() + ": cannot remove the folder: device or resource busy");
    const auto walk = [&] { io::walk_if_readable(folder / "below"); };
    CHECK(failure_of({SYS_openat, EMFILE}, walk) ==
          (folder / "below").string() + ": cannot open the folder: too many open files");
    CHECK(failure_of({SYS_unlinkat, EPERM}, remove) ==
          (folder / "below").string() + ": cannot remove: operation not permitted");
    CHECK(io::exists(folder / "below"));
}

TEST_CASE("a link leads to a folder where what it names is one") {
    const TemporaryFolder folder;
    io::make_folder(folder / "folder", 0700);
    put(folder / "file");
    for (const char* name : {"folder", "file", "nowhere"})
        std::filesystem::create_symlink(name, folder / (std::string("to ") + name));
    std::set<std::string> leading;
    for (io::FolderWalk walk(folder.path()); walk.next();)
        if (walk.leads_to_folder())
            leading.insert(walk.name());
    CHECK(leading == std::set<std::string>{"folder", "to folder"});
}

// [no-valgrind]: as above.
TEST_CASE("a folder deeper than descriptors last is told of, not walked to death", "[no-valgrind]") {
    const TemporaryFolder folder;
    io::Path deep = folder.path();
    for (int i = 0; i < 100; ++i)
        deep /= "d";
    io::make_folder(deep, 0700);
    CHECK(in_child([&] {
              const rlimit few{40, 40};
              ::setrlimit(RLIMIT_NOFILE, &few);
              io::remove_tree(folder / "d");
              return 98;
          }) == static_cast<int>(Code::failed));
    io::remove_tree(folder / "d");
    CHECK(names_in(folder.path()).empty());
}
