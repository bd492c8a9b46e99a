#include "io/scratch.h"

#include "error.h"
#include "io/walk.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mtlsca::io {
namespace {

void rename_to(const Path& from, const Path& target, unsigned flags) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, target.c_str(), flags) == 0)
        return;
    if (errno == EEXIST)
        throw Error(Code::already, target.string(), "is there already", "move it away");
    fail(target, "give its name to", errno);
}

} // namespace

void remove_abandoned_scratch(const Path& parent, const std::string& prefix) {
    auto walk = walk_if_readable(parent);
    while (walk && walk->next()) {
        if (!std::string_view(walk->name()).starts_with(prefix + ".") || !walk->is_folder())
            continue;
        try {
            const FolderLock lock(walk->path(), std::chrono::milliseconds(0));
            remove_tree(walk->path());
        } catch (const Error&) {
            continue; // somebody is at work in it, or it is not ours
        }
    }
}

ScratchFolder::ScratchFolder(const Path& parent, const std::string& prefix) {
    remove_abandoned_scratch(parent, prefix);
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
            ::rmdir(path_.c_str()); // unless it is gone
            if (tries == most_tries)
                throw;
            continue;
        }
        if (!io::exists(path_))
            lock_.reset();
    }
}

ScratchFolder::~ScratchFolder() {
    if (!path_.empty())
        remove_tree_if_possible(path_);
}

void ScratchFolder::move_to(const Path& target) {
    sync_folder(path_);
    rename_to(path_, target, RENAME_NOREPLACE);
    path_.clear();
    sync_folder(folder_of(target));
    lock_.reset();
}

void ScratchFolder::add_folder(const std::string& name) const {
    const Path path = path_ / name;
    if (::mkdir(path.c_str(), 0700) != 0)
        fail(path, "create", errno);
}

void ScratchFolder::add(const std::string& name, ByteView content, Mode mode) const {
    const Path path = path_ / name;
    const Descriptor file = open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (!file)
        fail(path, "create", errno);
    // Whatever the umask.
    if (mode != Mode::private_file && ::fchmod(file.number(), static_cast<mode_t>(mode)) != 0)
        fail(path, "set the mode of", errno);
    write_all(file.number(), content, path);
}

void ScratchFolder::sync() const {
    const Descriptor folder = open_folder(path_);
    if (::syncfs(folder.number()) != 0) // which tells of failed writes since Linux 5.8
        fail(path_, "sync", errno);
}

void ScratchFolder::place(const std::string& name, const Path& target) const {
    rename_to(path_ / name, target, 0);
}

void ScratchFolder::place_new(const std::string& name, const Path& target) const {
    rename_to(path_ / name, target, RENAME_NOREPLACE);
}

} // namespace mtlsca::io
