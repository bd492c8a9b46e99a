// Where the files of a configuration come from: the disk, what `nginx -T` printed, or a folder that is not
// yet where it will be.
#pragma once

#include "bytes.h"
#include "io/file.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mtlsca::deploy::nginx {

// Who may read a file.
struct FileAccess {
    unsigned mode = 0; // permission bits, 0640
    unsigned owner = 0, group = 0;
};

class FileSource {
public:
    virtual ~FileSource() = default;
    // Empty: there is no such file. Error(failed) or Error(refused) for one that cannot be read or is too
    // large.
    virtual std::optional<Bytes> read(const io::Path& path) const = 0;
    // What glob(3) finds, sorted, as nginx asks it for an `include` with "*", "?" or "[".
    virtual std::vector<io::Path> matching(const std::string& pattern) const = 0;
    // Empty where it is not there or nobody can tell.
    virtual std::optional<FileAccess> access(const io::Path&) const { return std::nullopt; }
};

// No file may have more than `largest_file_bytes`: a CRL of a million entries is 50 MB as PEM, a map of as
// many serials less.
inline constexpr std::size_t largest_file_bytes = std::size_t{256} << 20;

class DiskFiles final : public FileSource {
public:
    std::optional<Bytes> read(const io::Path& path) const override;
    std::vector<io::Path> matching(const std::string& pattern) const override;
    std::optional<FileAccess> access(const io::Path& path) const override;
};

// The configuration files that `nginx -T` printed, and nothing else.
class DumpedFiles final : public FileSource {
public:
    explicit DumpedFiles(std::string_view dump);
    std::optional<Bytes> read(const io::Path& path) const override;
    std::vector<io::Path> matching(const std::string& pattern) const override;
    // The first file that was printed, which includes the others; empty where there is none.
    const io::Path& main() const { return main_; }

private:
    std::map<io::Path, std::string> files_;
    io::Path main_;
};

// `files`, but everything in the folder `final_place` is taken from the folder `staged` and nothing of it
// from `final_place`: what nginx would read once the two were exchanged. `files` outlives it.
class StagedFiles final : public FileSource {
public:
    StagedFiles(const FileSource& files, const io::Path& final_place, const io::Path& staged);
    std::optional<Bytes> read(const io::Path& path) const override;
    std::vector<io::Path> matching(const std::string& pattern) const override;
    std::optional<FileAccess> access(const io::Path& path) const override;

private:
    io::Path where(const io::Path& path) const;
    const FileSource& files_;
    io::Path final_place_, staged_;
};

} // namespace mtlsca::deploy::nginx
