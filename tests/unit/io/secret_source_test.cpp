#include "child.h"
#include "error.h"
#include "io/secret_source.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>

using namespace mtlsca;

namespace {

// The secret, or "CODE: text of the error".
std::string read_as_text(const std::string& source) {
    try {
        return std::string(io::read_secret(source, "passphrase of the CA's keys", "--ca-pass").view());
    } catch (const Error& error) {
        CHECK((error.object + error.hint).find("--ca-pass") != std::string::npos);
        return std::to_string(static_cast<int>(error.code)) + ": " + error.what();
    }
}

std::string from_pipe(const std::string& text) {
    Pipe pipe;
    REQUIRE(::write(pipe.writing(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    pipe.close_writing();
    return read_as_text("fd:" + std::to_string(pipe.reading()));
}

std::string from_file(const std::string& text) {
    const TemporaryFolder folder;
    std::ofstream(folder / "pass", std::ios::binary) << text;
    return read_as_text("file:" + (folder / "pass").string());
}

using Catch::StartsWith;

} // namespace

TEST_CASE("a secret comes from a variable, a file, a descriptor or standard input") {
    ::setenv("MTLSCA_TEST_PASS", "hunter2", 1);
    CHECK(read_as_text("env:MTLSCA_TEST_PASS") == "hunter2");
    ::unsetenv("MTLSCA_TEST_PASS");
    CHECK(from_file("hunter2") == "hunter2");
    CHECK(from_pipe("hunter2") == "hunter2");
    Pipe input;
    REQUIRE(::write(input.writing(), "hunter2\n", 8) == 8);
    input.close_writing();
    CHECK(in_child([&] {
              ::dup2(input.reading(), STDIN_FILENO);
              return read_as_text("stdin") == "hunter2" ? 0 : 98;
          }) == 0);
}

TEST_CASE("one trailing newline is dropped and nothing else") {
    CHECK(from_file(" hunter2 \n") == " hunter2 ");
    CHECK(from_pipe("hunter2\r\n") == "hunter2\r");
    CHECK(from_pipe("p\xc3\xa4ss") == "p\xc3\xa4ss");
}

TEST_CASE("what could be two passphrases, or none, is refused") {
    for (const std::string& text : {std::string(""), std::string("\n"), std::string("two\nlines\n"),
                                    std::string("one\n\n"), std::string("nul\0", 4)}) {
        CHECK_THAT(from_file(text), StartsWith("6: "));
        CHECK_THAT(from_pipe(text), StartsWith("6: "));
    }
}

TEST_CASE("a secret is at most 64 KiB") {
    CHECK(from_file(std::string(65'536, 'x')).size() == 65'536);
    CHECK_THAT(from_file(std::string(65'537, 'x')), StartsWith("6: "));
    CHECK_THAT(read_as_text("file:/dev/zero"), StartsWith("6: "));
}

TEST_CASE("a source that has nothing is told with its name") {
    const TemporaryFolder folder;
    ::unsetenv("MTLSCA_TEST_PASS");
    CHECK(read_as_text("env:MTLSCA_TEST_PASS") ==
          "6: passphrase of the CA's keys: the variable MTLSCA_TEST_PASS is not set");
    CHECK_THAT(read_as_text("file:" + (folder / "missing").string()), Catch::Contains("no such file"));
    CHECK_THAT(read_as_text("file:" + folder.path().string()), Catch::Contains("is a folder"));
    CHECK_THAT(read_as_text("fd:987"), StartsWith("6: "));
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    CHECK_THAT(read_as_text("file:" + (folder / "fifo").string()), StartsWith("6: ")); // does not hang
}

TEST_CASE("a file may be a pipe that somebody writes, as <(command) is") {
    Pipe pipe;
    const pid_t child = start_child([&] {
        for (const char letter : {'a', 'b', 'c'})
            if (::write(pipe.writing(), &letter, 1) != 1)
                return 98;
        return 0;
    });
    const std::string path = "file:/dev/fd/" + std::to_string(pipe.reading());
    pipe.close_writing();
    CHECK(read_as_text(path) == "abc");
    wait_for_child(child);
}

TEST_CASE("what is no source is refused and not repeated, since it may be the passphrase") {
    const auto source = GENERATE("pass:hunter2", "hunter2", "", ":hunter2", "env:", "file:", "fd:", "fd:x",
                                 "fd:-1", "fd:1x", "stdin:", "prompt ", "Env:HOME", "fd:99999999999");
    const std::string text = read_as_text(source);
    CHECK_THAT(text, StartsWith("2: --ca-pass: "));
    CHECK(text.find("hunter2") == std::string::npos);
}

TEST_CASE("without a terminal a prompt fails at once") {
    CHECK(in_child([] {
              ::setsid(); // loses the terminal, where the test has one
              return !io::has_terminal() && read_as_text("prompt").starts_with("6: ") ? 0 : 98;
          }) == 0);
}
