#include "authority/certificate/revocation.h"

#include <set>

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

std::vector<store::Certificate>
live_with_same_key(const Ca& ca, const std::vector<store::Certificate>& certificates, Time now) {
    std::vector<store::Certificate> found;
    std::set<store::CertificateId> seen;
    for (const store::Certificate& certificate : certificates)
        seen.insert(certificate.id);
    for (const store::Certificate& certificate : certificates) {
        store::Filter filter;
        filter.name = certificate.name;
        filter.live = true;
        store::for_each(ca.database(), filter, now, store::Depth::fingerprint,
                        [&](const store::Certificate& other) {
                            if (other.spki_sha256 == certificate.spki_sha256 && seen.insert(other.id).second)
                                found.push_back(other);
                            return true;
                        });
    }
    return found;
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
