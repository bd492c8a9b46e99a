#include "store/batches.h"

#include "store/connection.h"

#include <bit>

namespace mtlsca::store {

RowDigest row_digest(std::string_view content) {
    const x509::Sha256 hash = x509::sha256(as_bytes(content));
    std::uint64_t digest = 0;
    for (std::size_t i = 0; i < 8; ++i)
        digest = digest << 8 | hash[i];
    return std::bit_cast<RowDigest>(digest);
}

Batch begin_batch(Transaction& transaction, const std::string& source) {
    Connection& connection = transaction.connection();
    const auto insert = connection.prepare("INSERT INTO batch (source, delivered) VALUES (:source, 0)");
    insert->bind(":source", source);
    insert->step();
    return {connection.last_id(), 0};
}

std::optional<Batch> find_batch(const Database& database, const std::string& source) {
    const auto select = database.connection().prepare(
        "SELECT id, delivered FROM batch WHERE source = :source ORDER BY id DESC LIMIT 1");
    select->bind(":source", source);
    if (!select->step())
        return std::nullopt;
    return Batch{select->integer(0), select->integer(1)};
}

void record_delivered(Transaction& transaction, BatchId batch, CertificateId newest) {
    const auto update =
        transaction.connection().prepare("UPDATE batch SET delivered = :newest WHERE id = :batch");
    update->bind(":newest", newest);
    update->bind(":batch", batch);
    update->step();
}

void end_batch(Transaction& transaction, const std::string& source) {
    for (const char* sql :
         {"DELETE FROM batch_row WHERE batch IN (SELECT id FROM batch WHERE source = :source)",
          "DELETE FROM batch WHERE source = :source"}) {
        const auto erase = transaction.connection().prepare(sql);
        erase->bind(":source", source);
        erase->step();
    }
}

void record_batch_row(Transaction& transaction, BatchId batch, RowDigest row, CertificateId certificate) {
    const auto insert =
        transaction.connection().prepare("INSERT INTO batch_row (batch, digest, certificate) "
                                         "VALUES (:batch, :digest, :certificate) ON CONFLICT (batch, digest) "
                                         "DO UPDATE SET certificate = excluded.certificate");
    insert->bind(":batch", batch);
    insert->bind(":digest", row);
    insert->bind(":certificate", certificate);
    insert->step();
}

std::optional<CertificateId> batch_row(const Database& database, BatchId batch, RowDigest row) {
    const auto select = database.connection().prepare(
        "SELECT certificate FROM batch_row WHERE batch = :batch AND digest = :digest");
    select->bind(":batch", batch);
    select->bind(":digest", row);
    if (!select->step())
        return std::nullopt;
    return select->integer(0);
}

} // namespace mtlsca::store
