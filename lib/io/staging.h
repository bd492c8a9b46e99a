// A folder that takes another one's place in one step, and gives it back.
#pragma once

#include "io/file.h"

namespace mtlsca::io {

// Beside its target, ".NAME.staged", so that both are on one file system. At first it holds what the target
// holds, as hard links: what is not written again stays the very same file, with its owner, mode and time.
// Write into it with AtomicFile, which makes new files. One at a time for a target; what a dead process left
// is removed. Errors: Error(failed) that names the folder.
class StagedFolder {
public:
    // A target that is missing is made by exchange(), with `mode`. A symbolic link is followed.
    StagedFolder(const Path& target, mode_t mode);
    StagedFolder(StagedFolder&&) = delete;
    ~StagedFolder(); // removes what is not in the target's place

    const Path& path() const { return path_; }
    const Path& target() const { return target_; }

    void exchange();      // renameat2(2) with RENAME_EXCHANGE, then both are synced
    void exchange_back(); // as it was before; nothing where it was not exchanged

private:
    Path target_;
    Path path_;
    bool target_exists_ = false;
    bool exchanged_ = false;
};

} // namespace mtlsca::io
