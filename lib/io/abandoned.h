// Temporary files that writers left when they died. AtomicFile (file.h) removes those of its own target; who
// looks after a whole folder finds the rest here.
#pragma once

#include "io/file.h"

namespace mtlsca::io {

// ".NAME.000000.tmp" in the folder whose writers are dead: their locks are free. A folder that is not there
// or cannot be read has none.
std::vector<Path> abandoned_files(const Path& folder);

// The name in the open folder still is that of the open file. Where nobody can tell, errno says why.
bool is_name_of(int folder, const std::string& name, int descriptor);

// Removes `name` in the open folder unless its writer is alive. True where it is gone.
bool remove_abandoned(int folder, const std::string& name);

} // namespace mtlsca::io
