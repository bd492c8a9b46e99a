// Signs many certificates with one key: as sign_certificate() does, with what can be done once done once.
#pragma once

#include "x509/certificate.h"

namespace mtlsca::x509 {

class P256Verifier;

class CertificateSigner {
public:
    explicit CertificateSigner(const PrivateKey& key); // which must live longer
    ~CertificateSigner();
    Bytes sign(const CertificateContent& content) const; // any thread

private:
    bool is_good(ByteView message, ByteView signature) const;
    const PrivateKey& key_;
    const Bytes algorithm_;
    std::unique_ptr<const P256Verifier> p256_;
};

} // namespace mtlsca::x509
