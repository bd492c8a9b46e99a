// Questions that only a proof of the whole database asks.
#pragma once

#include "store/inventory/inventory.h"

namespace mtlsca::store {

// Everything that this certificate can be looked for by leads to it.
bool is_findable(const Database& database, const Certificate& certificate);

// Rows that break the rule of unique names, each a finding: errors "name-held" (a revoked certificate has a
// name still, which nobody else can get), warnings "name-twice" (live beside the one that has its name, and
// not its predecessor: issued while its profile was not `unique`). At most 1000 of each.
Findings find_broken_names(const Database& database, Time now);

} // namespace mtlsca::store
