#include "deploy/nginx/language/file_source.h"

#include "error.h"

#include <algorithm>
#include <fnmatch.h>
#include <glob.h>
#include <sys/stat.h>

namespace mtlsca::deploy::nginx {
namespace {

// The paths that glob(3) found, given back to it at the end.
class Glob {
public:
    explicit Glob(const std::string& pattern) {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): without GLOB_TILDE it asks for no user
        ::glob(pattern.c_str(), 0, nullptr, &found_);
    }
    Glob(const Glob&) = delete;
    ~Glob() { ::globfree(&found_); }
    std::vector<io::Path> paths() const {
        return {found_.gl_pathv, found_.gl_pathv + (found_.gl_pathv != nullptr ? found_.gl_pathc : 0)};
    }

private:
    glob_t found_{};
};

// "/a/b/c" in "/a/b" → "c"; empty for what is not in the folder.
std::optional<io::Path> inside(const io::Path& path, const io::Path& folder) {
    const io::Path clean = path.lexically_normal();
    const auto [rest, end] = std::mismatch(clean.begin(), clean.end(), folder.begin(), folder.end());
    if (end != folder.end())
        return std::nullopt;
    io::Path relative;
    for (auto part = rest; part != clean.end(); ++part)
        relative /= *part;
    return relative;
}

io::Path folder_path(const io::Path& path) {
    const io::Path clean = path.lexically_normal();
    return clean.has_filename() ? clean : clean.parent_path();
}

} // namespace

std::optional<Bytes> DiskFiles::read(const io::Path& path) const try {
    return io::read_file(path, largest_file_bytes);
} catch (const Error& error) {
    if (error.code == Code::not_found)
        return std::nullopt;
    throw;
}

std::vector<io::Path> DiskFiles::matching(const std::string& pattern) const {
    return Glob(pattern).paths();
}

std::optional<FileAccess> DiskFiles::access(const io::Path& path) const {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return std::nullopt;
    return FileAccess{status.st_mode & 07777U, status.st_uid, status.st_gid};
}

// Each file is printed once: "# configuration file PATH:", a line end, its text, a line end.
DumpedFiles::DumpedFiles(std::string_view dump) {
    constexpr std::string_view heading = "# configuration file ";
    std::string* file = nullptr;
    while (!dump.empty()) {
        const std::size_t length = std::min(dump.find('\n'), dump.size() - 1) + 1;
        const std::string_view line = dump.substr(0, length);
        dump.remove_prefix(length);
        if (line.starts_with(heading) && line.ends_with(":\n")) {
            const io::Path path(line.substr(heading.size(), line.size() - heading.size() - 2));
            const auto [place, is_new] = files_.try_emplace(path);
            if (main_.empty())
                main_ = path;
            if (is_new) {
                file = &place->second;
                continue;
            }
        }
        if (file != nullptr)
            file->append(line);
    }
}

std::optional<Bytes> DumpedFiles::read(const io::Path& path) const {
    const auto file = files_.find(path);
    if (file == files_.end())
        return std::nullopt;
    return Bytes(file->second.begin(), file->second.end());
}

std::vector<io::Path> DumpedFiles::matching(const std::string& pattern) const {
    std::vector<io::Path> paths;
    for (const auto& [path, text] : files_)
        if (::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0)
            paths.push_back(path);
    std::sort(paths.begin(), paths.end(),
              [](const io::Path& a, const io::Path& b) { return a.native() < b.native(); });
    return paths;
}

StagedFiles::StagedFiles(const FileSource& files, const io::Path& final_place, const io::Path& staged)
    : files_(files), final_place_(folder_path(final_place)), staged_(folder_path(staged)) {}

io::Path StagedFiles::where(const io::Path& path) const {
    const auto relative = inside(path, final_place_);
    return relative ? staged_ / *relative : path;
}

std::optional<Bytes> StagedFiles::read(const io::Path& path) const {
    return files_.read(where(path));
}

std::optional<FileAccess> StagedFiles::access(const io::Path& path) const {
    return files_.access(where(path));
}

std::vector<io::Path> StagedFiles::matching(const std::string& pattern) const {
    const auto relative = inside(pattern, final_place_);
    if (!relative)
        return files_.matching(pattern);
    std::vector<io::Path> paths = files_.matching(staged_ / *relative);
    for (io::Path& path : paths)
        path = final_place_ / inside(path, staged_).value();
    return paths;
}

} // namespace mtlsca::deploy::nginx
