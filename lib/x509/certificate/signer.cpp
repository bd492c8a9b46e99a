#include "x509/certificate/signer.h"

#include "encoding/der.h"
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

} // namespace

Bytes sign_certificate(const CertificateContent& content, const PrivateKey& issuer_key) {
    const Bytes algorithm = signature_algorithm(issuer_key.public_key());
    const Bytes tbs = encode_tbs(content, algorithm);
    const Bytes signature = sign(issuer_key, tbs);
    if (!verify(issuer_key.public_key(), algorithm, tbs, signature))
        throw bad_signature();
    return assemble(tbs, algorithm, signature);
}

CertificateSigner::CertificateSigner(const PrivateKey& key)
    : key_(key), algorithm_(signature_algorithm(key.public_key())) {}

CertificateSigner::~CertificateSigner() = default;

const P256Verifier& CertificateSigner::verifier() const {
    const std::lock_guard guard(mutex_);
    if (!verifier_)
        verifier_ = std::make_unique<P256Verifier>(key_.public_key());
    return *verifier_;
}

std::vector<Bytes> CertificateSigner::sign(std::span<const CertificateContent* const> contents) const {
    if (key_.public_key().type() == KeyType::ec_p256)
        return sign_with_p256(contents);
    std::vector<Bytes> certificates;
    for (const CertificateContent* content : contents)
        certificates.push_back(sign_certificate(*content, key_));
    return certificates;
}

std::vector<Bytes>
CertificateSigner::sign_with_p256(std::span<const CertificateContent* const> contents) const {
    std::vector<Bytes> bodies, signatures;
    std::vector<Sha256> digests;
    RepeatedSigner signer(key_);
    for (const CertificateContent* content : contents) {
        bodies.push_back(encode_tbs(*content, algorithm_));
        digests.push_back(sha256(bodies.back()));
        signatures.push_back(signer.sign_digest(digests.back()));
    }
    if (!verifier().verify(digests, signatures))
        throw bad_signature();
    std::vector<Bytes> certificates;
    for (std::size_t i = 0; i < bodies.size(); ++i)
        certificates.push_back(assemble(bodies[i], algorithm_, signatures[i]));
    return certificates;
}

} // namespace mtlsca::x509
