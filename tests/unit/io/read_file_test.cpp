#include "child.h"
#include "error.h"
#include "io/file.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sys/stat.h>

using namespace mtlsca;

namespace {

void put(const io::Path& path, std::string_view content) {
    std::ofstream(path, std::ios::binary) << content;
}

Code code_of_reading(const io::Path& path, std::size_t max_size) {
    try {
        io::read_file(path, max_size);
    } catch (const Error& error) {
        CHECK(error.object == path.string());
        CHECK_FALSE(error.hint.empty());
        return error.code;
    }
    return Code{0};
}

} // namespace

TEST_CASE("a file is read up to its bound and not beyond") {
    const TemporaryFolder folder;
    put(folder / "f", "0123456789");
    CHECK(as_text(io::read_file(folder / "f", 10)) == "0123456789");
    CHECK(as_text(io::read_file(folder / "f", SIZE_MAX)) == "0123456789");
    CHECK(code_of_reading(folder / "f", 9) == Code::refused);
    put(folder / "empty", "");
    CHECK(io::read_file(folder / "empty", 0).empty());
    CHECK(code_of_reading(folder / "f", 0) == Code::refused);
}

TEST_CASE("a file that says it is empty and is not is read with the same bound") {
    CHECK(io::read_file("/proc/self/status", 1 << 16).size() > 100);
    CHECK(code_of_reading("/proc/self/status", 100) == Code::refused);
}

TEST_CASE("what is no file is refused, and a FIFO does not hang") {
    const TemporaryFolder folder;
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    put(folder / "f", "");
    CHECK(code_of_reading(folder / "fifo", 10) == Code::refused);
    CHECK(code_of_reading(folder.path(), 10) == Code::refused);
    CHECK(code_of_reading("/dev/zero", 10) == Code::refused);
    CHECK(code_of_reading(folder / "f" / "below", 10) == Code::failed);
    CHECK(code_of_reading(folder / "missing", 10) == Code::not_found);
    CHECK_THROWS_AS(io::MappedFile(folder / "fifo"), Error);
    CHECK_THROWS_AS(io::MappedFile(folder / "missing"), Error);
}

TEST_CASE("standard input is read with the same bound") {
    const auto read_input = [](const std::string& text, std::size_t max_size) {
        Pipe pipe;
        const pid_t child = start_child([&] {
            ::dup2(pipe.reading(), STDIN_FILENO);
            pipe.close_writing();
            return as_text(io::read_file("-", max_size)) == text ? 0 : 98;
        });
        std::signal(SIGPIPE, SIG_IGN); // the child may refuse before it has read everything
        for (std::size_t i = 0; i < text.size(); i += 1000)
            if (::write(pipe.writing(), text.data() + i, std::min<std::size_t>(1000, text.size() - i)) < 0)
                break;
        pipe.close_writing();
        return wait_for_child(child);
    };
    CHECK(read_input("", 10) == 0);
    CHECK(read_input(std::string(50'000, 'x'), 50'000) == 0);
    CHECK(read_input(std::string(50'001, 'x'), 50'000) == 3);
}

TEST_CASE("existing means that the name is taken") {
    const TemporaryFolder folder;
    put(folder / "f", "");
    CHECK(io::exists(folder / "f"));
    CHECK(io::exists(folder.path()));
    CHECK_FALSE(io::exists(folder / "g"));
    CHECK_FALSE(io::exists(folder / "f" / "g"));
    std::filesystem::create_symlink("nowhere", folder / "link");
    CHECK(io::exists(folder / "link"));
}

TEST_CASE("a mapped file shows what is in it") {
    const TemporaryFolder folder;
    put(folder / "f", "content");
    put(folder / "empty", "");
    const io::MappedFile file(folder / "f");
    std::filesystem::remove(folder / "f");
    CHECK(as_text(file.bytes()) == "content");
    CHECK(io::MappedFile(folder / "empty").bytes().empty());
}
