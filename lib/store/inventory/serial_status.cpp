#include "store/inventory/serial_status.h"

#include "store/columns.h"

namespace mtlsca::store {

std::optional<SerialStatus> status_of_serial(const Database& database, IssuerId issuer, ByteView serial) {
    const auto select = database.connection().prepare(
        "SELECT certificate.state, revocation.revoked_at, revocation.reason, revocation.invalidity_date "
        "FROM certificate LEFT JOIN revocation ON revocation.issuer = certificate.issuer "
        "AND revocation.serial = certificate.serial "
        "WHERE certificate.serial = :serial AND certificate.issuer = :issuer");
    select->bind(":serial", serial);
    select->bind(":issuer", issuer);
    if (!select->step())
        return std::nullopt;
    SerialStatus status;
    status.state = static_cast<State>(select->integer(0));
    if (!select->is_null(1))
        status.revocation = Revocation{static_cast<x509::RevocationReason>(select->integer(2)),
                                       time_column(*select, 1), optional_time_column(*select, 3)};
    return status;
}

std::int64_t changes_of_others(const Database& database) {
    return database.connection().changes_of_others();
}

} // namespace mtlsca::store
