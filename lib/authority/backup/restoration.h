// Putting a backup in place without taking back what was revoked since.
#pragma once

#include "authority/crl/newest_crls.h"

namespace mtlsca::authority {

struct RestoreOptions {
    io::Path backup;            // a folder that back_up() made, or a copy of a CA's folder
    std::vector<io::Path> crls; // further files to look for newer CRLs in
    bool force = false;         // also where the CA in place holds what the backup does not
    bool dry_run = false;
};

// A revocation that the backup did not have and the newest CRL does.
struct TakenOver {
    std::string issuer; // the tier
    Bytes serial;
    std::string name;
    store::Revocation revocation;
    bool known = true; // false: issued after the backup, nothing else is known of it
};

struct Restoration {
    store::Extent extent; // of the backup
    bool upgraded = false;
    struct Source {
        std::string issuer;
        FoundCrl crl;
        bool newer = false; // than what the backup published
    };
    std::vector<Source> crls;
    std::uint64_t taken_over = 0;
    std::vector<TakenOver> examples; // the first thousand of them
    // What the CA in place has and the backup lacks ("restore-loses"); with what could not be judged
    // ("restore-unread", "restore-unproven"). Warnings and notes.
    Findings findings;
    std::optional<io::Path> replaced; // what lay there before; nothing where nothing did
};

// Into `home`, which may be missing, empty or hold a CA. Everything is made and proven in a folder of its own
// first. What lies in `home` gets a second name in replaced-TIME; then files take their places one by one,
// CRLs with the newest that were found, and the database last: whoever dies in between leaves the old
// database whole, and the same command, run again, completes the rest. Keys that the backup lacks stay as
// they are. Audited as "restored"; opens no key and publishes nothing, but a CRL is due afterwards.
//
// Wants no other command at work: takes the CA's lock, and Error(busy) where somebody has the database open
// all the same. Error(store) where the backup is damaged or newer than this program, Error(refused) where
// something would be lost and `force` is not said.
Restoration restore(const io::Path& home, const RestoreOptions& options, const Run& run,
                    std::chrono::milliseconds lock_timeout);

} // namespace mtlsca::authority
