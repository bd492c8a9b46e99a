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

[[noreturn]] void fail_to_rename(const Path& target, int problem) {
    if (problem == EEXIST)
        throw Error(Code::already, target.string(), "is there already", "move it away");
    fail(target, "give its name to", problem);
}

// The folder is made by the first who needs it.
Descriptor create_in(const Descriptor& folder, const std::string& name) {
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
    Descriptor file = open_at(folder.number(), name, flags, 0600);
    const std::size_t slash = name.find('/');
    if (file || errno != ENOENT || slash == std::string::npos)
        return file;
    if (::mkdirat(folder.number(), name.substr(0, slash).c_str(), 0700) != 0 && errno != EEXIST)
        return file;
    return open_at(folder.number(), name, flags, 0600);
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

ScratchFolder::ScratchFolder(const Path& parent, const std::string& prefix)
    : parent_path_(parent), parent_(open_folder(parent)) {
    remove_abandoned_scratch(parent, prefix);
    // Before its lock is taken somebody else could take it for abandoned: then it is gone, or going.
    constexpr int most_tries = 100;
    for (int tries = 1; !lock_; ++tries) {
        std::string name = (parent / (prefix + ".XXXXXX")).string();
        if (::mkdtemp(name.data()) == nullptr) // 0700
            fail(parent, "make a folder in", errno);
        path_ = name;
        try {
            folder_ = open_folder(path_);
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
    if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) != 0)
        fail_to_rename(target, errno);
    path_.clear();
    sync_folder(folder_of(target));
    lock_.reset();
}

void ScratchFolder::add(const std::string& name, ByteView content, Mode mode) const {
    const Descriptor file = create_in(folder_, name);
    if (!file)
        fail(path_ / name, "create", errno);
    // Whatever the umask.
    if (mode != Mode::private_file && ::fchmod(file.number(), static_cast<mode_t>(mode)) != 0)
        fail(path_ / name, "set the mode of", errno);
    write_all(file.number(), content, path_ / name);
}

void ScratchFolder::sync() const {
    // Since Linux 5.8 it tells of each write that failed since the folder was opened.
    if (::syncfs(folder_.number()) != 0)
        fail(path_, "sync", errno);
}

void ScratchFolder::place(const std::string& name, std::string_view target) const {
    rename_to(name, std::string(target), 0);
}

void ScratchFolder::place_new(const std::string& name, std::string_view target) const {
    rename_to(name, std::string(target), RENAME_NOREPLACE);
}

void ScratchFolder::rename_to(const std::string& name, const std::string& target, unsigned flags) const {
    if (::renameat2(folder_.number(), name.c_str(), parent_.number(), target.c_str(), flags) != 0)
        fail_to_rename(parent_path_ / target, errno);
}

} // namespace mtlsca::io
