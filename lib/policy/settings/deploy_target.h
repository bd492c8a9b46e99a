// Where certificates are brought once they are issued: [deploy.NAME] of the settings, checked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtlsca::policy {

// The name of a file in a target's folder: small letters and what else needs no quotes, with "{name}" and
// "{serial}" for those of the certificate.
class FileNamePattern {
public:
    // Empty for text that is none, or that could leave the folder or be hidden.
    static std::optional<FileNamePattern> parse(std::string_view text);

    bool has(std::string_view placeholder) const; // "{name}"
    // Empty where `name` is no file name as it stands: one that were changed could be another certificate's.
    std::optional<std::string> fill_in(const std::string& name, const std::string& serial) const;
    bool operator==(const FileNamePattern&) const = default;

private:
    explicit FileNamePattern(std::string_view text) : text_(text) {}
    std::string text_;
};

struct DeployTarget {
    std::string name;
    std::string folder;                     // absolute
    FileNamePattern certificate;            // the leaf, then the CAs below the root
    std::optional<FileNamePattern> key, ca; // none: not brought
    std::string owner, group;               // names or numbers; empty: as they are, of new files ours
    unsigned certificate_mode = 0;          // also of `ca`
    unsigned key_mode = 0;
    std::string reload; // for /bin/sh; empty: nobody is told
};

} // namespace mtlsca::policy
