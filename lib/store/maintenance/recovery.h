// What a database must learn that is older than what was published from it: from a backup, or put back by
// hand.
#pragma once

#include "store/issuer/crls.h"

namespace mtlsca::store {

// What the inventory says of one serial, in the fewest words: asked for each entry of a CRL.
struct Standing {
    CertificateId id = 0;
    State state = State::pending;
    Time not_after{};
    std::string name;
};
std::optional<Standing> standing_of(const Database& database, IssuerId issuer, ByteView serial);

// When it was given back, where that is the last that the audit log knows of it.
std::optional<Time> released_at(const Database& database, CertificateId id);

// A row for a serial of which nothing but its revocation is known: name and profile "unknown", no subject, a
// key of zero octets; pending until it is revoked in the same transaction. `not_before` and `not_after` are
// its issuer's, which no certificate outlives, so that it stays in CRLs long enough.
CertificateId record_unknown(Transaction& transaction, IssuerId issuer, ByteView serial, Time not_before,
                             Time not_after, Time now);

// Takes a CRL that this database did not make for the newest published one: numbers go on above its number,
// and a further CRL is due at once. Error(already) where the database published this number or a higher one.
void adopt_crl(Transaction& transaction, IssuerId issuer, const PublishedCrl& crl);

// How much is in the database.
struct Extent {
    std::uint64_t certificates = 0;
    std::uint64_t revocations = 0;
    std::uint64_t audit_entries = 0;
};
Extent extent_of(const Database& database);

} // namespace mtlsca::store
