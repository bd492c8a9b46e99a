// Files of a schedule on disk, where somebody may have edited them.
#pragma once

#include "deploy/schedule/schedule.h"

namespace mtlsca::deploy::schedule {

enum class Change { added, changed, unchanged };
const char* to_string(Change change);

struct Installed {
    io::Path path;
    Change change = Change::unchanged;
    std::vector<std::string> difference; // "-OnCalendar=daily", "+OnCalendar=hourly"
};

// The first line of a file, and the text below it: who wrote it and the digest of the text.
std::string signed_text(const std::string& text, const std::string& command);

// All of them or none: Error(already), before anything is written, where one of them is there and was edited
// or is somebody else's, unless `force`. Files are 0644; the folder is made where it is missing.
std::vector<Installed> install(const std::vector<File>& files, const io::Path& folder, bool force);

} // namespace mtlsca::deploy::schedule
