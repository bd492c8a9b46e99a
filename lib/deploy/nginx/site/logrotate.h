// Logs of sites, for logrotate(8).
#pragma once

#include "deploy/nginx/site/settings.h"

namespace mtlsca::deploy::nginx {

inline constexpr unsigned log_days =
    90; // as long as certificates live by default, so that each use can be found

// Where a site's requests are logged, and once more those whose certificate was refused.
struct LogFiles {
    io::Path access, failed;
};
LogFiles log_files(const SiteSettings& site); // of a checked site: its log_folder is absolute

// A file for /etc/logrotate.d. `folders` is not empty. Error(refused) for a path that logrotate's language
// cannot hold.
std::string logrotate_text(const std::vector<RememberedFolder>& folders, const io::Path& home);

} // namespace mtlsca::deploy::nginx
