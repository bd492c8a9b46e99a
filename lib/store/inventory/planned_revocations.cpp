#include "store/inventory/planned_revocations.h"

#include "store/columns.h"

namespace mtlsca::store {
namespace {

constexpr std::string_view columns = "SELECT certificate, delay_seconds, revoke_at FROM planned_revocation ";

PlannedRevocation plan_of(const Statement& row) {
    return {row.integer(0), Duration(row.integer(1)), time_column(row, 2)};
}

std::optional<CertificateId> predecessor_of(Connection& connection, CertificateId id) {
    const auto select = connection.prepare("SELECT predecessor FROM certificate WHERE id = :id");
    select->bind(":id", id);
    if (!select->step() || select->is_null(0))
        return std::nullopt;
    return select->integer(0);
}

} // namespace

void plan_revocation(Transaction& transaction, const PlannedRevocation& plan) {
    const auto insert = transaction.connection().prepare(
        "INSERT INTO planned_revocation (certificate, delay_seconds, revoke_at) "
        "VALUES (:certificate, :delay, :revoke_at) ON CONFLICT (certificate) DO UPDATE SET "
        "delay_seconds = excluded.delay_seconds, revoke_at = excluded.revoke_at");
    insert->bind(":certificate", plan.certificate);
    insert->bind(":delay", plan.delay.count());
    insert->bind(":revoke_at", seconds(plan.revoke_at));
    insert->step();
}

void drop_planned_revocation(Transaction& transaction, CertificateId certificate) {
    const auto erase =
        transaction.connection().prepare("DELETE FROM planned_revocation WHERE certificate = :certificate");
    erase->bind(":certificate", certificate);
    erase->step();
}

void restart_planned_revocations(Transaction& transaction, CertificateId successor, Time now) {
    Connection& connection = transaction.connection();
    for (auto id = predecessor_of(connection, successor); id; id = predecessor_of(connection, *id)) {
        const auto update = connection.prepare(
            "UPDATE planned_revocation SET revoke_at = :now + delay_seconds WHERE certificate = :id");
        update->bind(":now", seconds(now));
        update->bind(":id", *id);
        update->step();
    }
}

std::optional<PlannedRevocation> planned_revocation(const Database& database, CertificateId certificate) {
    const auto select =
        database.connection().prepare(std::string(columns) + "WHERE certificate = :certificate");
    select->bind(":certificate", certificate);
    if (!select->step())
        return std::nullopt;
    return plan_of(*select);
}

void for_each_planned_revocation(const Database& database, Time until,
                                 const std::function<bool(const PlannedRevocation&)>& visitor) {
    const auto rows = database.connection().prepare(
        std::string(columns) + "WHERE revoke_at <= :until ORDER BY revoke_at, certificate");
    rows->bind(":until", seconds(until));
    while (rows->step())
        if (!visitor(plan_of(*rows)))
            return;
}

} // namespace mtlsca::store
