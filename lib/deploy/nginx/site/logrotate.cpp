#include "deploy/nginx/site/logrotate.h"

#include "deploy/template.h"
#include "encoding/text.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mtlsca::deploy::nginx {
namespace {

constexpr const char* usual_pid_file = "/run/nginx.pid"; // Debian, RHEL, nginx.org's packages

// logrotate takes a path for a pattern, and knows no escape inside quotes but these two.
std::string log_path(const io::Path& path) {
    const std::string text = path.string();
    if (text.find_first_of("*?[]{}") != std::string::npos || !encoding::is_printable(text))
        throw Error(Code::refused, encoding::printable(text), "cannot stand in a file for logrotate",
                    "choose a log folder without * ? [ ] { } and control characters");
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

} // namespace

LogFiles log_files(const SiteSettings& site) {
    const std::string log = (io::Path(site.log_folder) / encoding::to_file_name(site.server_name)).string();
    return {log + ".access.log", log + ".failed.log"};
}

std::string logrotate_text(const std::vector<RememberedFolder>& folders, const io::Path& home) {
    std::set<std::string> paths;
    for (const RememberedFolder& folder : folders)
        for (const SiteSettings& site : folder.sites) {
            const LogFiles files = log_files(site);
            paths.insert(log_path(files.access));
            paths.insert(log_path(files.failed));
        }
    nlohmann::json files = nlohmann::json::array();
    for (const std::string& path : paths)
        files.push_back({{"path", path}});
    const std::string& pid_file = folders.front().target.pid_file;
    return render(
        "nginx/logrotate",
        {{"first_line", "Written by mtlsca, not to be edited. To write it again: mtlsca --home " +
                            encoding::printable(encoding::shell_word(home.string())) + " nginx logrotate"},
         {"files", files},
         {"days", std::to_string(log_days)},
         {"pid_file", encoding::shell_word(pid_file.empty() ? usual_pid_file : pid_file)}});
}

} // namespace mtlsca::deploy::nginx
