// Certificates that nobody seems to look after.
#pragma once

#include "store/inventory/inventory.h"

namespace mtlsca::store {

enum class Orphan {
    no_owner,      // nobody answers for it
    same_name,     // its owner has another live one of this name that did not renew it
    never_renewed, // old, and neither renews another nor was renewed
    due            // near its end and not renewed
};
const char* to_string(Orphan orphan); // "no-owner", "same-name", "never-renewed", "due"
const char* describe(Orphan orphan);  // for people: "no owner", …

struct OrphanRules {
    Duration old{};                                   // after this, whoever renews by itself has renewed
    std::function<bool(const Certificate&)> is_due{}; // the time to renew it has come
};

// Of the live ones that fit the filter those that have at least one reason, with their reasons; in the order
// of expiry unless the filter says otherwise. What a live certificate has renewed is nobody's orphan: it
// waits for its end.
void for_each_orphan(const Database& database, const Filter& filter, const OrphanRules& rules, Time now,
                     const std::function<bool(const Certificate&, const std::vector<Orphan>&)>& visitor);

} // namespace mtlsca::store
