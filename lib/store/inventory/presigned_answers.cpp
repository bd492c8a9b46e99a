#include "store/inventory/presigned_answers.h"

#include "store/columns.h"

#include <algorithm>

namespace mtlsca::store {

void keep_presigned_answer(Transaction& transaction, const PresignedAnswer& answer) {
    const auto insert = transaction.connection().prepare(
        "INSERT INTO presigned_answer (issuer, serial, hash, next_update, response) "
        "VALUES (:issuer, :serial, :hash, :next_update, :response) ON CONFLICT (serial, issuer, hash) "
        "DO UPDATE SET next_update = excluded.next_update, response = excluded.response");
    insert->bind(":issuer", answer.issuer);
    insert->bind(":serial", ByteView(answer.serial));
    insert->bind(":hash", static_cast<std::int64_t>(answer.hash));
    insert->bind(":next_update", seconds(answer.next_update));
    insert->bind(":response", ByteView(answer.response));
    insert->step();
}

std::optional<Bytes> presigned_answer(const Database& database, IssuerId issuer, ByteView serial,
                                      x509::OcspHash hash) {
    const auto select = database.connection().prepare(
        "SELECT response FROM presigned_answer WHERE serial = :serial AND issuer = :issuer AND hash = :hash");
    select->bind(":serial", serial);
    select->bind(":issuer", issuer);
    select->bind(":hash", static_cast<std::int64_t>(hash));
    if (!select->step())
        return std::nullopt;
    return bytes_column(*select, 0);
}

std::uint64_t drop_presigned_answers(Transaction& transaction, IssuerId issuer, x509::OcspHash hash, Time end,
                                     std::uint64_t limit) {
    const auto erase = transaction.connection().prepare(
        "DELETE FROM presigned_answer WHERE id IN (SELECT id FROM presigned_answer WHERE issuer = :issuer "
        "AND hash = :hash AND next_update <= :end LIMIT :limit)");
    erase->bind(":issuer", issuer);
    erase->bind(":hash", static_cast<std::int64_t>(hash));
    erase->bind(":end", seconds(end));
    erase->bind(":limit", static_cast<std::int64_t>(limit));
    erase->step();
    return static_cast<std::uint64_t>(transaction.connection().changes());
}

bool has_presigned_answers_until(const Database& database, IssuerId issuer, x509::OcspHash hash, Time end) {
    const auto select = database.connection().prepare(
        "SELECT 1 FROM presigned_answer WHERE issuer = :issuer AND hash = :hash AND next_update <= :end");
    select->bind(":issuer", issuer);
    select->bind(":hash", static_cast<std::int64_t>(hash));
    select->bind(":end", seconds(end));
    return select->step();
}

std::optional<Time> first_presigned_end(const Database& database, IssuerId issuer) {
    std::optional<Time> first;
    for (std::size_t hash = 0; hash < x509::ocsp_hashes; ++hash) {
        const auto select = database.connection().prepare(
            "SELECT next_update FROM presigned_answer WHERE issuer = :issuer AND hash = :hash "
            "ORDER BY next_update LIMIT 1");
        select->bind(":issuer", issuer);
        select->bind(":hash", static_cast<std::int64_t>(hash));
        if (select->step())
            first = std::min(first.value_or(time_column(*select, 0)), time_column(*select, 0));
    }
    return first;
}

void for_each_presigned_answer(const Database& database,
                               const std::function<void(const PresignedAnswer&)>& visitor) {
    const auto select = database.connection().prepare(
        "SELECT issuer, serial, hash, next_update, response FROM presigned_answer ORDER BY id");
    while (select->step())
        visitor({select->integer(0), bytes_column(*select, 1),
                 static_cast<x509::OcspHash>(select->integer(2)), time_column(*select, 3),
                 bytes_column(*select, 4)});
}

} // namespace mtlsca::store
