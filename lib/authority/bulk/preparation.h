// What happens to rows before anything of them is recorded: plans, and keys. Any thread. Internal to this
// folder.
#pragma once

#include "authority/bulk/bulk.h"

#include <span>

namespace mtlsca::authority {

// Rows that nothing can be issued for get an error, the others all but a signature.
void prepare_rows(const Ca& ca, const BulkClient& client, std::span<BulkRow> rows, Time now);
void prepare_issuance(const Ca& ca, const BulkClient& client, BulkRow& row, const x509::PublicKey& key);

} // namespace mtlsca::authority
