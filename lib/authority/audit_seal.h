// Sealing the audit log: its newest hash, signed by the issuing key, lies in the log itself and outside of
// the database.
#pragma once

#include "authority/ca.h"

namespace mtlsca::authority {

// Signs the head of the log, appends that as an event "sealed", and returns the text for the file audit.head:
//
//   mtlsca audit head 1
//   sequence 42
//   hash 5f…
//   time 2026-11-21T09:30:00Z
//   key 3a…            SHA-256 of the issuing CA's SubjectPublicKeyInfo
//   signature MEUC…    base64, over the lines above
std::string seal_audit(store::Transaction& transaction, Ca& ca, const Run& run);

struct AuditVerification {
    std::uint64_t entries = 0;
    std::uint64_t sealed = 0;   // the sequence that audit.head seals; 0: nothing
    std::uint64_t unsealed = 0; // entries behind it, other than seals
    std::optional<Time> sealed_at;
    Findings findings; // errors: edited, removed, reordered, cut behind the seal, seal missing or forged
};
// Reads the whole log and audit.head. Needs no key.
AuditVerification verify_audit(Ca& ca);

} // namespace mtlsca::authority
