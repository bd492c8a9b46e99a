// Which rows of an input became which certificates, so that a batch that was cut off goes on without issuing
// twice.
#pragma once

#include "store/inventory.h"

namespace mtlsca::store {

using BatchId = std::int64_t;
using RowDigest = std::int64_t;

RowDigest row_digest(std::string_view content); // of what a row says, not of how it is written

struct Batch {
    BatchId id = 0;
    // The newest certificate that is known to have left the program: what it made later may be lost.
    CertificateId delivered = 0;
};
Batch begin_batch(Transaction& transaction, const std::string& source);
// The newest one of this source that was not ended.
std::optional<Batch> find_batch(const Database& database, const std::string& source);
void record_delivered(Transaction& transaction, BatchId batch, CertificateId newest);
// Nothing of it is left to resume; what other runs over this source left is forgotten, too.
void end_batch(Transaction& transaction, const std::string& source);

// In place of what the row became before.
void record_batch_row(Transaction& transaction, BatchId batch, RowDigest row, CertificateId certificate);
std::optional<CertificateId> batch_row(const Database& database, BatchId batch, RowDigest row);

} // namespace mtlsca::store
