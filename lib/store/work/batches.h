// Which rows of an input became which certificates, so that a batch that was cut off goes on without issuing
// twice.
#pragma once

#include "store/inventory/inventory.h"

namespace mtlsca::store {

using BatchId = std::int64_t;
using RowDigest = std::int64_t;

RowDigest row_digest(std::string_view content); // of what a row says, not of how it is written

// The runs over an input, the newest one first, each of which goes on with the one behind it. Each knows for
// itself what it has delivered: what an earlier one has lost is not delivered by what a later one delivers.
struct BatchRun {
    BatchId id = 0;
    // The newest of its certificates that is known to have left the program: what it made later may be lost.
    CertificateId delivered = 0;
};
using Batch = std::vector<BatchRun>; // not empty

// A new run, alone or in front of those that were cut off.
Batch begin_batch(Transaction& transaction, const std::string& source, Batch cut_off = {});
// The newest one of this source that was not ended.
std::optional<Batch> find_batch(const Database& database, const std::string& source);
void record_delivered(Transaction& transaction, const Batch& batch,
                      CertificateId newest);                  // by the newest run
void end_batch(Transaction& transaction, const Batch& batch); // nothing is left to resume

// By the newest run, in place of what it made of the row before.
void record_batch_row(Transaction& transaction, const Batch& batch, RowDigest row, CertificateId certificate);
struct BatchRow {
    CertificateId certificate = 0;
    bool is_new = false;       // the newest run's
    bool is_delivered = false; // the run that made it was sure of it
};
std::optional<BatchRow> batch_row(const Database& database, const Batch& batch, RowDigest row);

} // namespace mtlsca::store
