// What files and folders say, and leave behind, when a call fails that seldom does.
#include "child.h"
#include "error.h"
#include "failing_call.h"
#include "io/abandoned.h"
#include "io/file.h"
#include "io/input_stream.h"
#include "io/inspection.h"
#include "io/scratch.h"
#include "io/staging.h"
#include "refusal.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>

using namespace mtlsca;
using Catch::Contains;
using io::Mode;

namespace {

// fstat(2), stat(2) and lstat(2) are one system call, told apart by their flags; the thread sanitizer's
// fstat(2) is the older one.
const FailingCall fstat_fails{SYS_newfstatat, EIO, {{3, AT_EMPTY_PATH}}, SYS_fstat};
const FailingCall lstat_fails{SYS_newfstatat, EACCES, {{3, AT_SYMLINK_NOFOLLOW}}};
const FailingCall stat_fails{SYS_newfstatat, EACCES, {{3, 0}}};

std::string content_of(const io::Path& path) {
    return std::string(as_text(io::read_file(path, 1 << 20)));
}

std::size_t count_of_names(const io::Path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

} // namespace

TEST_CASE("whatever fails while a file is replaced is told with its name, and the old file stays",
          "[no-valgrind]") {
    const auto [call, number] = GENERATE(table<std::string, long>({{"create a temporary file", SYS_openat},
                                                                   {"look at it", SYS_newfstatat},
                                                                   {"set the mode", SYS_fchmod},
                                                                   {"write", SYS_write},
                                                                   {"sync", SYS_fsync},
                                                                   {"replace", SYS_renameat}}));
    const TemporaryFolder folder;
    io::write_file(folder / "f", "old", Mode::public_file);
    const FailingCall failing =
        number == SYS_openat
            ? FailingCall{number, EIO, {{2, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY}}}
        : number == SYS_newfstatat ? lstat_fails
                                   : FailingCall{number, EIO};
    const std::string told =
        failure_of(failing, [&] { io::write_file(folder / "f", "new", Mode::public_file); });
    CHECK_THAT(told, Contains((folder / "f").string()) || Contains((folder / ".f.").string()));
    CHECK_THAT(told, Contains("cannot " + call));
    CHECK(content_of(folder / "f") == "old");
    CHECK(count_of_names(folder.path()) == 1);
}

TEST_CASE("a file whose folder cannot be synced is told, though it is there") {
    const TemporaryFolder folder;
    io::AtomicFile file(folder / "f", Mode::private_file);
    file.write("new");
    file.prepare();
    // The folder is opened before, and so it has the lower number.
    const std::string told = failure_of({SYS_fsync, EIO}, [&] { io::sync_folder(folder.path()); });
    CHECK(told == folder.path().string() + ": cannot sync: input/output error");
    CHECK_THAT(failure_of({SYS_fsync, EIO}, [&] { io::make_folder(folder / "new", 0700); }),
               Contains("sync"));
    CHECK_THAT(failure_of({SYS_fsync, EIO}, [&] { io::remove_file(folder / "new"); }), Contains("remove"));
}

TEST_CASE("a file system that cannot sync folders, or has no locks, is written to all the same") {
    const TemporaryFolder folder;
    const FailingCall call =
        GENERATE(FailingCall{SYS_fsync, EINVAL}, FailingCall{SYS_flock, ENOLCK},
                 FailingCall{SYS_renameat2, EINVAL}, FailingCall{SYS_fsetxattr, EOPNOTSUPP});
    while_failing(call, [&] {
        io::write_file(folder / "f", "first", Mode::public_file);
        io::write_new_file(folder / "g", as_bytes("second"), Mode::private_file);
        CHECK(code_of([&] { io::write_new_file(folder / "g", as_bytes("third"), Mode::private_file); }) ==
              Code::already);
    });
    CHECK(content_of(folder / "f") == "first");
    CHECK(content_of(folder / "g") == "second");
    CHECK(count_of_names(folder.path()) == 2);
}

TEST_CASE("a new file does not replace one by link(2) either") {
    const TemporaryFolder folder;
    io::AtomicFile late(folder / "f", Mode::public_file);
    late.write("late");
    io::write_file(folder / "f", "early", Mode::public_file);
    while_failing({SYS_renameat2, ENOSYS},
                  [&] { CHECK(code_of([&] { late.commit_new(); }) == Code::already); });
    CHECK_THAT(failure_of({SYS_renameat2, EIO}, [&] { late.commit_new(); }), Contains("cannot create"));
    CHECK(content_of(folder / "f") == "early");
}

TEST_CASE("a file that cannot be given its group does not let another one read it") {
    const TemporaryFolder folder;
    io::write_file(folder / "f", "old", Mode::public_file);
    REQUIRE(::chown((folder / "f").c_str(), 4711, 4712) == 0); // as the tests run
    REQUIRE(::chmod((folder / "f").c_str(), 0640) == 0);
    while_failing({SYS_fchown, EPERM}, [&] { io::write_file(folder / "f", "new", Mode::public_file); });
    CHECK(content_of(folder / "f") == "new");
    CHECK(io::file_state(folder / "f")->mode == 0600);
}

TEST_CASE("a placed file that cannot be given away, or its mode, is not written") {
    const TemporaryFolder folder;
    const io::Placement placement{0640, 4711, 4712};
    const auto place = [&] { io::AtomicFile(folder / "f", placement).commit(); };
    CHECK_THAT(failure_of({SYS_fchown, EPERM}, place), Contains("give it to its owner and group"));
    CHECK_THAT(failure_of({SYS_fchmod, EPERM}, place), Contains("set the mode"));
    CHECK_THAT(failure_of(lstat_fails, place), Contains("look at it"));
    CHECK(count_of_names(folder.path()) == 0);
}

TEST_CASE("as many writers of one target as can be are at work, and one more is refused") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / ".f.000000.tmp"); // nobody's, and it stays
    for (int number = 1; number < 1000; ++number) {
        char name[16];
        std::snprintf(name, sizeof name, ".f.%06d.tmp", number);
        std::filesystem::create_directory(folder / name);
    }
    try {
        io::write_file(folder / "f", "new", Mode::public_file);
        FAIL("written");
    } catch (const Error& error) {
        CHECK(error.reason == "too many temporary files beside it");
        CHECK_THAT(error.hint, Contains(".f"));
    }
}

TEST_CASE("a folder whose files cannot be looked at gets one temporary file, not a thousand",
          "[no-valgrind]") {
    const TemporaryFolder folder;
    CHECK_THAT(
        failure_of(fstat_fails, [&] { io::write_file(folder / "f", "new", Mode::public_file); }),
        Contains((folder / "f").string() + ": cannot look at a temporary file beside it: input/output"));
    CHECK(count_of_names(folder.path()) == 1);
    io::write_file(folder / "f", "new", Mode::public_file);
    CHECK(count_of_names(folder.path()) == 1); // it was abandoned
}

TEST_CASE("what to do about an error of the system stands beside it") {
    const TemporaryFolder folder;
    const auto hint_of = [&](int problem) {
        try {
            while_failing({SYS_fsync, problem}, [&] { io::sync_folder(folder.path()); });
        } catch (const Error& error) {
            return error.hint;
        }
        return std::string("none");
    };
    CHECK_THAT(hint_of(EDQUOT), Contains("make room"));
    CHECK_THAT(hint_of(EFBIG), Contains("ulimit -f"));
    CHECK_THAT(hint_of(EROFS), Contains("read-only"));
    CHECK_THAT(hint_of(EPERM), Contains("permissions"));
    CHECK_THAT(hint_of(ENOTDIR), Contains("path"));
    CHECK_THAT(hint_of(ENFILE), Contains("ulimit -n"));
    CHECK(hint_of(EIO).empty());
}

TEST_CASE("what is no file is named for what it is") {
    CHECK(io::kind_of(S_IFSOCK | 0600) == std::string("socket"));
    CHECK(io::kind_of(S_IFBLK | 0600) == std::string("device"));
    CHECK(io::kind_of(S_IFLNK | 0777) == std::string("symbolic link"));
    CHECK(io::kind_of(S_IFREG | 0600) == std::string("file"));
}

TEST_CASE("what is read is told by name where it cannot be, and nothing is taken for empty",
          "[no-valgrind]") {
    const TemporaryFolder folder;
    io::write_file(folder / "f", "content", Mode::public_file);
    const std::string name = (folder / "f").string();
    const auto read = [&] { io::read_file(folder / "f", 100); };
    CHECK_THAT(failure_of({SYS_read, EIO}, read), Contains(name + ": cannot read"));
    CHECK_THAT(failure_of(fstat_fails, read), Contains(name + ": cannot open"));
    CHECK_THAT(failure_of({SYS_openat, EMFILE}, read), Contains(name + ": cannot open"));
    CHECK_THAT(failure_of({SYS_mmap, ENODEV, {{3, MAP_PRIVATE}}}, [&] { io::MappedFile(folder / "f"); }),
               Contains(name + ": cannot map"));
    CHECK_THAT(failure_of(lstat_fails, [&] { io::exists(folder / "f"); }), Contains("cannot look at it"));

    const auto read_stream = [&] { io::InputStream(folder / "f").peek(1); };
    CHECK_THAT(failure_of({SYS_read, EIO}, read_stream), Contains(name + ": cannot read"));
    CHECK_THAT(failure_of(fstat_fails, read_stream), Contains(name + ": cannot look at"));
    CHECK_THAT(failure_of({SYS_openat, EACCES}, read_stream), Contains(name + ": cannot open"));
    CHECK_THAT(failure_of({SYS_fcntl, EMFILE}, [] { io::InputStream("-"); }),
               Contains("standard input: cannot read"));
}

TEST_CASE("a descriptor that does not block is waited for, whether it is written or read") {
    Pipe pipe;
    REQUIRE(::fcntl(pipe.writing(), F_SETFL, O_NONBLOCK) == 0);
    REQUIRE(::fcntl(pipe.reading(), F_SETFL, O_NONBLOCK) == 0);
    const std::string text(1 << 20, 'x'); // more than a pipe holds
    std::thread writer([&] { io::write_all(pipe.writing(), as_bytes(text), "pipe"); });
    std::string got(text.size(), '\0');
    CHECK(io::read_up_to(pipe.reading(), got.data(), got.size()) == static_cast<ssize_t>(text.size()));
    writer.join();
    CHECK(got == text);
}

TEST_CASE("a file that cannot be looked at is nobody's to remove") {
    const TemporaryFolder folder;
    io::write_file(folder / ".f.000000.tmp", "left", Mode::private_file);
    const io::Descriptor open = io::open_folder(folder.path());
    const auto remove = [&] { CHECK_FALSE(io::remove_abandoned(open.number(), ".f.000000.tmp")); };
    while_failing({SYS_unlinkat, EACCES}, remove);
    while_failing({SYS_flock, ENOLCK}, remove);
    while_failing(fstat_fails, remove);
    CHECK(io::exists(folder / ".f.000000.tmp"));
    CHECK(io::abandoned_files(folder / "not-there").empty());
}

TEST_CASE("what cannot be inspected is not there, or told") {
    const TemporaryFolder folder;
    io::write_file(folder / "f", "x", Mode::public_file);
    while_failing(lstat_fails, [&] { CHECK_FALSE(io::file_state(folder / "f")); });
    CHECK_FALSE(io::room(folder / "not-there"));
    CHECK(io::owner_name(4000000000U) == "uid 4000000000");
    CHECK_THAT(failure_of(stat_fails, [&] { io::identity_of(folder / "f"); }), Contains("cannot look at"));
    CHECK_THAT(failure_of(fstat_fails, [&] { io::take_permissions(folder / "f", 02); }), Contains("look at"));
    CHECK_THAT(failure_of({SYS_fchmod, EPERM}, [&] { io::take_permissions(folder / "f", 02); }),
               Contains("cannot change its permissions"));
    CHECK(io::room(folder.path())->total_bytes > 0);
    CHECK(io::owner_name(0) == "root");
}

TEST_CASE("a folder that cannot be made, or not with its mode, is told") {
    const TemporaryFolder folder;
    const auto make = [&] { io::make_folder(folder / "new", 0700); };
    CHECK_THAT(failure_of({SYS_mkdir, EDQUOT}, make), Contains("cannot create the folder"));
    CHECK_THAT(failure_of({SYS_fchmod, EPERM}, make), Contains("cannot set the mode"));
    std::filesystem::create_symlink("nowhere", folder / "link");
    CHECK(code_of([&] { io::make_folder(folder / "link", 0700); }) == Code::failed);
    CHECK_THAT(failure_of({SYS_openat, EMFILE}, [&] { io::sync_folder(folder.path()); }),
               Contains("cannot open the folder"));
}

TEST_CASE("a spool needs no O_TMPFILE, and tells what it cannot do", "[no-valgrind]") {
    const TemporaryFolder folder;
    const FailingCall no_nameless_files{
        SYS_openat, EOPNOTSUPP, {{2, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC | O_NOCTTY}}};
    while_failing(no_nameless_files, [&] {
        io::Spool spool(folder.path());
        spool.write(as_bytes("spooled"));
        CHECK(as_text(spool.map()) == "spooled");
        CHECK(count_of_names(folder.path()) == 0);
    });
    const auto use = [&] {
        io::Spool spool(folder.path());
        spool.write(as_bytes("spooled"));
        spool.map();
    };
    CHECK_THAT(failure_of({SYS_openat, EACCES}, use), Contains("cannot create a temporary file"));
    CHECK_THAT(failure_of({SYS_write, ENOSPC}, use), Contains("cannot write: no space left"));
    CHECK_THAT(failure_of({SYS_mmap, ENODEV, {{3, MAP_SHARED}}}, use), Contains("cannot map"));
}

TEST_CASE("whatever fails in a scratch folder is told, and none is left", "[no-valgrind]") {
    const TemporaryFolder folder;
    const auto work = [&] {
        const io::ScratchFolder scratch(folder.path(), ".work");
        scratch.add("below/f", as_bytes("x"), Mode::public_file);
        scratch.add("g", as_bytes("x"), Mode::private_file);
        scratch.sync();
        scratch.place("below/f", "f");
        scratch.place_new("g", "g");
    };
    CHECK_THAT(failure_of({SYS_mkdir, EDQUOT}, work), Contains("cannot make a folder"));
    CHECK_THAT(failure_of({SYS_flock, ENOLCK}, work), Contains("cannot lock the folder"));
    CHECK(count_of_names(folder.path()) == 0);
    CHECK_THAT(failure_of({SYS_mkdirat, ENOSPC}, work), Contains("below/f: cannot create"));
    CHECK_THAT(failure_of({SYS_fchmod, EPERM}, work), Contains("cannot set the mode"));
    CHECK_THAT(failure_of({SYS_write, ENOSPC}, work), Contains("cannot write"));
    CHECK_THAT(failure_of({SYS_syncfs, EIO}, work), Contains("cannot sync"));
    CHECK_THAT(failure_of({SYS_renameat, EXDEV}, work), Contains("cannot give its name"));
    CHECK_FALSE(io::exists(folder / "f"));
    CHECK_THAT(failure_of({SYS_renameat2, EXDEV}, work), Contains("cannot give its name"));
    CHECK_FALSE(io::exists(folder / "g"));
    std::filesystem::remove(folder / "f");
    const io::ScratchFolder scratch(folder.path(), ".work");
    CHECK(count_of_names(folder.path()) == 1);
    scratch.add("twice", as_bytes("x"), Mode::private_file);
    CHECK(code_of([&] { scratch.add("twice", as_bytes("x"), Mode::private_file); }) == Code::failed);
    CHECK(code_of([&] { scratch.add("twice/f", as_bytes("x"), Mode::private_file); }) == Code::failed);
}

TEST_CASE("a folder that cannot be staged or exchanged stays as it is") {
    const TemporaryFolder folder;
    io::make_folder(folder / "site/maps", 0755);
    io::write_file(folder / "site/a.conf", "old", Mode::public_file);
    REQUIRE(::chown((folder / "site").c_str(), 4711, 4712) == 0);
    const auto exchange = [&] {
        io::StagedFolder staged(folder / "site", 0755);
        io::write_file(staged.path() / "a.conf", "new", Mode::public_file);
        staged.exchange();
    };
    CHECK_THAT(failure_of({SYS_linkat, EPERM}, exchange), Contains("make a second name"));
    CHECK_THAT(failure_of({SYS_chown, EPERM}, exchange), Contains("give to the owner"));
    CHECK_THAT(failure_of({SYS_chmod, EPERM}, exchange), Contains("set the mode"));
    CHECK_THAT(failure_of({SYS_renameat2, EINVAL}, exchange), Contains("cannot be exchanged in one step"));
    CHECK_THAT(failure_of({SYS_renameat2, EIO}, exchange), Contains("cannot exchange"));
    CHECK_THAT(failure_of({SYS_getdents64, EIO}, exchange), Contains("cannot "));
    CHECK(content_of(folder / "site/a.conf") == "old");
}
