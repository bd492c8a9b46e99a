// Copies of a database, and databases of other versions: what backups and upgrades need of the engine.
#pragma once

#include "store/database.h"

namespace mtlsca::store {

// The whole database as a new file, 0600 and synced: one state, as this Database sees it (that of a Snapshot
// within one), while others read and write. Error(already) where the target exists; what a failure leaves of
// it is removed.
void copy(const Database& database, const io::Path& target);

// The same of a file that is not open, of any version of ours. Error(store) where it is none of ours.
void copy(const io::Path& source, const io::Path& target, std::chrono::milliseconds timeout);

// The schema of this file, also one that is newer than this program's (versions.h). Error(store) where it is
// none of ours, Error(not_found) where there is none.
int schema_of(const io::Path& path, std::chrono::milliseconds timeout);

// Runs the numbered schema files that this database lacks, all of them in one transaction. Nothing happens
// where it lacks none. Error(store) where it is newer than this program.
struct Upgrade {
    int from = 0;
    int to = 0;
};
Upgrade upgrade(const io::Path& path, std::chrono::milliseconds timeout);

} // namespace mtlsca::store
