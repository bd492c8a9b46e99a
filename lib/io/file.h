// Files: read with a bound, written whole or not at all.
//
// Writing is always: a new file beside the target (".NAME.000000.tmp"), its final mode before any content and
// never a wider one, content, fsync, rename, fsync of the folder. A reader sees the old file or the new one.
// An existing target keeps its mode, owner and ACL (easy-rsa#393: a CRL recreated as 0600 that the server
// could not read). The temporary file is locked (flock) by its writer; the next writer of the same target
// removes those that a dead process left. Errors are Error(failed) with the path as the object.
//
// A target that is a symbolic link is never followed: a private file is refused, for a public one the link
// itself is replaced. A folder, a FIFO, a device or a link to one of them is refused.
#pragma once

#include "io/descriptor.h"

#include <filesystem>
#include <optional>
#include <sys/types.h>

namespace mtlsca::io {

using Path = std::filesystem::path;

// The content of a regular file, or of standard input for "-". A folder, a device, a FIFO and more than
// `max_size` bytes are refused with Error(refused) before more than that was read. Not there:
// Error(not_found).
Bytes read_file(const Path& path, std::size_t max_size);
// Also a dangling link. Error(failed) where nobody can tell, for lack of permission.
bool exists(const Path& path);

enum class Mode : mode_t { private_file = 0600, public_file = 0644 };

// Whose a file is to be, and who may read it.
struct Placement {
    mode_t mode = 0600;
    std::optional<uid_t> owner; // none: as it is, of a new file ours
    std::optional<gid_t> group;
};
// A user's or group's number by its name, or as it stands; Error(not_found) where there is none.
uid_t find_user(const std::string& name);
gid_t find_group(const std::string& name);

// Whether a new name is on the disk at once. Of several files in one folder the last one's sync serves all:
// `later` is for the others.
enum class FolderSync { now, later };

// A file that is being written. Without commit() it is removed again.
class AtomicFile {
public:
    // `mode` holds for a new target, whatever the umask; an existing one keeps its own, except that a
    // private_file never becomes readable for group or others.
    AtomicFile(Path target, Mode mode);
    // For a folder that may be somebody else's: mode, owner and group are as said before any content is
    // there, whatever an existing file has, and a link is refused, as the target and as its folder.
    // Error(failed) where the file cannot be given to them.
    AtomicFile(Path target, const Placement& placement);
    AtomicFile(AtomicFile&&) = delete;
    ~AtomicFile();

    void write(ByteView bytes);
    void write(std::string_view text) { write(as_bytes(text)); }
    const Path& target() const { return target_; }
    const Path& temporary() const { return temporary_; } // to read back what was written, after flush()
    void flush();                                     // all that was written is in the file (not yet synced)
    void prepare();                                   // flush, and sync: what is left to commit() is a moment
    void commit(FolderSync folder = FolderSync::now); // sync, rename, sync the folder
    // Likewise, but an existing target is Error(already) and is left alone.
    void commit_new(FolderSync folder = FolderSync::now);

private:
    AtomicFile(Path target, int folder_flags); // so that the destructor runs when a public constructor throws
    void create_temporary(mode_t mode);
    void remove_abandoned_after(unsigned number);
    void let_go(FolderSync folder);

    Path target_;
    Path temporary_;
    std::string temporary_name_; // in folder_; empty when there is nothing to remove
    Descriptor folder_;
    Descriptor file_;
    Bytes buffer_;
};

void write_file(const Path& target, ByteView content, Mode mode, FolderSync folder = FolderSync::now);
inline void write_file(const Path& target, std::string_view content, Mode mode,
                       FolderSync folder = FolderSync::now) {
    write_file(target, as_bytes(content), mode, folder);
}
// Like write_file, but an existing target (also a dangling link) is Error(already) and is left alone, also
// when it appears meanwhile.
void write_new_file(const Path& target, ByteView content, Mode mode, FolderSync folder = FolderSync::now);
// Removes the target and syncs its folder; not there is fine.
void remove_file(const Path& target);

// Creates the folder and its parents where missing; each new one gets `mode`, whatever the umask, is never
// wider, and is synced into its parent. An existing folder is left as it is.
void make_folder(const Path& path, mode_t mode);
void sync_folder(const Path& path);

// A file without a name for what is too large for memory: gone with the process, never visible, 0600.
class Spool {
public:
    explicit Spool(const Path& folder); // on the file system of `folder`
    Spool(const Spool&) = delete;
    ~Spool();
    void write(ByteView bytes);
    std::size_t size() const { return size_; }
    ByteView map(); // everything written so far, valid as long as the spool and until the next write

private:
    void flush();
    void unmap();
    Path folder_; // for messages
    Descriptor file_;
    std::size_t size_ = 0;
    Bytes buffer_;
    void* mapped_ = nullptr;
    std::size_t mapped_size_ = 0;
};

// A file mapped for reading; must not be truncated by others meanwhile (files of ours are only ever
// replaced).
class MappedFile {
public:
    explicit MappedFile(const Path& path);
    MappedFile(const MappedFile&) = delete;
    ~MappedFile();
    ByteView bytes() const { return {static_cast<const std::uint8_t*>(data_), size_}; }

private:
    void* data_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace mtlsca::io
