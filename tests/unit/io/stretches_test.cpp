#include "io/stretches.h"

#include "io/file.h"
#include "temporary_folder.h"
#include "io/scratch.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace mtlsca;

namespace {

constexpr std::size_t mebibyte = 1 << 20;

Bytes counting(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<std::uint8_t>(i * 31 >> 3);
    return bytes;
}

} // namespace

TEST_CASE("stretches are the bytes in their order, and each is passed after it was seen") {
    const Bytes bytes = counting(3 * mebibyte + 17);
    Bytes seen;
    std::size_t passed = 0;
    io::for_each_stretch(
        bytes,
        [&](ByteView stretch) {
            passed += stretch.size();
            CHECK(passed == seen.size());
        },
        [&](ByteView stretch) { append(seen, stretch); });
    CHECK(seen == bytes);
    CHECK(passed == bytes.size());
    io::for_each_stretch({}, {}, [](ByteView) { FAIL("there is nothing to see"); });
}

TEST_CASE("what a spool has let go is still in it") {
    const Bytes bytes = counting(2 * mebibyte + 5);
    const TemporaryFolder folder;
    io::Spool spool(folder.path());
    spool.write(bytes);
    const ByteView mapped = spool.map();
    for (const std::size_t start : {std::size_t{0}, std::size_t{1}, std::size_t{4095}, mebibyte + 3})
        io::let_go(mapped.subspan(start));
    io::let_go({});
    CHECK(std::ranges::equal(mapped, bytes));
}

TEST_CASE("a trail passes whole stretches, each octet once, and nothing where nobody listens") {
    const Bytes bytes = counting(3 * mebibyte);
    std::size_t passed = 0;
    const io::Passed listen = [&](ByteView stretch) {
        CHECK(stretch.data() == bytes.data() + passed);
        CHECK(stretch.size() >= mebibyte);
        passed += stretch.size();
    };
    io::Trail trail(bytes.data(), listen);
    for (std::size_t at = 0; at <= bytes.size(); at += 1000)
        trail.reach(bytes.data() + at);
    CHECK(passed > 2 * mebibyte);
    CHECK(passed <= bytes.size());
    const io::Passed nobody;
    io::Trail(bytes.data(), nobody).reach(bytes.data() + bytes.size());
}
