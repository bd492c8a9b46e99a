#include "store/inventory/owners.h"

#include "store/columns.h"

namespace mtlsca::store {

std::vector<OwnerCount> largest_owners(const Database& database, Time now, std::uint64_t limit) {
    const auto select = database.connection().prepare(
        "SELECT owner, count(*) AS live FROM certificate WHERE not_after >= :now AND state IN (1, 3) AND "
        "owner IS NOT NULL GROUP BY owner ORDER BY live DESC, owner LIMIT :limit");
    select->bind(":now", seconds(now));
    select->bind(":limit", static_cast<std::int64_t>(limit));
    std::vector<OwnerCount> owners;
    while (select->step())
        owners.push_back({text_column(*select, 0), static_cast<std::uint64_t>(select->integer(1))});
    return owners;
}

std::uint64_t count_owners(const Database& database, Time now) {
    const auto select = database.connection().prepare(
        "SELECT count(DISTINCT owner) FROM certificate WHERE not_after >= :now AND state IN (1, 3)");
    select->bind(":now", seconds(now));
    return select->step() ? static_cast<std::uint64_t>(select->integer(0)) : 0;
}

} // namespace mtlsca::store
