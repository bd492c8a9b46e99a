#include "io/scratch.h"

#include "error.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <sys/stat.h>

using namespace mtlsca;

namespace {

std::size_t count_in(const io::Path& folder) {
    const std::filesystem::directory_iterator entries(folder);
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

} // namespace

TEST_CASE("a scratch folder is private, and gone with its maker") {
    const TemporaryFolder folder;
    {
        const io::ScratchFolder scratch(folder.path(), ".work");
        struct stat status {};
        REQUIRE(::stat(scratch.path().c_str(), &status) == 0);
        CHECK((status.st_mode & 07777) == 0700);
        io::write_file(scratch.path() / "file", "x", io::Mode::public_file);
    }
    CHECK(count_in(folder.path()) == 0);
}

TEST_CASE("a scratch folder becomes its target in one step, and never replaces one") {
    const TemporaryFolder folder;
    {
        io::ScratchFolder scratch(folder.path(), ".work");
        io::write_file(scratch.path() / "file", "x", io::Mode::public_file);
        scratch.move_to(folder / "done");
    }
    CHECK(io::exists(folder / "done" / "file"));
    io::ScratchFolder second(folder.path(), ".work");
    try {
        second.move_to(folder / "done");
        FAIL("a folder was replaced");
    } catch (const Error& error) {
        CHECK(error.code == Code::already);
    }
    CHECK(io::exists(folder / "done" / "file"));
}

TEST_CASE("what dead makers left is removed by the next of the same prefix, what others work in is not") {
    const TemporaryFolder folder;
    io::make_folder(folder / ".work.dead01/below", 0700);
    io::make_folder(folder / ".other.dead01", 0700);
    io::make_folder(folder / "elsewhere", 0700);
    io::write_file(folder / "elsewhere" / "file", "x", io::Mode::public_file);
    std::filesystem::create_symlink(folder / "elsewhere", folder / ".work.link01");
    const io::ScratchFolder alive(folder.path(), ".work");
    const io::ScratchFolder scratch(folder.path(), ".work");
    CHECK_FALSE(io::exists(folder / ".work.dead01"));
    CHECK(io::exists(folder / ".other.dead01"));
    CHECK(io::exists(folder / "elsewhere" / "file"));
    CHECK(io::exists(alive.path()));
}

TEST_CASE("what was added to a scratch folder gets its mode and its place, whatever the umask") {
    const TemporaryFolder folder;
    io::write_file(folder / "b.crt", "old", io::Mode::public_file);
    const io::ScratchFolder scratch(folder.path(), ".work");
    const mode_t umask_before = ::umask(0077);
    scratch.add("1/a.key", as_bytes("key"), io::Mode::private_file);
    scratch.add("1/b.crt", as_bytes("new"), io::Mode::public_file); // in a folder that is there by now
    ::umask(0);
    scratch.add("1/d.der", as_bytes("der"), io::Mode::public_file);
    scratch.add("2/c.key", as_bytes("key"), io::Mode::private_file);
    ::umask(umask_before);
    scratch.sync();
    scratch.place_new("1/a.key", "a.key");
    scratch.place("1/b.crt", "b.crt");
    io::make_folder(folder / "below", 0755);
    try {
        scratch.place_new("2/c.key", "b.crt");
        FAIL("a file was replaced");
    } catch (const Error& error) {
        CHECK(error.code == Code::already);
        CHECK(error.object == folder / "b.crt");
    }
    const auto mode_of = [](const io::Path& file) {
        struct stat status {};
        REQUIRE(::stat(file.c_str(), &status) == 0);
        return status.st_mode & 07777;
    };
    CHECK(mode_of(folder / "a.key") == 0600);
    CHECK(mode_of(folder / "b.crt") == 0644);
    CHECK(mode_of(scratch.path() / "2/c.key") == 0600);
    CHECK(as_text(io::read_file(folder / "b.crt", 10)) == "new");
    scratch.place("1/d.der", "below/d.der");
    CHECK(as_text(io::read_file(folder / "below/d.der", 10)) == "der");
}
