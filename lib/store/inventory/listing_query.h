// Which rows a listing looks at, and in which order: by the index that leaves the fewest of them. Internal to
// this room.
#pragma once

#include "store/connection.h"
#include "store/inventory/search_keys.h"

namespace mtlsca::store {

class ListingQuery {
public:
    // `after` is the last certificate of the page before.
    ListingQuery(const Filter& filter, Time now, std::optional<Certificate> after);

    // The index that picks the rows does not give them in order.
    bool is_sorted() const;
    std::string from() const;  // "FROM certificate c …"
    std::string where() const; // "WHERE … ORDER BY …"
    void bind(Statement& statement) const;

private:
    enum class Index { serial, name, search, expiry, state, most, all };
    Index index() const;
    std::string condition() const;
    std::int64_t first_second() const;

    const Filter& filter_;
    Time now_;
    std::optional<Certificate> after_;
    Filter::Order order_;
    std::optional<SearchKey> key_;
    Index index_;
};

} // namespace mtlsca::store
