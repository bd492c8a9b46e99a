// Who renewed whom.
#pragma once

#include "store/inventory/inventory.h"

namespace mtlsca::store {

// The newest one that renews it and is live: valid or held, not expired.
std::optional<Certificate> live_successor_of(const Database& database, CertificateId id, Time now);
bool has_live_successor(const Database& database, CertificateId id, Time now); // without reading it
// The newest one that renews it and was signed, whatever became of it.
std::optional<Certificate> latest_successor_of(const Database& database, CertificateId id);
// The same along the whole line: a live one that renews it, or renews who renewed it, and so on.
std::optional<Certificate> live_descendant_of(const Database& database, CertificateId id, Time now);

// What decides whether a certificate is due for its renewal.
struct Renewable {
    CertificateId id = 0;
    Bytes serial;
    std::string profile;
    std::string name;
    Time not_before{};
    Time not_after{};
    bool is_renewal = false; // it renews another
};

// Where to go on: behind this one, in the order of expiry.
struct RenewablePosition {
    Time not_after{};
    CertificateId id = 0;
};

// Valid ones, expired or not, that end behind `after` and not after `until`, and that no live one renews; of
// a line that has expired as a whole only the last. At most `limit`: the next page begins behind the last of
// them, and between two pages anybody may write.
std::vector<Renewable> renewable(const Database& database, const RenewablePosition& after, Time until,
                                 Time now, std::uint64_t limit);

} // namespace mtlsca::store
