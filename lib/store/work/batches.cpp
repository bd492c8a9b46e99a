#include "store/work/batches.h"

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

Batch begin_batch(Transaction& transaction, const std::string& source, Batch cut_off) {
    Connection& connection = transaction.connection();
    const auto insert = connection.prepare(
        "INSERT INTO batch (source, continues, delivered) VALUES (:source, :continues, 0)");
    insert->bind(":source", source);
    if (!cut_off.empty())
        insert->bind(":continues", cut_off.front().id);
    insert->step();
    cut_off.insert(cut_off.begin(), BatchRun{connection.last_id(), 0});
    return cut_off;
}

std::optional<Batch> find_batch(const Database& database, const std::string& source) {
    Connection& connection = database.connection();
    Batch batch;
    {
        const auto newest = connection.prepare(
            "SELECT id, delivered FROM batch WHERE source = :source ORDER BY id DESC LIMIT 1");
        newest->bind(":source", source);
        if (!newest->step())
            return std::nullopt;
        batch.push_back({newest->integer(0), newest->integer(1)});
    }
    for (;;) {
        const auto earlier = connection.prepare(
            "SELECT id, delivered FROM batch WHERE id = (SELECT continues FROM batch WHERE id = :id)");
        earlier->bind(":id", batch.back().id);
        if (!earlier->step())
            return batch;
        batch.push_back({earlier->integer(0), earlier->integer(1)});
    }
}

void record_delivered(Transaction& transaction, const Batch& batch, CertificateId newest) {
    const auto update =
        transaction.connection().prepare("UPDATE batch SET delivered = :newest WHERE id = :batch");
    update->bind(":newest", newest);
    update->bind(":batch", batch.front().id);
    update->step();
}

void end_batch(Transaction& transaction, const Batch& batch) {
    for (const BatchRun& run : batch)
        for (const char* sql :
             {"DELETE FROM batch_row WHERE batch = :batch", "DELETE FROM batch WHERE id = :batch"}) {
            const auto erase = transaction.connection().prepare(sql);
            erase->bind(":batch", run.id);
            erase->step();
        }
}

void record_batch_row(Transaction& transaction, const Batch& batch, RowDigest row,
                      CertificateId certificate) {
    const auto insert =
        transaction.connection().prepare("INSERT INTO batch_row (batch, digest, certificate) "
                                         "VALUES (:batch, :digest, :certificate) ON CONFLICT (batch, digest) "
                                         "DO UPDATE SET certificate = excluded.certificate");
    insert->bind(":batch", batch.front().id);
    insert->bind(":digest", row);
    insert->bind(":certificate", certificate);
    insert->step();
}

std::optional<BatchRow> batch_row(const Database& database, const Batch& batch, RowDigest row) {
    for (const BatchRun& run : batch) {
        const auto select = database.connection().prepare(
            "SELECT certificate FROM batch_row WHERE batch = :batch AND digest = :digest");
        select->bind(":batch", run.id);
        select->bind(":digest", row);
        if (select->step())
            return BatchRow{select->integer(0), run.id == batch.front().id,
                            select->integer(0) <= run.delivered};
    }
    return std::nullopt;
}

} // namespace mtlsca::store
