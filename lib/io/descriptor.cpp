#include "io/descriptor.h"

#include "error.h"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace mtlsca::io {
namespace {

std::string hint_for(int problem) {
    switch (problem) {
    case ENOSPC:
    case EDQUOT:
        return "make room on that file system and run the command again";
    case EFBIG:
        return "raise the limit on the size of files (ulimit -f) and run the command again";
    case EROFS:
        return "the file system is mounted read-only; write elsewhere or remount it";
    case EACCES:
    case EPERM:
        return "run the command as a user who may do that, or change the permissions";
    case ENOENT:
    case ENOTDIR:
        return "check the path";
    case EMFILE:
    case ENFILE:
        return "raise the limit on open files (ulimit -n)";
    default:
        return {};
    }
}

// A descriptor of ours is never non-blocking, but one that we inherit (fd:N, stdin) may be.
void wait_until_ready(int descriptor, short events) {
    pollfd waiting{descriptor, events, 0};
    ::poll(&waiting, 1, -1);
}

} // namespace

void Descriptor::close() {
    // Not repeated after EINTR: Linux has closed it by then (close(2)).
    if (number_ >= 0)
        ::close(std::exchange(number_, -1));
}

std::string reason_of(int problem) {
    std::string text = std::generic_category().message(problem);
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z')
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

void fail(const std::filesystem::path& path, const std::string& doing, int problem) {
    throw Error(Code::failed, path.string(), "cannot " + doing + ": " + reason_of(problem),
                hint_for(problem));
}

Descriptor open_at(int folder, const std::filesystem::path& path, int flags, mode_t mode) {
    for (;;) {
        const int number = ::openat(folder, path.c_str(), flags | O_CLOEXEC | O_NOCTTY, mode);
        if (number >= 0 || errno != EINTR)
            return Descriptor(number);
    }
}

Descriptor open_folder(const std::filesystem::path& path, int flags) {
    Descriptor folder = open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | flags);
    if (!folder && errno == ENOENT)
        throw Error(Code::not_found, path.string(), "there is no such folder",
                    "create it, or check the path");
    // open(2) says ENOTDIR of a link that it does not follow.
    if (!folder && errno == ENOTDIR && std::filesystem::is_symlink(path))
        throw Error(Code::failed, path.string(),
                    "is a symbolic link, and nothing is written through links here",
                    "give the path that it leads to");
    if (!folder)
        fail(path, "open the folder", errno);
    return folder;
}

void write_all(int descriptor, ByteView bytes, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written >= 0)
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        else if (errno == EAGAIN)
            wait_until_ready(descriptor, POLLOUT);
        else if (errno != EINTR)
            fail(path, "write", errno);
    }
}

ssize_t read_up_to(int descriptor, void* to, std::size_t size) {
    std::size_t filled = 0;
    while (filled < size) {
        const ssize_t got = ::read(descriptor, static_cast<char*>(to) + filled, size - filled);
        if (got > 0)
            filled += static_cast<std::size_t>(got);
        else if (got == 0)
            break;
        else if (errno == EAGAIN)
            wait_until_ready(descriptor, POLLIN);
        else if (errno != EINTR)
            return -1;
    }
    return static_cast<ssize_t>(filled);
}

void sync(int descriptor, const std::filesystem::path& path) {
    // EINVAL: some file systems of other machines cannot sync a folder, and say so with it (fsync(2)).
    while (::fsync(descriptor) != 0)
        if (errno == EINVAL)
            return;
        else if (errno != EINTR)
            fail(path, "sync", errno);
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

const char* kind_of(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFDIR:
        return "folder";
    case S_IFLNK:
        return "symbolic link";
    case S_IFIFO:
        return "FIFO";
    case S_IFSOCK:
        return "socket";
    case S_IFCHR:
    case S_IFBLK:
        return "device";
    default:
        return "file";
    }
}

} // namespace mtlsca::io
