#include "store/inventory/renewals.h"

#include "store/columns.h"

namespace mtlsca::store {
namespace {

// Live as is_live() has it: valid or held, not expired.
std::optional<CertificateId> newest_successor(const Database& database, CertificateId id,
                                              std::optional<Time> live_at) {
    std::string sql = "SELECT id FROM certificate WHERE predecessor = :id ";
    sql += live_at ? "AND state IN (1, 3) AND not_after >= :now "
                   : "AND EXISTS (SELECT 1 FROM certificate_der d WHERE d.certificate = certificate.id) ";
    const auto select = database.connection().prepare(sql + "ORDER BY id DESC LIMIT 1");
    select->bind(":id", id);
    if (live_at)
        select->bind(":now", seconds(*live_at));
    if (!select->step())
        return std::nullopt;
    return select->integer(0);
}

} // namespace

std::optional<Certificate> live_successor_of(const Database& database, CertificateId id, Time now) {
    const auto successor = newest_successor(database, id, now);
    return successor ? by_id(database, *successor) : std::nullopt;
}

bool has_live_successor(const Database& database, CertificateId id, Time now) {
    return newest_successor(database, id, now).has_value();
}

std::optional<Certificate> latest_successor_of(const Database& database, CertificateId id) {
    const auto successor = newest_successor(database, id, std::nullopt);
    return successor ? by_id(database, *successor) : std::nullopt;
}

std::optional<Certificate> live_descendant_of(const Database& database, CertificateId id, Time now) {
    // A successor is always newer than what it renews, so this comes to an end.
    for (std::optional<CertificateId> at = id; at; at = newest_successor(database, *at, std::nullopt))
        if (auto live = live_successor_of(database, *at, now))
            return live;
    return std::nullopt;
}

std::vector<Renewable> renewable(const Database& database, const RenewablePosition& after, Time until,
                                 Time now, std::uint64_t limit) {
    const auto rows = database.connection().prepare(
        "SELECT c.id, c.serial, (SELECT text FROM word WHERE id = c.profile), c.name, c.not_before, "
        "c.not_after, c.predecessor FROM certificate c "
        "WHERE c.not_after <= :until AND (c.not_after, c.id) > (:after_time, :after) AND c.state = 1 "
        "AND NOT EXISTS (SELECT 1 FROM certificate s WHERE s.predecessor = c.id AND s.state IN (1, 3) "
        "AND (s.not_after >= :now OR c.not_after < :now)) ORDER BY c.not_after, c.id LIMIT :limit");
    rows->bind(":until", seconds(until));
    rows->bind(":after_time", seconds(after.not_after));
    rows->bind(":after", after.id);
    rows->bind(":now", seconds(now));
    rows->bind(":limit", static_cast<std::int64_t>(limit));
    std::vector<Renewable> page;
    while (rows->step())
        page.push_back({rows->integer(0), bytes_column(*rows, 1), text_column(*rows, 2),
                        text_column(*rows, 3), time_column(*rows, 4), time_column(*rows, 5),
                        !rows->is_null(6)});
    return page;
}

} // namespace mtlsca::store
