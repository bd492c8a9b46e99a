// What somebody asks an OCSP responder (RFC 6960 4.1).
#pragma once

#include "x509/certificate/certificate.h"

namespace mtlsca::x509 {

// With which a CertID names its issuer.
enum class OcspHash { sha1, sha256, sha384, sha512 };
inline constexpr std::size_t ocsp_hashes = 4;
Bytes ocsp_digest(OcspHash hash, ByteView bytes);

// Views into the request.
struct OcspCertificateId {
    ByteView whole;               // the CertID's element: an answer repeats it octet for octet
    std::optional<OcspHash> hash; // none: one that nobody computes here, so that its issuer stays unknown
    ByteView issuer_name_hash;
    ByteView issuer_key_hash;
    Bytes serial; // unsigned
};

struct OcspRequest {
    std::vector<OcspCertificateId> certificates; // at least one
    std::optional<ByteView> nonce;               // the octets within the OCTET STRING

    // Strict DER, without recursion. What would be an answer "malformedRequest" is Error(refused): what is no
    // OCSPRequest of version 1, a nonce of no octets or more than 128 (RFC 9654 2.1), an unknown critical
    // extension (RFC 6960 4.4), one more certificate than `certificates_max` or one more octet than
    // `octets_max`. Who signed it is not looked at: RFC 6960 4.1.2 leaves it to the responder.
    static OcspRequest read(ByteView der);

    // Clients ask for one, OpenSSL's for a chain at most. An answer takes 100 octets for each.
    static constexpr std::size_t certificates_max = 128;
    // That many certificates and a signature with a chain of RSA keys.
    static constexpr std::size_t octets_max = 64UL * 1024;
};

// What most clients send: one CertID, no extensions, no signature. Octet for octet the same everywhere, hash
// algorithms with NULL as parameters, as OpenSSL and GnuTLS write them, so that answers can be found by it.
Bytes encode_ocsp_certificate_id(const Certificate& issuer, OcspHash hash, ByteView serial);
Bytes encode_ocsp_certificate_id(const OcspCertificateId& id); // of one whose hash is known
Bytes encode_ocsp_request(ByteView certificate_id);

} // namespace mtlsca::x509
