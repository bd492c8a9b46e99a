#include "io/walk.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mtlsca::io {
namespace {

bool is_dot(const char* name) {
    return std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0;
}

void remove_at(int folder, const char* name, const Path& parent);

void remove_content(FolderWalk walk) {
    while (walk.next())
        remove_at(walk.number(), walk.name(), walk.folder());
}

// `parent` is for messages; everything is done by `name` in the open folder.
void remove_at(int folder, const char* name, const Path& parent) {
    // Linux says EISDIR of a folder, and of nothing else (unlink(2)).
    if (::unlinkat(folder, name, 0) == 0 || errno == ENOENT)
        return;
    if (errno != EISDIR)
        fail(parent / name, "remove", errno);
    const Descriptor below = open_at(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (!below) {
        if (errno == ENOENT)
            return;
        fail(parent / name, "open the folder to remove it", errno);
    }
    remove_content(FolderWalk(parent / name, below));
    if (::unlinkat(folder, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
        fail(parent / name, "remove the folder", errno);
}

} // namespace

FolderWalk::FolderWalk(const Path& folder, int flags) : FolderWalk(folder, open_folder(folder, flags)) {}

FolderWalk::FolderWalk(Path folder, const Descriptor& open) : folder_(std::move(folder)) {
    const int own = ::fcntl(open.number(), F_DUPFD_CLOEXEC, 0); // the stream closes it
    stream_.reset(own < 0 ? nullptr : ::fdopendir(own));
    if (stream_)
        return;
    const int problem = errno;
    Descriptor(own).close();
    fail(folder_, "read the folder", problem);
}

bool FolderWalk::next() {
    do {
        errno = 0; // the end is told by nothing else
        entry_ = ::readdir(stream_.get());
        if (entry_ == nullptr && errno != 0)
            fail(folder_, "read the folder", errno);
    } while (entry_ != nullptr && is_dot(entry_->d_name));
    return entry_ != nullptr;
}

bool FolderWalk::is_folder() const {
    if (entry_->d_type != DT_UNKNOWN) // some file systems don't say it in the entry (readdir(3))
        return entry_->d_type == DT_DIR;
    return is_folder(AT_SYMLINK_NOFOLLOW);
}

bool FolderWalk::leads_to_folder() const {
    if (entry_->d_type != DT_UNKNOWN && entry_->d_type != DT_LNK)
        return entry_->d_type == DT_DIR;
    return is_folder(0);
}

bool FolderWalk::is_folder(int flags) const {
    struct stat status {};
    return ::fstatat(number(), name(), &status, flags) == 0 && S_ISDIR(status.st_mode);
}

std::optional<FolderWalk> walk_if_readable(const Path& folder) {
    const Descriptor open = open_at(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY);
    if (open)
        return FolderWalk(folder, open);
    if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
        fail(folder, "open the folder", errno);
    return std::nullopt;
}

void remove_tree(const Path& path) {
    // "a/b/" is "a/b": with the slash a link would be followed.
    const Path itself = path.has_filename() ? path : path.parent_path();
    remove_at(AT_FDCWD, itself.c_str(), {});
}

void remove_tree_if_possible(const Path& path) noexcept {
    try {
        remove_tree(path);
    } catch (...) { // an Error, or no memory for one
    }
}

} // namespace mtlsca::io
