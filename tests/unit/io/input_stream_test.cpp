#include "io/input_stream.h"

#include "error.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <thread>
#include <unistd.h>

using namespace mtlsca;

namespace {

io::Path file_with(const TemporaryFolder& folder, const std::string& content) {
    io::write_file(folder / "input", content, io::Mode::private_file);
    return folder / "input";
}

std::vector<std::string> lines_of(io::InputStream& input, std::size_t max_size = 100) {
    std::vector<std::string> lines;
    for (std::string line; input.line(line, max_size);)
        lines.push_back(line);
    return lines;
}

} // namespace

TEST_CASE("lines end with LF or CRLF, and the last one may lack it") {
    const TemporaryFolder folder;
    io::InputStream input(file_with(folder, "a\r\n\nb\nc"));
    CHECK(lines_of(input) == std::vector<std::string>{"a", "", "b", "c"});
    CHECK(input.position() == input.size());
}

TEST_CASE("a line may be as long as it may be, across reads, and not longer") {
    const TemporaryFolder folder;
    const std::string longest(1'000'000, 'x');
    io::InputStream input(file_with(folder, "a\n" + longest + "\nb\n"));
    CHECK(lines_of(input, longest.size()) == std::vector<std::string>{"a", longest, "b"});
    io::InputStream again(folder / "input");
    std::string line;
    CHECK(again.line(line, longest.size() - 1));
    CHECK_THROWS_AS(again.line(line, longest.size() - 1), Error);
}

TEST_CASE("what was looked at is still there, and what ends in the middle is told") {
    const TemporaryFolder folder;
    io::InputStream input(file_with(folder, "abcdef"));
    CHECK(as_text(input.peek(3)) == "abc");
    CHECK(as_text(input.take(2)) == "ab");
    input.skip(1);
    CHECK(as_text(input.peek(100)) == "def");
    CHECK_THROWS_AS(input.skip(4), Error);
    io::InputStream other(folder / "input");
    CHECK_THROWS_AS(other.take(7), Error);
}

TEST_CASE("whether something is there is known without waiting for it") {
    int ends[2] = {};
    REQUIRE(::pipe(ends) == 0);
    io::InputStream input("/dev/fd/" + std::to_string(ends[0]));
    CHECK_FALSE(input.has(1));
    REQUIRE(::write(ends[1], "half", 4) == 4);
    CHECK(input.has(4));
    CHECK_FALSE(input.has(5));
    CHECK_FALSE(input.has_line(100));
    CHECK(input.has_line(3)); // too long, which line() tells
    REQUIRE(::write(ends[1], " and whole\nlast", 15) == 15);
    CHECK(input.has_line(100));
    std::string line;
    CHECK(input.line(line, 100));
    CHECK_FALSE(input.has_line(100));
    ::close(ends[1]);
    CHECK(input.has_line(100)); // the end is there
    CHECK(input.line(line, 100));
    CHECK(line == "last");
    ::close(ends[0]);
}

TEST_CASE("an input is a file, not a folder, and there") {
    const TemporaryFolder folder;
    CHECK_THROWS_AS(io::InputStream(folder.path()), Error);
    CHECK_THROWS_AS(io::InputStream(folder / "none"), Error);
}

TEST_CASE("who waits for input that nobody writes is woken by what may end it") {
    int pipe_ends[2] = {}, stop[2] = {};
    REQUIRE(::pipe(pipe_ends) == 0);
    REQUIRE(::pipe(stop) == 0);
    io::InputStream input("/dev/fd/" + std::to_string(pipe_ends[0]));
    input.end_when_readable(stop[0]);
    REQUIRE(::write(pipe_ends[1], "whole\nhalf", 10) == 10);
    std::string line;
    CHECK(input.line(line, 100));
    CHECK(line == "whole");
    std::thread writer([&] { CHECK(::write(stop[1], "x", 1) == 1); });
    CHECK_FALSE(input.line(line, 100)); // half a line is no row
    writer.join();
    for (const int number : {pipe_ends[0], pipe_ends[1], stop[0], stop[1]})
        ::close(number);
}
