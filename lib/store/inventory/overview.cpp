#include "store/inventory/overview.h"

#include "store/columns.h"

namespace mtlsca::store {
namespace {

std::uint64_t count(Statement& row) {
    row.step();
    return static_cast<std::uint64_t>(row.integer(0));
}

} // namespace

Counts count_certificates(const Database& database, Time now) {
    Connection& connection = database.connection();
    Counts counts;
    counts.recorded = count(*connection.prepare("SELECT count(*) FROM certificate"));
    const auto ended = connection.prepare("SELECT count(*) FROM certificate WHERE not_after < :now");
    ended->bind(":now", seconds(now));
    counts.ended = count(*ended);
    const auto states =
        connection.prepare("SELECT state, count(*) FROM certificate WHERE state <> 1 GROUP BY state");
    while (states->step()) {
        const auto number = static_cast<std::uint64_t>(states->integer(1));
        switch (static_cast<State>(states->integer(0))) {
        case State::pending:
            counts.pending = number;
            break;
        case State::revoked:
            counts.revoked = number;
            break;
        case State::held:
            counts.held = number;
            break;
        case State::valid:
            break;
        }
    }
    return counts;
}

void for_each_unreplaced(const Database& database, Time from, Time until,
                         const std::function<bool(const Unreplaced&)>& visitor) {
    const auto rows = database.connection().prepare(
        "SELECT c.serial, c.name, word.text, c.owner, c.not_before, c.not_after "
        "FROM certificate c JOIN word ON word.id = c.profile "
        "WHERE c.not_after >= :from AND c.not_after < :until AND c.state = 1 "
        "AND NOT EXISTS (SELECT 1 FROM certificate s WHERE s.predecessor = c.id AND s.state IN (1, 3)) "
        "AND (c.holds_name = 1 OR NOT EXISTS (SELECT 1 FROM certificate s WHERE s.name = c.name "
        "AND s.profile = c.profile AND s.holds_name = 1 AND s.id > c.id AND s.state IN (1, 3))) "
        "ORDER BY c.not_after, c.id");
    rows->bind(":from", seconds(from));
    rows->bind(":until", seconds(until));
    while (rows->step())
        if (!visitor({bytes_column(*rows, 0), text_column(*rows, 1), text_column(*rows, 2),
                      text_column(*rows, 3), time_column(*rows, 4), time_column(*rows, 5)}))
            return;
}

Outstanding outstanding(const Database& database, Time late) {
    Connection& connection = database.connection();
    Outstanding found;
    found.deliveries = count(*connection.prepare("SELECT count(*) FROM delivery"));
    found.failed_deliveries =
        count(*connection.prepare("SELECT count(*) FROM delivery WHERE problem IS NOT NULL"));
    const auto first = connection.prepare(
        "SELECT target, problem FROM delivery WHERE problem IS NOT NULL ORDER BY tried_at LIMIT 1");
    if (first->step()) {
        found.failed_target = text_column(*first, 0);
        found.problem = text_column(*first, 1);
    }
    found.planned_revocations = count(*connection.prepare("SELECT count(*) FROM planned_revocation"));
    const auto overdue = connection.prepare(
        "SELECT count(*) FROM planned_revocation p WHERE p.revoke_at < :late AND NOT EXISTS "
        "(SELECT 1 FROM certificate s JOIN delivery d ON d.certificate = s.id WHERE s.predecessor = "
        "p.certificate)");
    overdue->bind(":late", seconds(late));
    found.late_revocations = count(*overdue);
    return found;
}

std::optional<Time> last_event(const Database& database) {
    const auto newest =
        database.connection().prepare("SELECT time FROM audit ORDER BY sequence DESC LIMIT 1");
    if (!newest->step())
        return std::nullopt;
    return time_column(*newest, 0);
}

Findings check_quickly(const Database& database) {
    return database.connection().check_quickly();
}

} // namespace mtlsca::store
