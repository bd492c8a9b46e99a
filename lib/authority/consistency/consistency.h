// Proof that database, files and CRLs of a CA say the same.
#pragma once

#include "authority/ca.h"

#include <functional>

namespace mtlsca::authority {

struct ConsistencyOptions {
    bool deep = false; // the keys, too: opens them, and so wants their passphrase
    // Told the number of certificates that were read, now and then.
    std::function<void(std::uint64_t)> progress;
};

// Errors: something is damaged, missing or contradicts something else. Warnings: sound, and yet not as it
// should be (a revocation that is not published yet, a file that more people may read than need). Of each
// rule the first hundred are listed.
struct Consistency {
    std::uint64_t certificates = 0;
    Findings findings;
};

// Reads everything, in one state and in memory that does not grow with the CA: the engine's own check and its
// references, the audit log and its seal, every certificate against its row, its issuer's signature, its
// search keys, unique names, presigned answers, files of certificates and chain, every CRL against what was
// recorded of it and against the inventory, the bundle, permissions. The CA's lock is held while CRLs and the
// audit log are read, so that nobody publishes between the database's state and the files.
Consistency check_consistency(Ca& ca, const Run& run, const ConsistencyOptions& options);

} // namespace mtlsca::authority
