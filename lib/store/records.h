// The inventory where the certificates themselves don't matter.
#pragma once

#include "store/inventory.h"

namespace mtlsca::store {

// As for_each(), but `der` stays empty, and `fingerprint` where the filter does not ask for one: each of them
// would be a page read from another place of the database, as much as all the rest of a row.
void for_each_record(const Database& database, const Filter& filter, Time now, const Visitor& visitor);

} // namespace mtlsca::store
