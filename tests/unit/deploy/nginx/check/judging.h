// A configuration that a test makes up, judged.
#pragma once

#include "deploy/nginx/check/judge.h"

#include "deploy/nginx/language/files_in_memory.h"

namespace mtlsca::deploy::nginx::check {

inline constexpr Time judged_at{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

// The findings about `text` as /etc/nginx/nginx.conf; `files` are what it names.
inline Findings findings_about(const std::string& text, std::map<io::Path, std::string> files = {},
                               std::optional<Version> version = {}, Time now = judged_at) {
    files["/etc/nginx/nginx.conf"] = text;
    const FilesInMemory source(std::move(files));
    return judge(read_configuration("/etc/nginx/nginx.conf", source), {source, "/etc/nginx", now, version});
}

// "id LINE" of those that are not about files: a test without certificates has many of them.
inline std::vector<std::string> told(const std::string& text, std::optional<Version> version = {}) {
    std::vector<std::string> ids;
    for (const Finding& finding : findings_about(text, {}, version))
        if (finding.id != "file-missing" && finding.id != "revocation-unchecked" &&
            finding.id != "session-resumed")
            ids.push_back(finding.id + " " + std::to_string(finding.place.line));
    return ids;
}

} // namespace mtlsca::deploy::nginx::check
