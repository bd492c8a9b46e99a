// Who has how many certificates.
#pragma once

#include "store/database.h"
#include "time.h"

#include <string>
#include <vector>

namespace mtlsca::store {

struct OwnerCount {
    std::string owner;
    std::uint64_t live = 0; // valid or held, not expired
};
// The first `limit` of those with most live certificates. The engine counts, on disk where owners are many.
std::vector<OwnerCount> largest_owners(const Database& database, Time now, std::uint64_t limit);
std::uint64_t count_owners(const Database& database, Time now); // that have a live one

} // namespace mtlsca::store
