#include "io/staging.h"

#include "error.h"
#include "io/walk.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mtlsca::io {
namespace {

Path without_links(const Path& path) try {
    return std::filesystem::weakly_canonical(path);
} catch (const std::filesystem::filesystem_error& problem) {
    fail(path, "follow the path", problem.code().value());
}

void take_owner_and_mode(const Path& from, const Path& to) {
    struct stat status {};
    if (::stat(from.c_str(), &status) != 0)
        fail(from, "look at", errno);
    const bool is_mine = status.st_uid == ::geteuid() && status.st_gid == ::getegid();
    if (!is_mine && ::chown(to.c_str(), status.st_uid, status.st_gid) != 0)
        fail(to, "give to the owner of " + from.string(), errno);
    if (::chmod(to.c_str(), status.st_mode & 07777) != 0)
        fail(to, "set the mode of", errno);
}

void link_all(const Path& from, const Path& to) {
    for (FolderWalk walk(from); walk.next();) {
        const Path target = to / walk.name();
        if (walk.is_folder()) {
            make_folder(target, 0700);
            link_all(walk.path(), target);
            take_owner_and_mode(walk.path(), target);
        } else if (::linkat(walk.number(), walk.name(), AT_FDCWD, target.c_str(), 0) != 0) {
            fail(walk.path(), "make a second name for", errno);
        }
    }
    sync_folder(to);
}

// With `both` the two change places; else `to` must not be there.
void rename_folder(const Path& from, const Path& to, bool both) {
    const unsigned flags = both ? RENAME_EXCHANGE : RENAME_NOREPLACE;
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) == 0)
        return sync_folder(folder_of(to));
    if (errno == EINVAL || errno == EBUSY || errno == EXDEV)
        throw Error(Code::failed, to.string(),
                    "cannot be exchanged in one step: a mount point, or a file system that cannot",
                    "let the folder be one below the mount point, on a local file system");
    fail(to, "exchange", errno);
}

} // namespace

StagedFolder::StagedFolder(const Path& target, mode_t mode)
    : target_(without_links(target)),
      path_(folder_of(target_) / ("." + target_.filename().string() + ".staged")),
      target_exists_(io::exists(target_)) {
    remove_tree(path_); // what an earlier run left
    try {
        make_folder(path_, target_exists_ ? mode_t{0700} : mode);
        if (target_exists_) {
            link_all(target_, path_);
            take_owner_and_mode(target_, path_);
        }
    } catch (...) {
        remove_tree_if_possible(path_);
        throw;
    }
}

StagedFolder::~StagedFolder() {
    remove_tree_if_possible(path_);
}

void StagedFolder::exchange() {
    rename_folder(path_, target_, target_exists_);
    exchanged_ = true;
}

void StagedFolder::exchange_back() {
    if (!exchanged_)
        return;
    rename_folder(target_, path_, target_exists_);
    exchanged_ = false;
}

} // namespace mtlsca::io
