#include "x509/certificate/signer.h"

#include "encoding/der.h"
#include "x509/openssl.h"
#include "x509/signature/p256_verifier.h"

namespace mtlsca::x509 {

namespace der = encoding::der;

namespace {

Bytes assemble(ByteView tbs, ByteView algorithm, ByteView signature) {
    return der::element(der::sequence, {tbs, algorithm, der::bit_string_element(signature)});
}

// A fault while signing (of the machine, or of a token) must not leave this room, and an RSA or ECDSA
// signature that went wrong can give the key away (Boneh, DeMillo and Lipton, 1997).
Error bad_signature() {
    return {Code::failed, "certificate", "the signature just made does not verify",
            "try again; if it stays so, the issuer's key or the machine is damaged"};
}

Bytes sign_body(ByteView body, ByteView algorithm, const PrivateKey& key) {
    const Bytes signature = sign(key, body);
    if (!verify(key.public_key(), algorithm, body, signature))
        throw bad_signature();
    return assemble(body, algorithm, signature);
}

} // namespace

Bytes sign_certificate(const CertificateContent& content, const PrivateKey& issuer_key) {
    const Bytes algorithm = signature_algorithm(issuer_key.public_key());
    return sign_body(encode_tbs(content, algorithm), algorithm, issuer_key);
}

CertificateSigner::CertificateSigner(const PrivateKey& key)
    : key_(key), algorithm_(signature_algorithm(key.public_key())) {}

CertificateSigner::~CertificateSigner() = default;

CertificateBody CertificateSigner::body_of(const CertificateContent& content) const {
    return CertificateBody(encode_tbs(content, algorithm_));
}

void CertificateSigner::expect_many() {
    if (key_.public_key().type() != KeyType::ec_p256 || openssl::wants_fips_provider())
        return;
    made_ = std::make_unique<P256Verifier>(key_.public_key());
    verifier_ = made_.get();
}

std::vector<Bytes> CertificateSigner::sign(std::span<const CertificateBody* const> bodies) const {
    if (const P256Verifier* verifier = verifier_)
        return sign_and_verify(bodies, *verifier);
    std::vector<Bytes> certificates;
    for (const CertificateBody* body : bodies)
        certificates.push_back(sign_body(body->der(), algorithm_, key_));
    return certificates;
}

std::vector<Bytes> CertificateSigner::sign_and_verify(std::span<const CertificateBody* const> bodies,
                                                      const P256Verifier& verifier) const {
    std::vector<Bytes> signatures;
    std::vector<Sha256> digests;
    RepeatedSigner signer(key_);
    for (const CertificateBody* body : bodies) {
        digests.push_back(sha256(body->der()));
        signatures.push_back(signer.sign_digest(digests.back()));
    }
    if (!verifier.verify(digests, signatures))
        throw bad_signature();
    std::vector<Bytes> certificates;
    for (std::size_t i = 0; i < bodies.size(); ++i)
        certificates.push_back(assemble(bodies[i]->der(), algorithm_, signatures[i]));
    return certificates;
}

} // namespace mtlsca::x509
