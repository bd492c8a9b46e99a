#include "store/inventory/listing_query.h"

#include "store/columns.h"

#include <limits>

namespace mtlsca::store {
namespace {

using Order = Filter::Order;

std::optional<SearchKey> search_key(const Filter& filter) {
    if (filter.fingerprint)
        return fingerprint_key(*filter.fingerprint);
    if (filter.san)
        return SanQuery(*filter.san).key();
    if (!filter.labels.empty())
        return label_key(filter.labels.front());
    if (filter.owner && !filter.owner->empty()) // none has no key
        return owner_key(*filter.owner);
    if (filter.ou)
        return ou_key(*filter.ou);
    return std::nullopt;
}

// Those that have an index: few among many.
std::optional<State> rare_state(const Filter& filter) {
    if (filter.status == Filter::Status::pending)
        return State::pending;
    if (filter.status == Filter::Status::revoked)
        return State::revoked;
    if (filter.status == Filter::Status::held)
        return State::held;
    return std::nullopt;
}

} // namespace

ListingQuery::ListingQuery(const Filter& filter, Time now, std::optional<Certificate> after)
    : filter_(filter), now_(now), after_(std::move(after)),
      order_(filter.order.value_or(filter.expires_before ? Order::expiry : Order::issued)),
      key_(search_key(filter)), index_(index()) {}

ListingQuery::Index ListingQuery::index() const {
    if (filter_.serial)
        return Index::serial;
    if (filter_.name && !filter_.fingerprint)
        return Index::name;
    if (key_)
        return Index::search;
    if (filter_.expires_before)
        return Index::expiry;
    if (rare_state(filter_))
        return Index::state;
    // Valid or expired: most rows, so no index, but a million revoked ones are not read to be dropped.
    return filter_.status ? Index::most : Index::all;
}

bool ListingQuery::is_sorted() const {
    if (order_ == Order::issued || index_ == Index::most || index_ == Index::all)
        return false;
    return index_ != Index::expiry || order_ != Order::expiry;
}

std::string ListingQuery::from() const {
    if (index_ == Index::search)
        return "FROM certificate_search s JOIN certificate c ON c.id = s.certificate ";
    return "FROM certificate c ";
}

std::string ListingQuery::condition() const {
    switch (index_) {
    case Index::serial:
        return "c.serial = :serial AND ";
    case Index::name:
        return "c.name = :name AND ";
    case Index::search:
        return "s.key = :key AND ";
    case Index::expiry:
        return "c.not_after < :before AND c.not_after >= :now AND ";
    case Index::state:
        return "c.state <> 1 AND c.state = :state AND ";
    case Index::most:
        return "c.state = 1 AND ";
    case Index::all:
        break;
    }
    return "";
}

std::string ListingQuery::where() const {
    switch (order_) {
    case Order::expiry:
        return "WHERE " + condition() +
               "(c.not_after, c.id) > (:after_time, :after) ORDER BY c.not_after, c.id";
    case Order::name:
        return "WHERE " + condition() +
               "c.name >= :after_name AND (c.name > :after_name OR c.id > :after) ORDER BY c.name, c.id";
    case Order::issued:
        break;
    }
    const std::string id = index_ == Index::search ? "s.certificate" : "c.id";
    return "WHERE " + condition() + id + " > :after ORDER BY " + id;
}

// What has expired is not read to be dropped where only the living are asked for.
std::int64_t ListingQuery::first_second() const {
    const bool only_living =
        filter_.live || filter_.expires_before || filter_.status == Filter::Status::valid;
    return only_living ? seconds(now_) : 0;
}

void ListingQuery::bind(Statement& statement) const {
    switch (index_) {
    case Index::serial:
        statement.bind(":serial", *filter_.serial);
        break;
    case Index::name:
        statement.bind(":name", *filter_.name);
        break;
    case Index::search:
        statement.bind(":key", *key_);
        break;
    case Index::expiry:
        statement.bind(":before", seconds(*filter_.expires_before));
        statement.bind(":now", seconds(now_));
        break;
    case Index::state:
        statement.bind(":state", static_cast<std::int64_t>(*rare_state(filter_)));
        break;
    case Index::most:
    case Index::all:
        break;
    }
    if (order_ == Order::name)
        statement.bind(":after_name", after_ ? std::string_view(after_->name) : std::string_view());
    if (order_ == Order::expiry) {
        const std::int64_t before_first = first_second() - 1;
        const bool resumes = after_ && seconds(after_->not_after) > before_first;
        statement.bind(":after_time", resumes ? seconds(after_->not_after) : before_first);
        statement.bind(":after", resumes ? after_->id : std::numeric_limits<CertificateId>::max());
        return;
    }
    statement.bind(":after", after_ ? after_->id : 0);
}

} // namespace mtlsca::store
