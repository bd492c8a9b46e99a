// Archives are made by GNU tar, in the formats that it knows.
#include "io/tar.h"

#include "error.h"
#include "io/descriptor.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <numeric>
#include <sys/stat.h>

using namespace mtlsca;

namespace {

struct Archive {
    explicit Archive(const std::string& options) {
        io::make_folder(folder / "in" / "deep", 0755);
        io::write_file(folder / "in" / "a.csr", std::string("first"), io::Mode::public_file);
        io::write_file(folder / "in" / "deep" / "b.csr", std::string(1000, 'b'), io::Mode::public_file);
        io::write_file(folder / "in" / "empty", std::string(), io::Mode::public_file);
        const std::string long_name(90, 'n'); // with its folder more than the 100 bytes of the oldest format
        io::make_folder(folder / "in" / long_name, 0755);
        io::write_file(folder / "in" / long_name / "c.csr", std::string("long"), io::Mode::public_file);
        std::filesystem::create_symlink("a.csr", folder / "in" / "link");
        make(options);
    }
    void make(const std::string& options) const {
        const std::string command = "cd '" + folder.path().string() + "' && tar " + options +
                                    " --sort=name -cf archive.tar in && head -c 2000 archive.tar > cut.tar";
        REQUIRE(std::system(command.c_str()) == 0);
    }
    TemporaryFolder folder;
};

} // namespace

TEST_CASE("regular files of an archive come one after another, in every format of tar") {
    for (const char* format : {"gnu", "ustar", "pax"}) {
        CAPTURE(format);
        const Archive archive("--format=" + std::string(format));
        io::InputStream input(archive.folder / "archive.tar");
        REQUIRE(io::looks_like_tar(input));
        std::vector<std::string> names, contents;
        while (const auto member = io::next_tar_member(input, 10'000)) {
            names.push_back(member->name);
            contents.emplace_back(as_text(member->content));
        }
        REQUIRE(names.size() == 4);
        CHECK(names[0] == "in/a.csr");
        CHECK(contents[0] == "first");
        CHECK(names[1] == "in/deep/b.csr");
        CHECK(contents[1] == std::string(1000, 'b'));
        CHECK(contents[2].empty());
        CHECK(contents[3] == "long");
    }
}

TEST_CASE("an archive that is cut off or damaged is told, and so is a file that is too large") {
    const Archive archive("--format=gnu");
    const auto read_all = [](const io::Path& path, std::size_t max_size) {
        io::InputStream input(path);
        while (io::next_tar_member(input, max_size)) {
        }
    };
    CHECK_THROWS_AS(read_all(archive.folder / "cut.tar", 10'000), Error);
    CHECK_THROWS_AS(read_all(archive.folder / "archive.tar", 999), Error);
    Bytes bytes = io::read_file(archive.folder / "archive.tar", 1'000'000);
    bytes[512 + 130] ^= 1; // in the second header's size
    io::write_file(archive.folder / "damaged.tar", bytes, io::Mode::private_file);
    CHECK_THROWS_AS(read_all(archive.folder / "damaged.tar", 10'000), Error);

    // A size of nothing but blanks, and GNU's binary one, under a checksum that is right.
    for (const char octet : {' ', '\x80'}) {
        Bytes header(512, 0);
        header[0] = 'f';
        std::fill_n(header.begin() + 124, 12, static_cast<std::uint8_t>(octet));
        std::fill_n(header.begin() + 148, 8, std::uint8_t{' '});
        header[156] = '0';
        const int sum = std::accumulate(header.begin(), header.end(), 0);
        std::snprintf(reinterpret_cast<char*>(header.data()) + 148, 8, "%06o", static_cast<unsigned>(sum));
        io::write_file(archive.folder / "sizeless.tar", header, io::Mode::private_file);
        CHECK_THROWS_WITH(read_all(archive.folder / "sizeless.tar", 10'000), Catch::Contains("damaged"));
    }
}

TEST_CASE("an archive that ends without its two blocks of zeros is read to its end") {
    const Archive archive("--format=ustar");
    Bytes bytes = io::read_file(archive.folder / "archive.tar", 1'000'000);
    bytes.resize(1024 + 512); // the folder, and a.csr with its block
    io::write_file(archive.folder / "short.tar", bytes, io::Mode::private_file);
    io::InputStream input(archive.folder / "short.tar");
    CHECK(io::next_tar_member(input, 10'000)->name == "in/a.csr");
    CHECK_FALSE(io::next_tar_member(input, 10'000));
}

TEST_CASE("what is no archive does not look like one") {
    const TemporaryFolder folder;
    for (const std::string& content :
         {std::string("name,san\n"), std::string(600, 'x'), std::string(1024, '\0')}) {
        io::write_file(folder / "input", content, io::Mode::private_file);
        io::InputStream input(folder / "input");
        CHECK_FALSE(io::looks_like_tar(input));
    }
}

TEST_CASE("a first line is no archive, and nobody is waited for to send more") {
    const TemporaryFolder folder;
    const io::Path pipe = folder / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    // Open for both, so that it neither waits for a reader nor ends.
    const io::Descriptor writer = io::open_at(AT_FDCWD, pipe, O_RDWR);
    io::write_all(writer.number(), as_bytes("name,san\n"), pipe);
    io::InputStream input(pipe);
    CHECK_FALSE(io::looks_like_tar(input));
    std::string line;
    CHECK(input.line(line, 100));
    CHECK(line == "name,san");
}
