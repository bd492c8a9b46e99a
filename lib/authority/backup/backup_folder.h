// A backup on disk: what a CA's folder holds, usually without its keys, and SHA256SUMS over all of it, which
// sha256sum -c reads. Looked at, it is a CA's folder; 0700, because its database is.
#pragma once

#include "authority/ca.h"
#include "io/scratch.h"

namespace mtlsca::authority {

struct BackupFile {
    std::string name; // relative, "crl/root.crl"
    std::string sha256;
};

// Names of all files of a CA's folder that a backup takes, sorted; not the database, which is not copied as a
// file. Settings, audit.head, certificates, CRLs; with `keys` private/*.key. A file of another name or
// content is somebody else's.
std::vector<std::string> files_of_ca(const io::Path& home, bool keys);

// Keys, and files that others may not read, as 0600, all else as 0644; with what was read.
BackupFile copy_file(const io::Path& home, const std::string& name, const io::Path& to);
BackupFile digest_of_file(const io::Path& folder, const std::string& name);

// SHA256SUMS, in the order of names; as the last file of a backup.
void write_manifest(const io::Path& folder, std::vector<BackupFile>& files);
// Everything that the manifest and the folder say differently, each an error: "backup-missing",
// "backup-changed", "backup-unlisted", "backup-manifest". Error(not_found) where there is no manifest.
Findings verify_manifest(const io::Path& folder);
bool has_manifest(const io::Path& folder);

// The time and the count in a backup's name, as texts to be sorted by; nothing for any other name.
struct BackupAge {
    std::string time;
    unsigned count = 1;
    auto operator<=>(const BackupAge&) const = default;
};
std::optional<BackupAge> parse_backup_name(const std::string& name);

// Gives a complete folder its name in `parent`: "mtlsca-backup-2026-11-22T05-41-34Z", and "…Z-2" for a second
// one in that second. Nothing that a file system or a shell would stumble over.
io::Path finish_backup(io::ScratchFolder& scratch, const io::Path& parent, Time time);
// The same with another beginning than "mtlsca-backup-".
io::Path move_to_timed_name(io::ScratchFolder& scratch, const io::Path& parent, const std::string& beginning,
                            Time time);

} // namespace mtlsca::authority
