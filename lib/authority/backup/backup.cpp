#include "authority/backup/backup.h"

#include "authority/audit_seal.h"
#include "io/walk.h"
#include "store/maintenance/maintenance.h"
#include "store/versions.h"

#include <algorithm>
#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

constexpr const char* scratch_prefix = ".mtlsca-backup";
constexpr const char* rehearsal_prefix = ".upgrade";

[[noreturn]] void fail_unsound(const io::Path& database, Findings findings) {
    throw Error(Code::store, database, "is not sound", "restore an older backup: mtlsca db restore",
                std::move(findings));
}

void make_folders(const io::Path& place, bool keys) {
    io::make_folder(place / "crl", 0755);
    if (keys)
        io::make_folder(place / "private", 0700);
}

std::vector<BackupFile> copy_files(const io::Path& home, const io::Path& place, bool keys) {
    make_folders(place, keys);
    std::vector<BackupFile> files;
    for (const std::string& name : files_of_ca(home, keys))
        files.push_back(copy_file(home, name, place));
    return files;
}

void warn_of_missing(const Ca& ca, const std::vector<BackupFile>& files, Findings& warnings) {
    for (const Tier& tier : ca.tiers()) {
        const std::string name = tier.name() + ".crt";
        if (std::none_of(files.begin(), files.end(),
                         [&name](const BackupFile& file) { return file.name == name; }))
            warnings.push_back({Severity::warning, "backup-incomplete", ca.folder().certificate(tier.name()),
                                "is missing or holds something else, and is not in the backup"});
    }
}

// What a restore would find: as a CA, not only as files. A broken audit log is the CA's trouble, and no
// reason to have no backup.
Findings read_back(const io::Path& place, const store::Extent& expected) {
    Findings findings = verify_manifest(place);
    if (!findings.empty())
        throw Error(Code::failed, place, "does not read as it was written", "see that the disk is sound",
                    std::move(findings));
    Ca::Access access;
    access.database = store::Database::Access::read;
    Ca copy = Ca::open(place, std::move(access));
    if (Findings problems = copy.database().check(); !problems.empty())
        fail_unsound(CaFolder{place}.database(), std::move(problems));
    const store::Extent extent = store::extent_of(copy.database());
    if (extent.certificates != expected.certificates || extent.revocations != expected.revocations ||
        extent.audit_entries != expected.audit_entries)
        throw Error(Code::failed, CaFolder{place}.database(), "holds other rows than the CA's database",
                    "see that the disk is sound");
    constexpr std::size_t most_warnings = 10; // a backup is no report: `audit verify` is one
    Findings warnings = verify_audit(copy).findings;
    const std::size_t count = warnings.size();
    warnings.resize(std::min(count, most_warnings));
    for (Finding& warning : warnings)
        warning.severity = Severity::warning;
    if (count > most_warnings)
        warnings.push_back({Severity::warning, "audit", "audit log",
                            fmt::format("{} findings in all: mtlsca audit verify", count)});
    return warnings;
}

// Several CAs may have their backups in one folder. The root's key is what all backups of one CA share.
bool is_of(const Ca& ca, const io::Path& backup) {
    constexpr std::size_t certificate_max_bytes = 1 << 20;
    try {
        const Bytes pem = io::read_file(backup / "root.crt", certificate_max_bytes);
        return has_manifest(backup) && io::exists(CaFolder{backup}.database()) &&
               ca.is_key_of_ours(x509::Certificate::parse(pem, backup).public_key().spki_sha256());
    } catch (const Error&) {
        return false;
    }
}

std::vector<std::pair<BackupAge, io::Path>> older_backups(const Ca& ca, const io::Path& newest) {
    std::vector<std::pair<BackupAge, io::Path>> backups;
    for (io::FolderWalk walk(newest.parent_path()); walk.next();) {
        const io::Path path = walk.path();
        const auto age = parse_backup_name(walk.name());
        if (age && path != newest && walk.is_folder() && is_of(ca, path))
            backups.emplace_back(*age, path);
    }
    std::sort(backups.rbegin(), backups.rend());
    return backups;
}

// Under a name that the next backup takes for a dead process's, so that half of a backup is never taken for a
// backup.
void drop(const io::Path& backup) {
    const io::Path dropped =
        backup.parent_path() / (std::string(scratch_prefix) + ".dropped-" + backup.filename().string());
    std::error_code problem;
    std::filesystem::rename(backup, dropped, problem);
    if (problem)
        io::fail(backup, "rename", problem.value());
    io::sync_folder(backup.parent_path());
    io::remove_tree(dropped);
}

std::vector<io::Path> drop_old(const Ca& ca, const io::Path& newest, unsigned keep) try {
    std::vector<io::Path> dropped;
    const auto backups = older_backups(ca, newest);
    for (std::size_t i = std::max(keep, 1U) - 1; i < backups.size(); ++i) {
        drop(backups[i].second);
        dropped.push_back(backups[i].second);
    }
    return dropped;
} catch (const Error& problem) {
    throw Error(problem.code, problem.object,
                "the new backup is complete, an old one is not removed: " + problem.reason, problem.hint);
}

void record_backup(Ca& ca, const Run& run, const io::Path& folder) {
    const io::FolderLock lock = ca.lock();
    store::Transaction transaction(ca.database());
    record_event(transaction, run, "backup", {}, "with keys, to " + folder.string());
    transaction.commit();
}

// An upgrade that goes wrong goes wrong here first.
void rehearse(const io::Path& database, const io::Path& home, std::chrono::milliseconds timeout) {
    const io::ScratchFolder scratch(home, rehearsal_prefix);
    const io::Path copy = CaFolder{scratch.path()}.database();
    store::copy(database, copy, timeout);
    store::upgrade(copy, timeout);
    store::Database upgraded = store::Database::open(copy, store::Database::Access::write, timeout);
    if (Findings findings = upgraded.check(); !findings.empty())
        fail_unsound(database, std::move(findings));
}

io::Path back_up_old_schema(const io::Path& home, const io::Path& backups, const Run& run,
                            std::chrono::milliseconds timeout) {
    io::make_folder(backups, 0700);
    io::ScratchFolder scratch(backups, scratch_prefix);
    std::vector<BackupFile> files = copy_files(home, scratch.path(), false);
    store::copy(CaFolder{home}.database(), CaFolder{scratch.path()}.database(), timeout);
    files.push_back(digest_of_file(scratch.path(), CaFolder::database_name));
    write_manifest(scratch.path(), files);
    if (Findings findings = verify_manifest(scratch.path()); !findings.empty())
        throw Error(Code::failed, scratch.path(), "does not read as it was written",
                    "see that the disk is sound", std::move(findings));
    return finish_backup(scratch, backups, run.clock.now());
}

} // namespace

Backup back_up(Ca& ca, const Run& run, const BackupOptions& options) {
    if (options.keys)
        record_backup(ca, run, options.folder);
    io::make_folder(options.folder, 0700);
    io::ScratchFolder scratch(options.folder, scratch_prefix);
    Backup backup;
    {
        std::optional<io::FolderLock> lock(ca.lock());
        const store::Snapshot snapshot(ca.database());
        backup.files = copy_files(ca.folder().home, scratch.path(), options.keys);
        lock.reset();
        store::copy(ca.database(), CaFolder{scratch.path()}.database());
        backup.extent = store::extent_of(ca.database());
    }
    backup.files.push_back(digest_of_file(scratch.path(), CaFolder::database_name));
    write_manifest(scratch.path(), backup.files);
    backup.warnings = read_back(scratch.path(), backup.extent);
    warn_of_missing(ca, backup.files, backup.warnings);
    backup.folder = finish_backup(scratch, options.folder, run.clock.now());
    if (options.keep)
        backup.dropped = drop_old(ca, backup.folder, *options.keep);
    return backup;
}

Upgraded upgrade(const io::Path& home, const io::Path& backups, const Run& run,
                 std::chrono::milliseconds lock_timeout) {
    const CaFolder folder{home};
    if (!io::exists(folder.database()))
        throw Error(Code::not_found, home, "holds no CA", "name its folder with --home");
    const io::FolderLock lock(home, lock_timeout);
    io::remove_abandoned_scratch(home, rehearsal_prefix); // of an upgrade after which there is none to do
    Upgraded upgraded{store::schema_of(folder.database(), lock_timeout), store::schema_version(), {}};
    if (upgraded.from == upgraded.to)
        return upgraded;
    if (upgraded.from < upgraded.to) {
        upgraded.backup = back_up_old_schema(home, backups, run, lock_timeout);
        rehearse(folder.database(), home, lock_timeout);
    }
    store::upgrade(folder.database(), lock_timeout); // a newer one is refused here
    store::Database database =
        store::Database::open(folder.database(), store::Database::Access::write, lock_timeout);
    store::Transaction transaction(database);
    record_event(
        transaction, run, "upgraded", {},
        fmt::format("schema {} to {}, backup in {}", upgraded.from, upgraded.to, upgraded.backup->string()));
    transaction.commit();
    return upgraded;
}

} // namespace mtlsca::authority
