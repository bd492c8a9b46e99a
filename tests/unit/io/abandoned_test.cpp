#include "io/abandoned.h"

#include "io/inspection.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <sys/stat.h>

using namespace mtlsca;

namespace {

void put(const io::Path& path) {
    std::ofstream(path) << "x";
}

} // namespace

TEST_CASE("what a dead writer left is found, and nothing else") {
    TemporaryFolder folder;
    const io::Path dead = folder / ".issuing.crl.000000.tmp";
    for (const char* name : {".issuing.crl.00000.tmp", ".issuing.crl.000000", "issuing.crl.000000.tmp",
                             ".issuing.crl.00x000.tmp", ".000000.tmp", "issuing.crl"})
        put(folder / name);
    put(dead);
    std::filesystem::create_directory(folder / ".folder.000000.tmp");
    std::filesystem::create_symlink(dead, folder / ".link.000000.tmp");
    CHECK(io::abandoned_files(folder.path()) == std::vector<io::Path>{dead});
    CHECK(io::abandoned_files(folder / "nosuch").empty());
}

TEST_CASE("the file of a writer that lives is neither listed nor removed") {
    TemporaryFolder folder;
    io::AtomicFile writer(folder / "a", io::Mode::public_file);
    CHECK(io::abandoned_files(folder.path()).empty());
    const io::Descriptor opened = io::open_folder(folder.path());
    CHECK_FALSE(io::remove_abandoned(opened.number(), writer.temporary().filename()));
    writer.commit();
    put(folder / ".a.000000.tmp");
    CHECK(io::remove_abandoned(opened.number(), ".a.000000.tmp"));
    CHECK(io::abandoned_files(folder.path()).empty());
}

TEST_CASE("permissions are taken from the file itself, never through a link, and never given") {
    TemporaryFolder folder;
    const io::Path key = folder / "key";
    put(key);
    ::chmod(key.c_str(), 0644);
    io::take_permissions(key, 077);
    CHECK(io::file_state(key)->mode == 0600);
    io::take_permissions(key, 077);
    CHECK(io::file_state(key)->mode == 0600);
    std::filesystem::create_symlink(key, folder / "link");
    CHECK_THROWS(io::take_permissions(folder / "link", 0600));
    CHECK(io::file_state(key)->mode == 0600);
    CHECK(io::file_state(folder / "link")->is_link);
    CHECK_FALSE(io::file_state(folder / "nosuch"));
}
