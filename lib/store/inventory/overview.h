// What a watchman asks of everything at once: how many, what ends next, what is outstanding.
//
// Each answer reads an index or a small table, never the certificates themselves: the certificates that end
// within the asked time are the exception, and are looked at one by one.
#pragma once

#include "store/inventory/inventory.h"

namespace mtlsca::store {

struct Counts {
    std::uint64_t recorded = 0; // all that were ever intended
    std::uint64_t pending = 0, revoked = 0, held = 0;
    std::uint64_t ended = 0; // whose time is over, in whatever state
};
Counts count_certificates(const Database& database, Time now);

// One that is valid, or was until it expired, and that nothing replaces: none that is valid or held was
// issued as its renewal, or has its unique name now.
struct Unreplaced {
    Bytes serial;
    std::string name, profile, owner;
    Time not_before{};
    Time not_after{};
};
// Those with from <= not_after < until, in the order of expiry. A cursor; stops when the visitor returns
// false.
void for_each_unreplaced(const Database& database, Time from, Time until,
                         const std::function<bool(const Unreplaced&)>& visitor);

// What renewals left to be done.
struct Outstanding {
    std::uint64_t deliveries = 0; // not arrived yet
    std::uint64_t failed_deliveries = 0;
    std::string failed_target, problem;    // of the one that failed first
    std::uint64_t planned_revocations = 0; // to be carried out by `crl --if-due`
    std::uint64_t late_revocations = 0;    // whose time was over at `late`, with nothing left to wait for
};
Outstanding outstanding(const Database& database, Time late);

// The time of the newest entry of the audit log; none in an empty one.
std::optional<Time> last_event(const Database& database);

// Database::check() as far as it takes no time: a large database is not read, a small one without comparing
// its indexes.
Findings check_quickly(const Database& database);

} // namespace mtlsca::store
