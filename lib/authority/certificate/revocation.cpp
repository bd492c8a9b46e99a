#include "authority/certificate/revocation.h"

namespace mtlsca::authority {

void revoke(Ca& ca, const Run& run, const std::vector<store::Certificate>& certificates,
            const store::Revocation& revocation) {
    const bool hold = revocation.reason == x509::RevocationReason::certificate_hold;
    const io::FolderLock lock = ca.lock();
    store::Transaction transaction(ca.database());
    for (const store::Certificate& certificate : certificates) {
        store::revoke(transaction, certificate.id, revocation);
        record_event(transaction, run, hold ? "held" : "revoked", certificate.serial,
                     x509::to_string(revocation.reason));
    }
    transaction.commit();
}

void release(Ca& ca, const Run& run, const std::vector<store::Certificate>& certificates) {
    const io::FolderLock lock = ca.lock();
    store::Transaction transaction(ca.database());
    for (const store::Certificate& certificate : certificates) {
        store::release(transaction, certificate.id);
        record_event(transaction, run, "released", certificate.serial);
    }
    transaction.commit();
}

} // namespace mtlsca::authority
