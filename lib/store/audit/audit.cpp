#include "store/audit/audit.h"

#include "encoding/hex.h"
#include "store/audit/chain.h"
#include "store/columns.h"
#include "store/words.h"

#include <array>

namespace mtlsca::store {
namespace {

void append_field(Bytes& octets, ByteView field) {
    for (int shift = 24; shift >= 0; shift -= 8)
        octets.push_back(static_cast<std::uint8_t>(field.size() >> shift));
    append(octets, field);
}

void append_field(Bytes& octets, std::string_view field) {
    append_field(octets, as_bytes(field));
}

void append_field(Bytes& octets, std::int64_t number) {
    std::array<std::uint8_t, 8> field{};
    for (std::size_t i = 0; i < field.size(); ++i)
        field[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> (56 - 8 * i));
    append_field(octets, ByteView(field));
}

std::optional<std::int64_t> certificate_with(Connection& connection, ByteView serial) {
    const auto select = connection.prepare("SELECT id FROM certificate WHERE serial = :serial");
    select->bind(":serial", serial);
    if (!select->step())
        return std::nullopt;
    return select->integer(0);
}

AuditHead head_of(Connection& connection) {
    const auto select = connection.prepare(
        "SELECT sequence, hash FROM audit WHERE sequence = (SELECT max(sequence) FROM audit)");
    if (!select->step())
        return {0, no_audit_hash};
    return {static_cast<std::uint64_t>(select->integer(0)), bytes_column(*select, 1)};
}

} // namespace

Bytes audit_hash(ByteView previous_hash, const AuditEntry& entry) {
    constexpr std::size_t usual_size = 256;
    Bytes octets;
    octets.reserve(usual_size);
    append_field(octets, previous_hash);
    append_field(octets, static_cast<std::int64_t>(entry.sequence));
    append_field(octets, seconds(entry.time));
    append_field(octets, entry.command);
    append_field(octets, entry.actor);
    append_field(octets, entry.event);
    append_field(octets, ByteView(entry.serial));
    append_field(octets, entry.detail);
    const x509::Sha256 hash = x509::sha256(octets);
    return Bytes(hash.begin(), hash.end());
}

void append_audit(Transaction& transaction, AuditEntry entry) {
    Connection& connection = transaction.connection();
    if (!connection.log_end) {
        const AuditHead head = head_of(connection);
        connection.log_end = {head.sequence, head.hash};
    }
    entry.sequence = connection.log_end->sequence + 1;
    entry.hash = audit_hash(connection.log_end->hash, entry);
    const auto insert = connection.prepare(
        "INSERT INTO audit (sequence, time, command, actor, event, certificate, serial, detail, hash) "
        "VALUES (:sequence, :time, :command, :actor, :event, :certificate, :serial, :detail, :hash)");
    insert->bind(":sequence", static_cast<std::int64_t>(entry.sequence));
    insert->bind(":time", seconds(entry.time));
    insert->bind(":command", word_id(connection, entry.command));
    insert->bind(":actor", word_id(connection, entry.actor));
    insert->bind(":event", word_id(connection, entry.event));
    if (const auto certificate =
            entry.certificate ? entry.certificate : certificate_with(connection, entry.serial))
        insert->bind(":certificate", *certificate);
    else if (!entry.serial.empty())
        insert->bind(":serial", entry.serial);
    bind_unless_empty(*insert, ":detail", entry.detail);
    insert->bind(":hash", entry.hash);
    insert->step();
    connection.log_end = {entry.sequence, entry.hash};
}

AuditHead audit_head(const Database& database) {
    return head_of(database.connection());
}

std::string select_audit(std::string_view where) {
    std::string sql = "SELECT a.sequence, a.time, (SELECT text FROM word WHERE id = a.command), "
                      "(SELECT text FROM word WHERE id = a.actor), "
                      "(SELECT text FROM word WHERE id = a.event), coalesce(c.serial, a.serial), a.detail, "
                      "a.hash, a.certificate IS NOT NULL, c.id IS NOT NULL "
                      "FROM audit a LEFT JOIN certificate c ON c.id = a.certificate ";
    return sql.append(where).append(" ORDER BY a.sequence");
}

AuditEntry audit_entry_of(const Statement& row) {
    AuditEntry entry;
    entry.sequence = static_cast<std::uint64_t>(row.integer(0));
    entry.time = time_column(row, 1);
    entry.command = row.text(2);
    entry.actor = row.text(3);
    entry.event = row.text(4);
    entry.serial = bytes_column(row, 5);
    entry.detail = row.text(6);
    entry.hash = bytes_column(row, 7);
    return entry;
}

void for_each_audit(const Database& database, const AuditFilter& filter,
                    const std::function<bool(const AuditEntry&)>& visitor) {
    const auto rows = database.connection().prepare(select_audit(
        filter.serial ? "WHERE (a.certificate IN (SELECT id FROM certificate WHERE serial = :serial) "
                        "OR a.serial = :serial) AND a.sequence > :after"
                      : "WHERE a.sequence > :after"));
    if (filter.serial)
        rows->bind(":serial", *filter.serial);
    rows->bind(":after", static_cast<std::int64_t>(filter.after.value_or(0)));
    while (rows->step()) {
        const AuditEntry entry = audit_entry_of(*rows);
        if (filter.since && entry.time < *filter.since)
            continue;
        if (!visitor(entry))
            return;
    }
}

} // namespace mtlsca::store
