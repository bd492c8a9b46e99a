#include "io/inspection.h"

#include "temporary_folder.h"

#include <catch2/catch.hpp>

using namespace mtlsca;

TEST_CASE("a file that was replaced has another identity") {
    const TemporaryFolder folder;
    CHECK_FALSE(io::identity_of(folder / "file"));
    io::write_file(folder / "file", "x", io::Mode::public_file);
    const auto before = io::identity_of(folder / "file");
    REQUIRE(before);
    CHECK(io::identity_of(folder / "file") == before);
    io::write_file(folder / "file", "y", io::Mode::public_file);
    CHECK_FALSE(io::identity_of(folder / "file") == before);
}
