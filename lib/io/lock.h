// One writer at a time in a CA's folder.
//
// The lock is flock(2) on the folder itself: nothing is left on disk, and a process that dies lets go.
// Whoever holds it may take any pending row in the database for the remains of a process that died.
//
// Who has to wait says so with a shared lock of the other kind (F_OFD_SETLK of fcntl(2), which flock(2) does
// not meet on a local file system), so that a long holder knows when to let go.
#pragma once

#include "io/file.h"

#include <chrono>

namespace mtlsca::io {

class FolderLock {
public:
    // Waits for others up to `timeout`, then Error(busy) with the hint --lock-timeout. No such folder:
    // Error(not_found).
    FolderLock(const Path& folder, std::chrono::milliseconds timeout);

    // Whether somebody waits for it. False also where the file system cannot tell.
    bool is_awaited() const;

private:
    Descriptor folder_; // movable, and closing it is what unlocks
};

} // namespace mtlsca::io
