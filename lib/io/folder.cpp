#include "io/file.h"

#include "error.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mtlsca::io {
namespace {

// True where it was created, false where it was there.
bool make_one_folder(const Path& path, mode_t mode) {
    if (::mkdir(path.c_str(), mode) != 0) {
        const int problem = errno;
        struct stat status {};
        if (problem != EEXIST)
            fail(path, "create the folder", problem);
        if (::stat(path.c_str(), &status) != 0)
            fail(path, "use it as a folder", errno);
        if (!S_ISDIR(status.st_mode))
            throw Error(Code::failed, path.string(),
                        std::string("is a ") + kind_of(status.st_mode) + ", not a folder",
                        "move it away or choose another folder");
        return false;
    }
    // The umask may have taken bits away from mkdir(2).
    const Descriptor folder = open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (!folder || ::fchmod(folder.number(), mode) != 0)
        fail(path, "set the mode of the folder", errno);
    return true;
}

} // namespace

void make_folder(const Path& path, mode_t mode) {
    const Path folder = path.has_filename() ? path : path.parent_path(); // "a/b/" is "a/b"
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0 && errno == ENOENT && folder != folder_of(folder))
        make_folder(folder_of(folder), mode);
    if (make_one_folder(folder, mode))
        sync_folder(folder_of(folder));
}

void sync_folder(const Path& path) {
    sync(open_folder(path).number(), path);
}

void remove_file(const Path& target) {
    if (::unlink(target.c_str()) == 0)
        sync_folder(folder_of(target));
    else if (errno != ENOENT)
        fail(target, "remove", errno);
}

} // namespace mtlsca::io
