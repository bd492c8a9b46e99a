// Signs many certificates with one key: as sign_certificate() does, with what can be done once done once.
#pragma once

#include "x509/certificate.h"

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
    const PrivateKey& key_;
    const Bytes algorithm_;
    std::unique_ptr<const P256Verifier> p256_;
};

} // namespace mtlsca::x509
