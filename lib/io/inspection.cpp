#include "io/inspection.h"

#include "error.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace mtlsca::io {

std::optional<FileState> file_state(const Path& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0)
        return std::nullopt;
    FileState state;
    state.mode = status.st_mode & 07777;
    state.owner = status.st_uid;
    state.is_folder = S_ISDIR(status.st_mode);
    state.is_link = S_ISLNK(status.st_mode);
    state.bytes = static_cast<std::uintmax_t>(status.st_size);
    state.changed_at_nanoseconds = status.st_mtim.tv_sec * std::int64_t{1000000000} + status.st_mtim.tv_nsec;
    return state;
}

std::optional<FileIdentity> identity_of(const Path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0)
        return FileIdentity{status.st_dev, status.st_ino};
    if (errno != ENOENT && errno != ENOTDIR)
        fail(path, "look at", errno);
    return std::nullopt;
}

std::string owner_name(uid_t owner) {
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(owner, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
        return entry.pw_name;
    return "uid " + std::to_string(owner);
}

uid_t own_user() {
    return ::geteuid();
}

void take_permissions(const Path& path, mode_t taken) {
    const Descriptor file = open_at(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    struct stat status {};
    if (!file || ::fstat(file.number(), &status) != 0)
        fail(path, "look at its permissions", errno);
    if (::fchmod(file.number(), status.st_mode & 07777 & ~taken) != 0)
        fail(path, "change its permissions", errno);
}

std::optional<Room> room(const Path& path) {
    struct statvfs status {};
    if (::statvfs(path.c_str(), &status) != 0)
        return std::nullopt;
    Room found;
    found.free_bytes = std::uintmax_t{status.f_bavail} * status.f_frsize;
    found.total_bytes = std::uintmax_t{status.f_blocks} * status.f_frsize;
    if (status.f_files > 0)
        found.free_files = status.f_favail;
    return found;
}

} // namespace mtlsca::io
