#include "authority/backup/backup_folder.h"

#include "encoding/hex.h"
#include "encoding/pem.h"
#include "encoding/text.h"
#include "io/walk.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <set>
#include <sstream>

namespace mtlsca::authority {
namespace {

constexpr const char* manifest_name = "SHA256SUMS";
constexpr std::string_view name_prefix = "mtlsca-backup-";
constexpr std::string_view time_pattern = "0000-00-00T00-00-00Z";
// Of a certificate file: the chains of a hundred CAs.
constexpr std::size_t certificates_max_bytes = 1 << 20;
// A line is some 100 octets, and a CA has a handful of files.
constexpr std::size_t manifest_max_bytes = 1 << 20;

// Nothing that a manifest would have to escape, and nothing hidden: temporaries of a dead writer.
bool is_plain(const std::string& name) {
    return encoding::to_file_name(name) == name;
}

bool holds_certificates_only(const io::Path& path) {
    try {
        const Bytes text = io::read_file(path, certificates_max_bytes);
        const auto blocks = encoding::read_pem(as_text(text), path);
        return !blocks.empty() && std::all_of(blocks.begin(), blocks.end(),
                                              [](const auto& block) { return block.label == "CERTIFICATE"; });
    } catch (const Error& error) {
        if (error.code != Code::refused) // it may well hold some
            throw;
        return false;
    }
}

void add_files(const io::Path& home, const std::string& folder, const std::set<std::string>& extensions,
               bool (*is_wanted)(const io::Path&), std::vector<std::string>& names) {
    const io::Path place = folder.empty() ? home : home / folder;
    if (!io::exists(place))
        return;
    for (io::FolderWalk walk(place); walk.next();) {
        const std::string name = walk.name();
        const io::Path path = walk.path();
        if (is_plain(name) && extensions.contains(path.extension()) &&
            std::filesystem::is_regular_file(path) && is_wanted(path))
            names.push_back(folder.empty() ? name : folder + "/" + name);
    }
}

bool is_any(const io::Path&) {
    return true;
}

io::Mode mode_of(const io::Path& path) {
    using std::filesystem::perms;
    const perms bits = std::filesystem::status(path).permissions();
    return (bits & perms::others_read) == perms::none ? io::Mode::private_file : io::Mode::public_file;
}

std::string hex_digest(ByteView bytes) {
    return encoding::to_hex(x509::sha256(bytes));
}

// The lines of a manifest: 64 digits, two characters, a name. Nothing where a line is none of ours: then the
// whole file is not.
std::optional<std::vector<BackupFile>> parse_manifest(std::string_view text) {
    constexpr std::size_t digits = 64;
    std::vector<BackupFile> files;
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
        if (line.size() < digits + 3 || line.substr(digits, 2) != "  " ||
            !encoding::from_hex(line.substr(0, digits)))
            return std::nullopt;
        files.push_back({line.substr(digits + 2), line.substr(0, digits)});
    }
    return files;
}

// A name of ours never leaves the folder, whoever wrote the manifest.
bool is_below(const std::string& name) {
    const io::Path path(name);
    return !path.is_absolute() &&
           std::none_of(path.begin(), path.end(), [](const io::Path& part) { return part == ".."; });
}

void compare(const io::Path& folder, const BackupFile& file, Findings& findings) {
    const auto add = [&](const char* rule, const char* detail) {
        findings.push_back({Severity::error, rule, folder / file.name, detail});
    };
    if (!is_below(file.name))
        add("backup-manifest", "is named in the manifest and lies elsewhere");
    else if (!io::exists(folder / file.name))
        add("backup-missing", "is in the manifest and not in the folder");
    else if (digest_of_file(folder, file.name).sha256 != file.sha256)
        add("backup-changed", "is not what was backed up: its SHA-256 differs");
}

} // namespace

std::vector<std::string> files_of_ca(const io::Path& home, bool keys) {
    std::vector<std::string> names;
    for (const char* name : {"mtlsca.toml", "audit.head"})
        if (io::exists(home / name))
            names.emplace_back(name);
    add_files(home, "", {".crt", ".pem"}, holds_certificates_only, names);
    add_files(home, "crl", {".crl", ".pem"}, is_any, names);
    if (keys)
        add_files(home, "private", {".key"}, is_any, names);
    std::sort(names.begin(), names.end());
    return names;
}

BackupFile copy_file(const io::Path& home, const std::string& name, const io::Path& to) {
    const io::MappedFile file(home / name);
    io::write_file(to / name, file.bytes(), mode_of(home / name));
    return {name, hex_digest(file.bytes())};
}

BackupFile digest_of_file(const io::Path& folder, const std::string& name) {
    const io::MappedFile file(folder / name);
    return {name, hex_digest(file.bytes())};
}

void write_manifest(const io::Path& folder, std::vector<BackupFile>& files) {
    std::sort(files.begin(), files.end(),
              [](const BackupFile& left, const BackupFile& right) { return left.name < right.name; });
    std::string text;
    for (const BackupFile& file : files)
        text += file.sha256 + "  " + file.name + "\n";
    io::write_file(folder / manifest_name, text, io::Mode::public_file);
}

bool has_manifest(const io::Path& folder) {
    return io::exists(folder / manifest_name);
}

Findings verify_manifest(const io::Path& folder) {
    const Bytes text = io::read_file(folder / manifest_name, manifest_max_bytes);
    const auto files = parse_manifest(as_text(text));
    Findings findings;
    if (!files) {
        findings.push_back({Severity::error, "backup-manifest", folder / manifest_name,
                            "is no list of SHA-256 digests and names"});
        return findings;
    }
    std::set<std::string> listed;
    for (const BackupFile& file : *files) {
        listed.insert(file.name);
        compare(folder, file, findings);
    }
    std::vector<std::string> present = files_of_ca(folder, true);
    present.emplace_back(CaFolder::database_name);
    for (const std::string& name : present)
        if (!listed.contains(name) && io::exists(folder / name))
            findings.push_back({Severity::error, "backup-unlisted", folder / name,
                                "is not in the manifest: somebody put it there"});
    return findings;
}

std::optional<BackupAge> parse_backup_name(const std::string& name) {
    if (!name.starts_with(name_prefix) || name.size() < name_prefix.size() + time_pattern.size())
        return std::nullopt;
    BackupAge age{name.substr(name_prefix.size(), time_pattern.size())};
    for (std::size_t i = 0; i < time_pattern.size(); ++i)
        if (time_pattern[i] == '0' ? age.time[i] < '0' || age.time[i] > '9' : age.time[i] != time_pattern[i])
            return std::nullopt;
    const std::string rest = name.substr(name_prefix.size() + time_pattern.size());
    if (rest.empty())
        return age;
    const auto [end, problem] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), age.count);
    if (rest[0] != '-' || problem != std::errc{} || end != rest.data() + rest.size() || age.count < 2)
        return std::nullopt;
    return age;
}

io::Path finish_backup(io::ScratchFolder& scratch, const io::Path& parent, Time time) {
    return move_to_timed_name(scratch, parent, std::string(name_prefix), time);
}

io::Path move_to_timed_name(io::ScratchFolder& scratch, const io::Path& parent, const std::string& beginning,
                            Time time) {
    constexpr unsigned most_in_a_second = 1000;
    std::string name = beginning + to_rfc3339(time);
    std::replace(name.begin(), name.end(), ':', '-');
    for (unsigned count = 1;; ++count) {
        io::Path target = parent / (count == 1 ? name : fmt::format("{}-{}", name, count));
        try {
            scratch.move_to(target);
            return target;
        } catch (const Error& error) {
            if (error.code != Code::already || count == most_in_a_second)
                throw;
        }
    }
}

} // namespace mtlsca::authority
