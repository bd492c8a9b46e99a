#include "child.h"
#include "error.h"
#include "io/file.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <numeric>
#include <sys/stat.h>

using namespace mtlsca;

namespace {

mode_t mode_of(const io::Path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

} // namespace

TEST_CASE("a new folder has its mode whatever the umask, and so have its new parents") {
    const TemporaryFolder folder;
    for (const mode_t mask : {mode_t{0}, mode_t{077}}) {
        const io::Path top = folder / std::to_string(mask);
        CHECK(in_child([&] {
                  ::umask(mask);
                  io::make_folder(top / "private" / "deep/", 0700);
                  io::make_folder(top / "public", 0755);
                  return 0;
              }) == 0);
        CHECK(mode_of(top) == 0700);
        CHECK(mode_of(top / "private") == 0700);
        CHECK(mode_of(top / "private/deep") == 0700);
        CHECK(mode_of(top / "public") == 0755);
    }
}

TEST_CASE("a folder that is there stays as it is") {
    const TemporaryFolder folder;
    ::chmod(folder.path().c_str(), 0751);
    io::make_folder(folder.path(), 0700);
    CHECK(mode_of(folder.path()) == 0751);
    std::filesystem::create_directory_symlink(folder.path(), folder / "link");
    CHECK_NOTHROW(io::make_folder(folder / "link", 0700));
}

TEST_CASE("a folder is not made where something else is") {
    const TemporaryFolder folder;
    std::ofstream(folder / "f") << "x";
    CHECK_THROWS_WITH(io::make_folder(folder / "f", 0700), Catch::Contains("is a file, not a folder"));
    CHECK_THROWS_AS(io::make_folder(folder / "f" / "g", 0700), Error);
    std::filesystem::create_symlink("nowhere", folder / "link");
    CHECK_THROWS_AS(io::make_folder(folder / "link", 0700), Error);
}

TEST_CASE("a relative folder is made where we are") {
    const TemporaryFolder folder;
    CHECK(in_child([&] {
              if (::chdir(folder.path().c_str()) != 0)
                  return 98;
              io::make_folder("a/b", 0700);
              io::write_file("c", "text", io::Mode::public_file);
              io::remove_file("c");
              return 0;
          }) == 0);
    CHECK(io::exists(folder / "a" / "b"));
}

TEST_CASE("removing what is not there is fine, and a folder is not removed") {
    const TemporaryFolder folder;
    io::write_file(folder / "f", "x", io::Mode::public_file);
    io::remove_file(folder / "f");
    CHECK_FALSE(io::exists(folder / "f"));
    CHECK_NOTHROW(io::remove_file(folder / "f"));
    CHECK_THROWS_AS(io::remove_file(folder.path()), Error);
    CHECK_THROWS_AS(io::sync_folder(folder / "missing"), Error);
}

TEST_CASE("a spool holds what was written, has no name, and grows after it was looked at") {
    const TemporaryFolder folder;
    io::Spool spool(folder.path());
    CHECK(spool.map().empty());
    Bytes expected;
    for (const unsigned size : {1U, 100U, 1000U, 300'000U, 0U, 262'144U, 7U}) {
        Bytes piece(size);
        std::iota(piece.begin(), piece.end(), static_cast<std::uint8_t>(size));
        spool.write(piece);
        append(expected, piece);
        const ByteView seen = spool.map();
        REQUIRE(Bytes(seen.begin(), seen.end()) == expected);
    }
    CHECK(spool.size() == expected.size());
    CHECK(std::filesystem::is_empty(folder.path()));
    CHECK_THROWS_AS(io::Spool(folder / "missing"), Error);
}
