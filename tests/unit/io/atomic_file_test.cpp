#include "child.h"
#include "error.h"
#include "io/file.h"
#include "refusal.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sys/stat.h>
#include <sys/xattr.h>

using namespace mtlsca;
using io::Mode;

namespace {

std::string content_of(const io::Path& path) {
    return std::string(as_text(io::read_file(path, 1 << 22)));
}

struct stat status_of(const io::Path& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status;
}

mode_t mode_of(const io::Path& path) {
    return status_of(path).st_mode & 07777;
}

std::size_t count_of_names(const io::Path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

void put(const io::Path& path, std::string_view content, mode_t mode) {
    std::ofstream(path) << content;
    REQUIRE(::chmod(path.c_str(), mode) == 0);
}

} // namespace

TEST_CASE("a new file has its mode from the first moment, whatever the umask") {
    const TemporaryFolder folder;
    for (const mode_t mask : {mode_t{0}, mode_t{077}, mode_t{0777}})
        CHECK(in_child([&] {
                  ::umask(mask);
                  io::AtomicFile key(folder / "key", Mode::private_file),
                      crl(folder / "crl", Mode::public_file);
                  if (mode_of(key.temporary()) != 0600 || mode_of(crl.temporary()) != 0644)
                      return 98;
                  key.commit();
                  crl.commit();
                  const bool right = mode_of(folder / "key") == 0600 && mode_of(folder / "crl") == 0644;
                  io::remove_file(folder / "key");
                  io::remove_file(folder / "crl");
                  return right ? 0 : 97;
              }) == 0);
}

TEST_CASE("an existing file keeps its mode, but a private one is never readable for others") {
    const TemporaryFolder folder;
    const auto mode_after = [&](mode_t before, Mode mode) {
        put(folder / "f", "old", before);
        io::write_file(folder / "f", "new", mode);
        CHECK(content_of(folder / "f") == "new");
        return mode_of(folder / "f");
    };
    CHECK(mode_after(0640, Mode::public_file) == 0640);
    CHECK(mode_after(0600, Mode::public_file) == 0600);
    CHECK(mode_after(0444, Mode::public_file) == 0444);
    CHECK(mode_after(0644, Mode::private_file) == 0600);
    CHECK(mode_after(0640, Mode::private_file) == 0600);
    CHECK(mode_after(0400, Mode::private_file) == 0400);
}

TEST_CASE("an existing file keeps its owner where we may give it away") {
    if (::geteuid() != 0)
        return;
    const TemporaryFolder folder;
    put(folder / "f", "old", 0640);
    REQUIRE(::chown((folder / "f").c_str(), 1234, 4321) == 0);
    io::write_file(folder / "f", "new", Mode::public_file);
    CHECK(status_of(folder / "f").st_uid == 1234);
    CHECK(status_of(folder / "f").st_gid == 4321);
    CHECK(mode_of(folder / "f") == 0640);
    io::write_file(folder / "f", "secret", Mode::private_file);
    CHECK(status_of(folder / "f").st_uid == 1234);

    // Another user may replace it but not give it away, and must not let its own group in instead.
    REQUIRE(::chmod(folder.path().c_str(), 0777) == 0);
    CHECK(in_child([&] {
              if (::setgid(5555) != 0 || ::setuid(5555) != 0)
                  return 98;
              io::write_file(folder / "f", "newer", Mode::public_file);
              return 0;
          }) == 0);
    CHECK(content_of(folder / "f") == "newer");
    CHECK(status_of(folder / "f").st_gid == 5555);
    CHECK(mode_of(folder / "f") == 0600);
}

TEST_CASE("whoever put a file into a folder that is everybody's does not get the secret that replaces it") {
    if (::geteuid() != 0)
        return;
    const TemporaryFolder folder;
    put(folder / "f", "bait", 0600);
    REQUIRE(::chown((folder / "f").c_str(), 1234, 4321) == 0);
    REQUIRE(::chmod(folder.path().c_str(), 01777) == 0);
    CHECK_THROWS_AS(io::write_file(folder / "f", "secret", Mode::private_file), Error);
    CHECK(content_of(folder / "f") == "bait");
    io::write_file(folder / "f", "public", Mode::public_file);
    CHECK(content_of(folder / "f") == "public");
}

TEST_CASE("an access control list of a public file is kept, of a private one dropped") {
    // user::rw-, user:1234:r--, group::r--, mask::r--, other::--- as the kernel stores it (version 2).
    const Bytes acl{2, 0,    0,   0,   0x01, 0,    6,    0, 255, 255, 255, 255, 0x02, 0,    4,
                    0, 0xd2, 4,   0,   0,    0x04, 0,    4, 0,   255, 255, 255, 255,  0x10, 0,
                    4, 0,    255, 255, 255,  255,  0x20, 0, 0,   0,   255, 255, 255,  255};
    const TemporaryFolder folder;
    const char* name = "system.posix_acl_access";
    put(folder / "f", "old", 0640);
    if (::setxattr((folder / "f").c_str(), name, acl.data(), acl.size(), 0) != 0) {
        WARN("no access control lists on this file system");
        return;
    }
    io::write_file(folder / "f", "new", Mode::public_file);
    Bytes kept(100);
    CHECK(::getxattr((folder / "f").c_str(), name, kept.data(), kept.size()) ==
          static_cast<ssize_t>(acl.size()));
    io::write_file(folder / "f", "new", Mode::private_file);
    CHECK(::getxattr((folder / "f").c_str(), name, kept.data(), kept.size()) < 0);
    CHECK(mode_of(folder / "f") == 0600);
}

TEST_CASE("without commit the old file stays and nothing is left") {
    const TemporaryFolder folder;
    put(folder / "f", "old", 0644);
    {
        io::AtomicFile file(folder / "f", Mode::public_file);
        file.write("new");
        file.flush();
        CHECK(content_of(file.temporary()) == "new");
        CHECK(content_of(folder / "f") == "old");
    }
    CHECK(content_of(folder / "f") == "old");
    CHECK(count_of_names(folder.path()) == 1);
}

TEST_CASE("pieces of any size arrive in order") {
    const TemporaryFolder folder;
    std::string expected;
    io::AtomicFile file(folder / "f", Mode::public_file);
    for (const unsigned size : {1U, 65'535U, 1U, 65'536U, 65'537U, 0U, 300'000U, 3U}) {
        const std::string piece(size, static_cast<char>('a' + size % 26));
        file.write(piece);
        expected += piece;
    }
    file.commit();
    CHECK(content_of(folder / "f") == expected);
}

TEST_CASE("a link is never written through") {
    const TemporaryFolder folder;
    put(folder / "aim", "aim", 0644);
    std::filesystem::create_symlink("aim", folder / "link");
    CHECK_THROWS_WITH(io::write_file(folder / "link", "secret", Mode::private_file), Catch::Contains("link"));
    CHECK(std::filesystem::is_symlink(folder / "link"));
    io::write_file(folder / "link", "public", Mode::public_file);
    CHECK_FALSE(std::filesystem::is_symlink(folder / "link"));
    CHECK(content_of(folder / "aim") == "aim");
    CHECK(content_of(folder / "link") == "public");
}

TEST_CASE("what is no file is never replaced, also behind a link as /dev/stdout is one") {
    const TemporaryFolder folder;
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    std::filesystem::create_directory(folder / "folder");
    std::filesystem::create_symlink("/proc/self/fd/1", folder / "stdout");
    std::filesystem::create_symlink("/dev/null", folder / "null");
    std::filesystem::create_symlink("folder", folder / "to-folder");
    const std::size_t before = count_of_names(folder.path());
    for (const char* name : {"fifo", "folder", "stdout", "null", "to-folder", "folder/", ".", "folder/.."})
        for (const Mode mode : {Mode::private_file, Mode::public_file})
            CHECK(code_of([&] { io::write_file(folder / name, "x", mode); }) == Code::failed);
    CHECK(count_of_names(folder.path()) == before);
    CHECK(code_of([&] { io::write_file(folder / "no" / "f", "x", Mode::public_file); }) == Code::not_found);
}

TEST_CASE("a new file never replaces one, also when that appears meanwhile") {
    const TemporaryFolder folder;
    io::write_new_file(folder / "f", as_bytes("first"), Mode::private_file);
    CHECK(mode_of(folder / "f") == 0600);
    CHECK(code_of([&] { io::write_new_file(folder / "f", as_bytes("second"), Mode::private_file); }) ==
          Code::already);
    io::AtomicFile late(folder / "g", Mode::public_file);
    late.write("late");
    io::write_new_file(folder / "g", as_bytes("early"), Mode::public_file);
    CHECK(code_of([&] { late.commit_new(); }) == Code::already);
    CHECK(content_of(folder / "f") == "first");
    CHECK(content_of(folder / "g") == "early");
    std::filesystem::create_symlink("nowhere", folder / "link");
    CHECK(code_of([&] { io::write_new_file(folder / "link", as_bytes("x"), Mode::public_file); }) ==
          Code::already);
    CHECK_FALSE(io::exists(folder / "nowhere"));
}

TEST_CASE("a file whose folder is synced later is written as any other") {
    const TemporaryFolder folder;
    constexpr auto later = io::FolderSync::later;
    io::write_new_file(folder / "f", as_bytes("first"), Mode::private_file, later);
    CHECK(content_of(folder / "f") == "first");
    CHECK(code_of([&] { io::write_new_file(folder / "f", as_bytes("x"), Mode::private_file, later); }) ==
          Code::already);
    io::write_file(folder / "f", "second", Mode::private_file, later);
    CHECK(content_of(folder / "f") == "second");
    CHECK(mode_of(folder / "f") == 0600);
    CHECK(count_of_names(folder.path()) == 1);
}

TEST_CASE("two writers of one target don't disturb each other") {
    const TemporaryFolder folder;
    io::AtomicFile first(folder / "f", Mode::public_file);
    io::AtomicFile second(folder / "f", Mode::public_file);
    CHECK(first.temporary() != second.temporary());
    first.write("first");
    second.write("second");
    second.commit();
    CHECK(content_of(folder / "f") == "second");
    first.commit();
    CHECK(content_of(folder / "f") == "first");
    CHECK(count_of_names(folder.path()) == 1);
}

TEST_CASE("the next writer removes what dead ones left, and nothing else") {
    const TemporaryFolder folder;
    for (const char* left : {".f.000000.tmp", ".f.000001.tmp", ".f.000005.tmp", ".f.000013.tmp"})
        put(folder / left, "left", 0600);
    for (const char* other : {".g.000000.tmp", ".f.tmp", "f.000000.tmp", ".f.00000.tmp"})
        put(folder / other, "other", 0600);
    io::AtomicFile alive(folder / "f", Mode::public_file);
    io::write_file(folder / "f", "new", Mode::public_file);
    CHECK(io::exists(alive.temporary()));
    CHECK(count_of_names(folder.path()) == 4 + 1 + 1);
}

TEST_CASE("what others put where a temporary would be is neither followed nor touched") {
    const TemporaryFolder folder;
    put(folder / "victim", "victim", 0644);
    std::filesystem::create_symlink("victim", folder / ".f.000000.tmp");
    std::filesystem::create_directory(folder / ".f.000001.tmp");
    REQUIRE(::mkfifo((folder / ".f.000002.tmp").c_str(), 0666) == 0);
    io::write_file(folder / "f", "new", Mode::private_file);
    CHECK(content_of(folder / "f") == "new");
    CHECK(content_of(folder / "victim") == "victim");
    CHECK(count_of_names(folder.path()) == 5);
}

TEST_CASE("the longest name that a file can have can be written") {
    const TemporaryFolder folder;
    io::write_file(folder / std::string(255, 'n'), "x", Mode::public_file);
    CHECK(count_of_names(folder.path()) == 1);
    CHECK(code_of([&] { io::write_file(folder / std::string(256, 'n'), "x", Mode::public_file); }) ==
          Code::failed);
}
