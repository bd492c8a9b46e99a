#include "io/file.h"
#include "refusal.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace mtlsca;

namespace {

struct stat status_of(const io::Path& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status;
}

void write(const io::Path& target, const io::Placement& placement) {
    io::AtomicFile file(target, placement);
    file.write(std::string_view("new"));
    file.commit();
}

} // namespace

TEST_CASE("a placed file has its mode, whatever the umask and the file before had", "[placement]") {
    const TemporaryFolder folder;
    const io::Path target = folder.path() / "key";
    const mode_t before = ::umask(077);
    write(target, {.mode = 0644, .owner = {}, .group = {}});
    CHECK((status_of(target).st_mode & 07777) == 0644);
    write(target, {.mode = 0400, .owner = {}, .group = {}});
    CHECK((status_of(target).st_mode & 07777) == 0400);
    ::umask(before);
}

TEST_CASE("a placed file belongs to whom it should before anything is in it", "[placement]") {
    REQUIRE(::geteuid() == 0); // tests run as root, who may give files away
    const TemporaryFolder folder;
    const io::Path target = folder.path() / "key";
    io::AtomicFile file(target, io::Placement{.mode = 0640, .owner = 12345, .group = 54321});
    const struct stat empty = status_of(file.temporary());
    CHECK(empty.st_size == 0);
    CHECK(empty.st_uid == 12345);
    CHECK(empty.st_gid == 54321);
    CHECK((empty.st_mode & 07777) == 0640);
    file.write(std::string_view("new"));
    file.commit();

    SECTION("who is not named stays") {
        write(target, {.mode = 0600, .owner = 1, .group = {}});
        CHECK(status_of(target).st_uid == 1);
        CHECK(status_of(target).st_gid == 54321);
        write(target, {.mode = 0600, .owner = {}, .group = 2});
        CHECK(status_of(target).st_uid == 1);
        CHECK(status_of(target).st_gid == 2);
    }
}

TEST_CASE("nothing is placed through a link, neither of the file nor of its folder", "[placement]") {
    const TemporaryFolder folder;
    const io::Path elsewhere = folder.path() / "elsewhere";
    io::make_folder(elsewhere, 0755);
    std::ofstream(elsewhere / "file") << "old";
    std::filesystem::create_directory_symlink(elsewhere, folder.path() / "folder");
    CHECK(code_of([&] { write(folder.path() / "folder" / "file", {}); }) == Code::failed);
    std::filesystem::create_symlink(elsewhere / "file", folder.path() / "file");
    CHECK(code_of([&] { write(folder.path() / "file", {}); }) == Code::failed);
    std::filesystem::create_symlink(elsewhere / "new", folder.path() / "dangling");
    CHECK(code_of([&] { write(folder.path() / "dangling", {}); }) == Code::failed);
    CHECK(as_text(io::read_file(elsewhere / "file", 100)) == "old");
    CHECK_FALSE(io::exists(elsewhere / "new"));
    CHECK(code_of([&] { write(folder.path() / "none" / "file", {}); }) == Code::not_found);
}

TEST_CASE("users and groups are found by name and by number", "[placement]") {
    CHECK(io::find_user("root") == 0);
    CHECK(io::find_group("root") == 0);
    CHECK(io::find_user("4321") == 4321);
    CHECK(io::find_group("4321") == 4321);
    // 2^32 - 1 would mean "as it is" to chown(2).
    for (const char* name : {"no-such-account", "4294967295", "-1", ""}) {
        CHECK_THROWS_AS(io::find_user(name), Error);
        CHECK_THROWS_AS(io::find_group(name), Error);
    }
}
