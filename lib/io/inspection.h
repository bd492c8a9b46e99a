// What a watchman looks at: which file it is, whose and who may write it, and what room is left.
#pragma once

#include "io/file.h"

#include <optional>

namespace mtlsca::io {

struct FileState {
    mode_t mode = 0; // permission bits
    uid_t owner = 0;
    bool is_folder = false;
    bool is_link = false;
    std::uintmax_t bytes = 0;
    std::int64_t changed_at_nanoseconds = 0; // mtime, to compare two files
};
// Of the path itself, not of what a link leads to. Empty where it is not there or cannot be seen.
std::optional<FileState> file_state(const Path& path);

// Which file a path names now: a file that was replaced has another one. Nothing where there is none.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    bool operator==(const FileIdentity&) const = default;
};
std::optional<FileIdentity> identity_of(const Path& path);

// "mtlsca", or "uid 993" where nobody has that number.
std::string owner_name(uid_t owner);
uid_t own_user(); // as whom this process acts

// Takes permissions away, never gives any. A link is not followed. Error(failed) where it is not ours.
void take_permissions(const Path& path, mode_t taken);

struct Room {
    std::uintmax_t free_bytes = 0; // for users other than root
    std::uintmax_t total_bytes = 0;
    std::optional<std::uintmax_t> free_files; // none: the file system does not count them
};
std::optional<Room> room(const Path& path); // of the file system that holds it

} // namespace mtlsca::io
