// The audit log: every change of state, each entry's hash covering the one before.
#pragma once

#include "store/database.h"
#include "time.h"
#include "x509/key/key.h"

#include <functional>
#include <optional>

namespace mtlsca::store {

struct AuditEntry {
    std::uint64_t sequence = 0; // 1, 2, 3, … without gaps
    Time time{};
    std::string command; // "issue", "revoke", …: what was run
    std::string actor;   // "alice@host"
    std::string event;   // "pending", "valid", "revoked", "held", "released", "crl", "init", …
    Bytes serial;        // of the certificate it is about; may be empty
    std::optional<std::int64_t> certificate; // its number, for an append that shall not look for it
    std::string detail;                      // a few words or a small JSON object
    Bytes hash;
};

// The hash is a contract, for whoever wants to verify the log without this program: SHA-256 over eight
// fields, each of them its length in octets as 4 octets, big-endian, and then its octets:
//
//   hash of the entry before   32 octets; zero octets for the first entry
//   sequence                   8 octets, big-endian
//   time                       8 octets, big-endian two's complement: seconds since 1970 UTC
//   command, actor, event      UTF-8 as given
//   serial                     unsigned octets, none where there is no certificate
//   detail                     UTF-8 as given

// `sequence` and `hash` are filled in. Of a certificate in the inventory each record_intent() wants an entry
// "pending" in its transaction, record_certificate() "valid" (also where it was revoked meanwhile), revoke()
// "revoked" or "held" and release() "released": walk_audit() compares.
void append_audit(Transaction& transaction, AuditEntry entry);

// The newest entry: what a signature seals.
struct AuditHead {
    std::uint64_t sequence = 0;
    Bytes hash;
};
AuditHead audit_head(const Database& database); // sequence 0 and 32 zero octets for an empty log

struct AuditFilter {
    std::optional<Bytes> serial;
    std::optional<Time> since;
    std::optional<std::uint64_t> after; // sequence
};
void for_each_audit(const Database& database, const AuditFilter& filter,
                    const std::function<bool(const AuditEntry&)>& visitor);

// Walks the whole log. Each finding an error: "audit-gap", "audit-hash" (edited, or its neighbour is),
// "audit-state" (an event that the inventory contradicts or the inventory holds a certificate or revocation
// that the log doesn't know); at most 1000. `hash_at` gets the hash of entry `sequence`, empty where it is
// not there; that of 0 is 32 zero octets.
struct AuditWalk {
    std::uint64_t entries = 0;
    Bytes head_hash;
    std::optional<Bytes> hash_at;
    Findings findings;
};
AuditWalk walk_audit(const Database& database, std::uint64_t sequence);

} // namespace mtlsca::store
