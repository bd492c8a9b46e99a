// Files that a test makes up, by their paths.
#pragma once

#include "deploy/nginx/language/file_source.h"

#include <fnmatch.h>

namespace mtlsca::deploy::nginx {

class FilesInMemory : public FileSource {
public:
    FilesInMemory(std::map<io::Path, std::string> files) : files_(std::move(files)) {}

    std::optional<Bytes> read(const io::Path& path) const override {
        const auto file = files_.find(path);
        if (file == files_.end())
            return std::nullopt;
        return Bytes(file->second.begin(), file->second.end());
    }
    std::vector<io::Path> matching(const std::string& pattern) const override {
        std::vector<io::Path> found;
        for (const auto& [path, text] : files_)
            if (::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) == 0)
                found.push_back(path);
        return found;
    }

private:
    std::map<io::Path, std::string> files_;
};

} // namespace mtlsca::deploy::nginx
