#include "io/abandoned.h"

#include "io/walk.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mtlsca::io {
namespace {

// Open and locked; empty where its writer is alive, or it is no file.
Descriptor take(int folder, const std::string& name) {
    Descriptor file = open_at(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    struct stat status {};
    if (!file || ::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode) ||
        ::flock(file.number(), LOCK_EX | LOCK_NB) != 0 || !is_name_of(folder, name, file.number()))
        return {};
    return file;
}

// As AtomicFile calls them: ".NAME.000000.tmp".
bool is_temporary_name(const std::string& name) {
    constexpr std::size_t ending = 11; // ".000000.tmp"
    if (name.size() <= ending + 1 || name[0] != '.' || !name.ends_with(".tmp") ||
        name[name.size() - ending] != '.')
        return false;
    const auto digits = name.end() - 10;
    return std::all_of(digits, digits + 6, [](unsigned char c) { return std::isdigit(c) != 0; });
}

} // namespace

bool is_name_of(int folder, const std::string& name, int descriptor) {
    struct stat opened {
    }, named{};
    return ::fstat(descriptor, &opened) == 0 &&
           ::fstatat(folder, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

bool remove_abandoned(int folder, const std::string& name) {
    errno = 0;
    const Descriptor file = take(folder, name);
    if (!file)
        return errno == ENOENT;
    return ::unlinkat(folder, name.c_str(), 0) == 0;
}

std::vector<Path> abandoned_files(const Path& folder) {
    std::vector<Path> found;
    auto walk = walk_if_readable(folder);
    while (walk && walk->next())
        if (is_temporary_name(walk->name()) && take(walk->number(), walk->name()))
            found.push_back(walk->path());
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace mtlsca::io
