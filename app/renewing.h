// One certificate renewed: its plan, its new certificate, its files, and who is told.
#pragma once

#include "delivering.h"
#include "renewed_files.h"

#include "authority/certificate/renewal.h"

namespace mtlsca::app {

struct RenewalWishes {
    authority::RenewalOptions signing;
    bool force = false; // overwrite keys
    std::optional<Duration> revoke_predecessor_after;
    io::Path out = ".";
    std::string exec;                     // command; empty: none
    Duration timeout{};                   // of commands
    bool is_published_after = false;      // which may want further keys of the CA
    std::optional<Secret> key_passphrase; // of new keys
};

struct Renewed {
    store::Certificate certificate;
    std::string old_serial;
    std::string certificate_file, key_file; // as they were named; key_file only where it is new
    Findings differences;
    bool delivered = true; // false: something did not arrive, which was told
};

// Everything that can be refused is refused before a key is made. Throws; what did not arrive is told.
Renewed renew(Session& session, authority::Ca& ca, const store::Certificate& predecessor,
              const RenewalWishes& wishes);

// The plan alone, and what would be in its way (Error).
authority::Renewal plan(Session& session, authority::Ca& ca, const store::Certificate& predecessor,
                        const RenewalWishes& wishes);

} // namespace mtlsca::app
