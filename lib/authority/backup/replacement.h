// A CA's folder that takes the place of another one's content, without anything being deleted.
#pragma once

#include "authority/ca.h"

namespace mtlsca::authority {

// Gives everything of a CA in `home`, and what `staged` is about to replace, a second name in a new folder
// home/replaced-TIME, 0700; nothing where there is nothing. The database's write-ahead log is folded in
// first, as far as it can be read: Error(busy) where another process has it open. Under the CA's lock.
std::optional<io::Path> keep_aside(const io::Path& home, const io::Path& staged, Time time,
                                   std::chrono::milliseconds timeout);

// Writes the files of `staged` over those of `home`, which keep their modes and owners; the database comes
// last, and is what makes it the CA of `staged`. After keep_aside().
void put_in_place(const io::Path& staged, const io::Path& home);

} // namespace mtlsca::authority
