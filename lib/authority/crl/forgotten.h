// What a CRL says and the inventory does not: the mark of a database that is older than its CRLs, because a
// backup was put back.
#pragma once

#include "authority/ca.h"
#include "store/maintenance/recovery.h"
#include "x509/crl/crl.h"

namespace mtlsca::authority {

// A CRL's number; nothing where it has none. Numbers of up to 20 octets (RFC 5280 5.2.3) that other software
// gave with a key of ours are told as 2^63-1, the last that we give: no CRL of ours comes after them.
std::optional<std::uint64_t> number_of(const x509::Crl& crl);
// By the certificate's name, and signed with its key.
bool is_crl_of(const x509::Crl& crl, const Tier& tier);

struct Forgotten {
    store::Revocation revocation;            // as the CRL has it; removeFromCRL (8) is taken for a hold
    Bytes serial;                            // unsigned
    std::optional<store::Standing> standing; // nothing: the inventory doesn't know the serial at all
};

// What `database` would do to one entry of its next CRL; see below.
std::optional<Forgotten> forgotten(const store::Database& database, store::IssuerId issuer, ByteView serial,
                                   const store::Revocation& revocation, Time expired_before);

// Each entry that the next CRL would drop, or weaken to a hold, without a reason: a serial that is unknown,
// or neither revoked nor expired at `expired_before`, or only on hold where the CRL says revoked. A hold that
// the audit log knows to have ended since it began is no such entry. A cursor; the visitor may change the
// inventory.
void for_each_forgotten(const store::Database& database, const Tier& tier, const x509::Crl& crl,
                        Time expired_before, const std::function<bool(const Forgotten&)>& visitor);

// Whether the CRL in the CA's folder is the one that this database published last, which is nearly always:
// what it knew then, it knows still. Costs one digest of the file.
bool is_as_published(const Ca& ca, const Tier& tier);

// Error(store) where the CRL in the CA's folder is signed by `tier` and has entries that the next one would
// drop so: the database is older than its CRLs. Costs a look-up for each entry.
void expect_nothing_forgotten(const Ca& ca, const Tier& tier);

} // namespace mtlsca::authority
