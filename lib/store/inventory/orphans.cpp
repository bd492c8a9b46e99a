#include "store/inventory/orphans.h"

#include "store/columns.h"
#include "store/inventory/renewals.h"

#include <limits>

namespace mtlsca::store {
namespace {

// Two that renew each other count once: it is the same one, before and after.
bool has_namesake(Connection& connection, const Certificate& certificate, Time now) {
    const auto select = connection.prepare(
        "SELECT 1 FROM certificate c WHERE c.name = :name AND c.owner = :owner AND c.id <> :id AND "
        "c.state IN (1, 3) AND c.not_after >= :now AND NOT EXISTS (SELECT 1 FROM certificate s WHERE "
        "s.predecessor = c.id AND s.state IN (1, 3) AND s.not_after >= :now) LIMIT 1");
    select->bind(":name", certificate.name);
    select->bind(":owner", certificate.owner);
    select->bind(":id", certificate.id);
    select->bind(":now", seconds(now));
    return select->step();
}

std::vector<Orphan> reasons(const Database& database, const Certificate& certificate,
                            const OrphanRules& rules, Time now) {
    std::vector<Orphan> reasons;
    if (has_live_successor(database, certificate.id, now))
        return reasons;
    if (certificate.owner.empty())
        reasons.push_back(Orphan::no_owner);
    else if (has_namesake(database.connection(), certificate, now))
        reasons.push_back(Orphan::same_name);
    if (!certificate.renews && certificate.recorded_at + rules.old < now)
        reasons.push_back(Orphan::never_renewed);
    if (rules.is_due(certificate))
        reasons.push_back(Orphan::due);
    return reasons;
}

} // namespace

const char* to_string(Orphan orphan) {
    switch (orphan) {
    case Orphan::no_owner:
        return "no-owner";
    case Orphan::same_name:
        return "same-name";
    case Orphan::never_renewed:
        return "never-renewed";
    case Orphan::due:
        return "due";
    }
    return "";
}

const char* describe(Orphan orphan) {
    switch (orphan) {
    case Orphan::no_owner:
        return "no owner";
    case Orphan::same_name:
        return "its owner has another of this name";
    case Orphan::never_renewed:
        return "never renewed";
    case Orphan::due:
        return "due without successor";
    }
    return "";
}

void for_each_orphan(const Database& database, const Filter& filter, const OrphanRules& rules, Time now,
                     const std::function<bool(const Certificate&, const std::vector<Orphan>&)>& visitor) {
    Filter living = filter;
    living.live = true;
    living.limit = std::nullopt; // of orphans, not of those that were looked at
    if (!living.order)
        living.order = Filter::Order::expiry;
    std::uint64_t left = filter.limit.value_or(std::numeric_limits<std::uint64_t>::max());
    for_each(database, living, now, Depth::fingerprint, [&](const Certificate& certificate) {
        const std::vector<Orphan> found = reasons(database, certificate, rules, now);
        if (found.empty())
            return true;
        return left-- > 0 && visitor(certificate, found) && left > 0;
    });
}

} // namespace mtlsca::store
