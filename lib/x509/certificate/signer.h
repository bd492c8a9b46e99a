// Signs many certificates with one key: as sign_certificate() does, with what can be done once done once.
#pragma once

#include "x509/certificate/certificate.h"

#include <mutex>

namespace mtlsca::x509 {

class P256Verifier;

class CertificateSigner {
public:
    explicit CertificateSigner(const PrivateKey& key); // which must live longer
    ~CertificateSigner();
    // Certificates in the order of their contents. Any thread. Several at once cost less each: they share
    // what OpenSSL sets up for a signature, and the division in their verification.
    std::vector<Bytes> sign(std::span<const CertificateContent* const> contents) const;

private:
    std::vector<Bytes> sign_with_p256(std::span<const CertificateContent* const> contents) const;
    const P256Verifier& verifier() const;
    const PrivateKey& key_;
    const Bytes algorithm_;
    // Its table takes 30 ms: made by the thread that signs first, while others have better things to do.
    mutable std::mutex mutex_;
    mutable std::unique_ptr<const P256Verifier> verifier_;
};

} // namespace mtlsca::x509
