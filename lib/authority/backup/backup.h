// Backing a CA up while it works, and bringing its database to this program's version.
#pragma once

#include "authority/backup/backup_folder.h"
#include "store/maintenance/recovery.h"

namespace mtlsca::authority {

struct BackupOptions {
    io::Path folder; // where backups lie; made where it is missing, 0700
    bool keys = false;
    std::optional<unsigned> keep; // afterwards only so many of this CA's, the new one among them
};

struct Backup {
    io::Path folder;
    store::Extent extent;
    std::vector<BackupFile> files;
    std::vector<io::Path> dropped;
    Findings warnings; // of the CA, not of the copy: its audit log is broken, a certificate's file is missing
};

// One state of database, CRLs and settings: the CA's lock is held while the small files are copied and the
// database's snapshot begins, and let go before the database is copied. Complete, read back and proven when
// it gets its name; nothing is left of one that fails. With keys an event "backup" in the audit log comes
// first.
// Error(store) where the database's copy is not sound.
Backup back_up(Ca& ca, const Run& run, const BackupOptions& options);

struct Upgraded {
    int from = 0;
    int to = 0;
    std::optional<io::Path> backup; // nothing where nothing was to be done
};
// Backs the CA up (without keys) into a folder in `backups`, rehearses the upgrade on a second copy, and then
// upgrades. Takes the CA's lock. Error(store) where the database is newer than this program, or the
// rehearsal's result is not sound.
Upgraded upgrade(const io::Path& home, const io::Path& backups, const Run& run,
                 std::chrono::milliseconds lock_timeout);

} // namespace mtlsca::authority
