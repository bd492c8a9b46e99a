// What happens to rows before anything of them is recorded: plans, and keys. Any thread. Internal to this
// folder.
#pragma once

#include "authority/bulk/bulk.h"

#include <span>

namespace mtlsca::authority {

// Rows that nothing can be issued for get an error, the others all but a signature.
void prepare_rows(const Ca& ca, const BulkClient& client, const x509::CertificateSigner& signer,
                  std::span<BulkRow> rows, Time now);
// Once more, with another key: row.key. Error(refused) where policy has changed its mind.
void prepare_with_its_key(const Ca& ca, const BulkClient& client, const x509::CertificateSigner& signer,
                          BulkRow& row, Time now);

} // namespace mtlsca::authority
