// A folder for what is being made: invisible until it is complete, gone if it never is.
#pragma once

#include "io/lock.h"

#include <optional>

namespace mtlsca::io {

// "PREFIX.XXXXXX" in `parent`, 0700, with a name of its own. Its maker holds the folder's lock (io/lock.h),
// so that the next one of this prefix can tell those that dead processes left, and removes them
// (remove_abandoned_scratch). Errors: Error(failed) that names the folder.
class ScratchFolder {
public:
    ScratchFolder(const Path& parent, const std::string& prefix); // `prefix` begins with a dot
    ScratchFolder(ScratchFolder&&) = delete;
    ~ScratchFolder(); // removes it with all that is in it, unless it was moved

    const Path& path() const { return path_; }
    // Becomes `target`, on the same file system; both folders are synced. Error(already) where something is
    // there.
    void move_to(const Path& target);

    // Many files that are kept together, for a sync of each would be the cost of everything else: add()
    // writes, from any thread, sync() brings all that was added to the disk, and then each gets its place.
    // A name may be "FOLDER/NAME", whose folder is made where it is missing. Error(failed) where it is there.
    void add(const std::string& name, ByteView content, Mode mode) const;
    void sync() const; // the whole file system's
    // `target` is below `parent`; its folder is not synced yet. place_new: Error(already) where something is
    // there.
    void place(const std::string& name, std::string_view target) const;
    void place_new(const std::string& name, std::string_view target) const;

private:
    void rename_to(const std::string& name, const std::string& target, unsigned flags) const;

    Path parent_path_;
    Path path_;
    Descriptor parent_, folder_; // a path that is walked for each of many files costs more than its opening
    std::optional<FolderLock> lock_;
};

// Also what a maker could not remove that is alive no more: for who will make no other one.
void remove_abandoned_scratch(const Path& parent, const std::string& prefix);

} // namespace mtlsca::io
