// Certificates of our own CAs that were replaced by others for the same key, in a renewal or a rollover: in
// chains of clients that exist, until they expire.
#pragma once

#include "store/issuer/issuers.h"

namespace mtlsca::store {

struct FormerCertificate {
    IssuerId signer = 0; // of a root's own certificate the root
    Bytes serial;
    Time not_after{};
};
void keep_former_certificate(Transaction& transaction, const FormerCertificate& certificate);
std::vector<FormerCertificate> former_certificates(const Database& database); // few

} // namespace mtlsca::store
