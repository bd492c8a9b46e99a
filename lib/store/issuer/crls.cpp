#include "store/issuer/crls.h"

#include "store/columns.h"

#include <algorithm>
#include <limits>

namespace mtlsca::store {
namespace {

// What is due in a CRL; the range of an issuer is clustered in the order of serials.
constexpr std::string_view due = "FROM revocation WHERE issuer = :issuer AND not_after >= :expired_before ";

Connection::Handle prepare_due(const Database& database, std::string_view columns, std::string_view rest,
                               IssuerId issuer, Time expired_before) {
    std::string sql = "SELECT ";
    sql.append(columns).append(" ").append(due).append(rest);
    auto select = database.connection().prepare(sql);
    select->bind(":issuer", issuer);
    select->bind(":expired_before", seconds(expired_before));
    return select;
}

std::int64_t last_taken_number(Connection& connection, IssuerId issuer) {
    const auto select = connection.prepare("SELECT max(number) FROM crl WHERE issuer = :issuer");
    select->bind(":issuer", issuer);
    return select->step() ? select->integer(0) : 0;
}

} // namespace

std::uint64_t take_crl_number(Transaction& transaction, IssuerId issuer, std::uint64_t above) {
    constexpr std::uint64_t limit = std::numeric_limits<std::int64_t>::max();
    Connection& connection = transaction.connection();
    const std::uint64_t last =
        std::max(above, static_cast<std::uint64_t>(last_taken_number(connection, issuer)));
    if (last >= limit)
        throw Error(Code::store, "CRL number", "is at its limit, no further CRL can be numbered",
                    "mtlsca ca rollover: the numbers of a new issuing CA begin anew");
    const std::uint64_t number = last + 1;
    const auto insert = connection.prepare("INSERT INTO crl (issuer, number, changes) "
                                           "SELECT id, :number, changes FROM issuer WHERE id = :issuer");
    insert->bind(":number", static_cast<std::int64_t>(number));
    insert->bind(":issuer", issuer);
    insert->step();
    if (connection.changes() != 1)
        throw Error(Code::not_found, "issuer " + std::to_string(issuer), "is not in the database");
    return number;
}

bool is_crl_number_taken(const Database& database, IssuerId issuer, std::uint64_t number) {
    const auto select =
        database.connection().prepare("SELECT 1 FROM crl WHERE issuer = :issuer AND number = :number");
    select->bind(":issuer", issuer);
    select->bind(":number", static_cast<std::int64_t>(number));
    return select->step();
}

void record_crl(Transaction& transaction, IssuerId issuer, const PublishedCrl& crl) {
    Connection& connection = transaction.connection();
    const auto update = connection.prepare(
        "UPDATE crl SET this_update = :this_update, next_update = :next_update, entries = :entries, "
        "sha256 = :sha256 WHERE issuer = :issuer AND number = :number");
    update->bind(":this_update", seconds(crl.this_update));
    update->bind(":next_update", seconds(crl.next_update));
    update->bind(":entries", static_cast<std::int64_t>(crl.entries));
    update->bind(":sha256", crl.sha256);
    update->bind(":issuer", issuer);
    update->bind(":number", static_cast<std::int64_t>(crl.number));
    update->step();
    if (connection.changes() != 1)
        throw Error(Code::failed, "CRL " + std::to_string(crl.number),
                    "its number was never taken, or a newer CRL is published", "run `mtlsca crl` again");
    // Older ones stay in the audit log.
    const auto erase = connection.prepare("DELETE FROM crl WHERE issuer = :issuer AND number < :number");
    erase->bind(":issuer", issuer);
    erase->bind(":number", static_cast<std::int64_t>(crl.number));
    erase->step();
}

std::optional<PublishedCrl> latest_crl(const Database& database, IssuerId issuer) {
    const auto select = database.connection().prepare(
        "SELECT number, this_update, next_update, entries, sha256 FROM crl "
        "WHERE issuer = :issuer AND this_update IS NOT NULL ORDER BY number DESC LIMIT 1");
    select->bind(":issuer", issuer);
    if (!select->step())
        return std::nullopt;
    return PublishedCrl{static_cast<std::uint64_t>(select->integer(0)), time_column(*select, 1),
                        time_column(*select, 2), static_cast<std::uint64_t>(select->integer(3)),
                        bytes_column(*select, 4)};
}

bool has_unpublished_changes(const Database& database, IssuerId issuer) {
    const auto select = database.connection().prepare(
        "SELECT changes > coalesce((SELECT changes FROM crl WHERE issuer = :issuer "
        "AND this_update IS NOT NULL ORDER BY number DESC LIMIT 1), 0) FROM issuer WHERE id = :issuer");
    select->bind(":issuer", issuer);
    return select->step() && select->integer(0) != 0;
}

void for_each_revoked(const Database& database, IssuerId issuer, Time expired_before,
                      const std::function<void(const x509::CrlEntry&)>& visitor) {
    const auto rows = prepare_due(database, "serial, revoked_at, reason, invalidity_date", "ORDER BY serial",
                                  issuer, expired_before);
    x509::CrlEntry entry;
    while (rows->step()) {
        const ByteView serial = rows->blob(0);
        entry.serial.assign(serial.begin(), serial.end());
        entry.revoked_at = time_column(*rows, 1);
        entry.reason = static_cast<x509::RevocationReason>(rows->integer(2));
        entry.invalidity_date = optional_time_column(*rows, 3);
        visitor(entry);
    }
}

bool is_revoked_and_due(const Database& database, IssuerId issuer, ByteView serial, Time expired_before) {
    const auto row = prepare_due(database, "1", "AND serial = :serial", issuer, expired_before);
    row->bind(":serial", serial);
    return row->step();
}

std::uint64_t count_revoked(const Database& database, IssuerId issuer, Time expired_before) {
    const auto row = prepare_due(database, "count(*)", "", issuer, expired_before);
    row->step();
    return static_cast<std::uint64_t>(row->integer(0));
}

} // namespace mtlsca::store
