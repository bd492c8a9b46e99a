// One writer at a time in a CA's folder.
//
// The lock is flock(2) on the folder itself: nothing is left on disk, and a process that dies lets go.
// Whoever holds it may take any pending row in the database for the remains of a process that died.
#pragma once

#include "io/file.h"

#include <chrono>

namespace mtlsca::io {

class FolderLock {
public:
    // Waits for others up to `timeout`, then Error(busy) with the hint --lock-timeout. No such folder:
    // Error(not_found).
    FolderLock(const Path& folder, std::chrono::milliseconds timeout);

private:
    Descriptor folder_; // movable, and closing it is what unlocks
};

} // namespace mtlsca::io
