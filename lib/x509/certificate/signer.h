// Signs many certificates with one key: as sign_certificate() does, with what can be done once done once.
#pragma once

#include "x509/certificate/certificate.h"

#include <atomic>
#include <memory>

namespace mtlsca::x509 {

class P256Verifier;

// A certificate that lacks its signature: the DER TBSCertificate (RFC 5280 4.1.1.1).
class CertificateBody {
public:
    CertificateBody() = default; // of nothing
    const Bytes& der() const { return der_; }

private:
    friend class CertificateSigner;
    explicit CertificateBody(Bytes der) : der_(std::move(der)) {}
    Bytes der_;
};

// Any thread, but for expect_many().
class CertificateSigner {
public:
    explicit CertificateSigner(const PrivateKey& key); // which must live longer
    ~CertificateSigner();

    // Error(refused) as of encode_tbs().
    CertificateBody body_of(const CertificateContent& content) const;
    // Certificates in the order of their bodies, which this one has made. Several at once cost less each:
    // they share what OpenSSL sets up for a signature, and the division in their verification.
    std::vector<Bytes> sign(std::span<const CertificateBody* const> bodies) const;
    // A thousand or more will be signed: their verification by a P-256 key becomes four times as fast, from
    // when this is done. It takes as long as 350 verifications before. Once, in any thread. Nothing changes
    // where OpenSSL's configuration asks for a FIPS provider, which verifies by itself.
    void expect_many();

private:
    std::vector<Bytes> sign_and_verify(std::span<const CertificateBody* const> bodies,
                                       const P256Verifier& verifier) const;
    const PrivateKey& key_;
    const Bytes algorithm_;
    std::unique_ptr<const P256Verifier> made_;
    std::atomic<const P256Verifier*> verifier_ = nullptr; // made_, once it is complete
};

} // namespace mtlsca::x509
