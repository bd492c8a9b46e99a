#include "io/scratch.h"

#include "error.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mtlsca::io {
namespace {

// Those whose maker is dead have a lock that is free.
void remove_abandoned(const Path& parent, const std::string& prefix) {
    std::error_code problem;
    for (const auto& entry : std::filesystem::directory_iterator(parent, problem)) {
        if (!entry.path().filename().string().starts_with(prefix + ".") || entry.is_symlink() ||
            !entry.is_directory())
            continue;
        try {
            const FolderLock lock(entry.path(), std::chrono::milliseconds(0));
            std::filesystem::remove_all(entry.path(), problem); // follows no link
        } catch (const Error&) {
            continue; // somebody is at work in it, or it is not ours
        }
    }
}

} // namespace

ScratchFolder::ScratchFolder(const Path& parent, const std::string& prefix) {
    remove_abandoned(parent, prefix);
    // Before its lock is taken somebody else could take it for abandoned: then it is gone, or going.
    constexpr int most_tries = 100;
    for (int tries = 1; !lock_; ++tries) {
        std::string name = (parent / (prefix + ".XXXXXX")).string();
        if (::mkdtemp(name.data()) == nullptr) // 0700
            fail(parent, "make a folder in", errno);
        path_ = name;
        try {
            lock_.emplace(path_, std::chrono::milliseconds(0));
        } catch (const Error&) {
            if (tries == most_tries)
                throw;
            continue;
        }
        if (!io::exists(path_))
            lock_.reset();
    }
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored; // the next one of this prefix removes it
    if (!path_.empty())
        std::filesystem::remove_all(path_, ignored);
}

void ScratchFolder::move_to(const Path& target) {
    sync_folder(path_);
    if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) != 0) {
        if (errno == EEXIST)
            throw Error(Code::already, target.string(), "is there already", "move it away");
        fail(target, "give its name to", errno);
    }
    path_.clear();
    sync_folder(folder_of(target));
    lock_.reset();
}

} // namespace mtlsca::io
