// What an OCSP responder asks: of one serial, again and again, in the fewest words.
#pragma once

#include "store/inventory/inventory.h"

namespace mtlsca::store {

struct SerialStatus {
    State state = State::pending;
    std::optional<Revocation> revocation; // of revoked and held ones
};
// None: no certificate with this serial was ever intended for this issuer.
std::optional<SerialStatus> status_of_serial(const Database& database, IssuerId issuer, ByteView serial);

// Differs from what it was before once anybody else has committed a change since: cheaper than any question,
// and what was remembered is good for as long as it stays. Says nothing of this Database's own changes.
std::int64_t changes_of_others(const Database& database);

} // namespace mtlsca::store
