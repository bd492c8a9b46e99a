#include "store/maintenance/recovery.h"

#include "store/columns.h"

namespace mtlsca::store {
namespace {

std::uint64_t count(Connection& connection, std::string_view table) {
    const auto select = connection.prepare(std::string("SELECT count(*) FROM ").append(table));
    select->step();
    return static_cast<std::uint64_t>(select->integer(0));
}

} // namespace

std::optional<Standing> standing_of(const Database& database, IssuerId issuer, ByteView serial) {
    const auto select = database.connection().prepare("SELECT id, state, not_after, name FROM certificate "
                                                      "WHERE serial = :serial AND issuer = :issuer");
    select->bind(":serial", serial);
    select->bind(":issuer", issuer);
    if (!select->step())
        return std::nullopt;
    return Standing{select->integer(0), static_cast<State>(select->integer(1)), time_column(*select, 2),
                    text_column(*select, 3)};
}

std::optional<Time> released_at(const Database& database, CertificateId id) {
    const auto select = database.connection().prepare(
        "SELECT time, (SELECT text FROM word WHERE id = audit.event) FROM audit "
        "WHERE certificate = :id ORDER BY sequence DESC LIMIT 1");
    select->bind(":id", id);
    if (!select->step() || select->text(1) != "released")
        return std::nullopt;
    return time_column(*select, 0);
}

CertificateId record_unknown(Transaction& transaction, IssuerId issuer, ByteView serial, Time not_before,
                             Time not_after, Time now) {
    constexpr std::size_t digest_size = 32;
    Intent intent;
    intent.issuer = issuer;
    intent.serial.assign(serial.begin(), serial.end());
    intent.profile = "unknown";
    intent.name = "unknown";
    intent.not_before = not_before;
    intent.not_after = not_after;
    intent.spki_sha256 = Bytes(digest_size, 0);
    return record_intent(transaction, intent, now);
}

void adopt_crl(Transaction& transaction, IssuerId issuer, const PublishedCrl& crl) {
    Connection& connection = transaction.connection();
    const auto latest =
        connection.prepare("SELECT max(number) FROM crl WHERE issuer = :issuer AND this_update IS NOT NULL");
    latest->bind(":issuer", issuer);
    if (latest->step() && latest->integer(0) >= static_cast<std::int64_t>(crl.number))
        throw Error(Code::already, "CRL " + std::to_string(crl.number),
                    "is not newer than the published one");
    // A number that was taken and never published says nothing that this CRL does not.
    const auto erase = connection.prepare("DELETE FROM crl WHERE issuer = :issuer AND number = :number");
    erase->bind(":issuer", issuer);
    erase->bind(":number", static_cast<std::int64_t>(crl.number));
    erase->step();
    // No change is known to be in it: -1 is less than any counter.
    const auto insert = connection.prepare("INSERT INTO crl (issuer, number, changes) "
                                           "VALUES (:issuer, :number, -1)");
    insert->bind(":issuer", issuer);
    insert->bind(":number", static_cast<std::int64_t>(crl.number));
    insert->step();
    record_crl(transaction, issuer, crl);
}

Extent extent_of(const Database& database) {
    const Snapshot snapshot(database);
    Connection& connection = database.connection();
    return {count(connection, "certificate"), count(connection, "revocation"), count(connection, "audit")};
}

} // namespace mtlsca::store
