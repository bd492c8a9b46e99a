#include "io/staging.h"

#include "error.h"
#include "failing_call.h"
#include "temporary_folder.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <sys/stat.h>

using namespace mtlsca;

namespace {

void put(const io::Path& path, const std::string& text) {
    io::write_file(path, text, io::Mode::public_file);
}

// Inode and content of every file: what a reader of the folder could see.
std::map<std::string, std::pair<ino_t, std::string>> state(const io::Path& folder) {
    std::map<std::string, std::pair<ino_t, std::string>> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        struct stat status {};
        ::lstat(entry.path().c_str(), &status);
        std::string content;
        if (entry.is_regular_file())
            content = as_text(io::read_file(entry.path(), 4096));
        files[entry.path().lexically_relative(folder)] = {status.st_ino, content};
    }
    return files;
}

class Target {
public:
    Target() {
        io::make_folder(path / "maps", 0755);
        put(path / "a.conf", "old");
        put(path / "maps/roles.map", "roles");
        ::chmod((path / "a.conf").c_str(), 0640);
        ::chmod(path.c_str(), 0750);
    }
    TemporaryFolder around;
    io::Path path = around / "site";
};

} // namespace

TEST_CASE(
    "a staged folder takes the place of its target in one step, and unchanged files are the same files") {
    Target target;
    const auto before = state(target.path);
    {
        io::StagedFolder staged(target.path, 0755);
        put(staged.path() / "a.conf", "new");
        CHECK(state(target.path) == before);
        staged.exchange();
        CHECK(state(target.path).at("a.conf").second == "new");
        CHECK(state(target.path).at("maps/roles.map") == before.at("maps/roles.map"));
    }
    CHECK(state(target.path).at("a.conf").second == "new");
    struct stat status {};
    ::stat((target.path / "a.conf").c_str(), &status);
    CHECK((status.st_mode & 07777) == 0640);
    ::stat(target.path.c_str(), &status);
    CHECK((status.st_mode & 07777) == 0750);
    CHECK(std::distance(std::filesystem::directory_iterator(target.around.path()), {}) == 1);
}

TEST_CASE("what was exchanged can be given back, to the last inode") {
    Target target;
    const auto before = state(target.path);
    io::StagedFolder staged(target.path, 0755);
    put(staged.path() / "a.conf", "new");
    put(staged.path() / "b.conf", "more");
    staged.exchange();
    staged.exchange_back();
    CHECK(state(target.path) == before);
    staged.exchange_back();
    CHECK(state(target.path) == before);
}

TEST_CASE("a target that is not there is made by the exchange, and unmade again") {
    const TemporaryFolder around;
    io::StagedFolder staged(around / "new", 0755);
    put(staged.path() / "a.conf", "new");
    CHECK_FALSE(io::exists(around / "new"));
    staged.exchange();
    CHECK(io::exists(around / "new" / "a.conf"));
    staged.exchange_back();
    CHECK_FALSE(io::exists(around / "new"));
}

TEST_CASE("what a dead process left beside the target is not taken for its own") {
    Target target;
    io::make_folder(target.around / ".site.staged/maps", 0755);
    put(target.around / ".site.staged/maps/evil.map", "evil");
    const io::StagedFolder staged(target.path, 0755);
    CHECK_FALSE(io::exists(staged.path() / "maps/evil.map"));
    CHECK(io::exists(staged.path() / "maps/roles.map"));
}

TEST_CASE("a link to a folder is followed, and stays a link") {
    Target target;
    std::filesystem::create_directory_symlink(target.path, target.around / "link");
    io::StagedFolder staged(target.around / "link", 0755);
    put(staged.path() / "a.conf", "new");
    staged.exchange();
    CHECK(std::filesystem::is_symlink(target.around / "link"));
    CHECK(state(target.path).at("a.conf").second == "new");
}

TEST_CASE("a path of links that lead nowhere is told, and nothing is made") {
    const TemporaryFolder around;
    std::filesystem::create_symlink("loop", around / "loop");
    CHECK(failure_of([&] { io::StagedFolder(around / "loop/site", 0755); }) ==
          (around / "loop/site").string() + ": cannot follow the path: too many levels of symbolic links");
    CHECK(std::distance(std::filesystem::directory_iterator(around.path()), {}) == 1);
}
