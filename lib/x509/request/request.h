// Certification requests (RFC 2986): read from anybody, reported in facts. What is granted is policy's
// decision.
#pragma once

#include "x509/name/name.h"
#include "x509/name/san.h"
#include "x509/signature/signature.h"

namespace mtlsca::x509 {

inline constexpr std::size_t request_max_bytes = 64UL * 1024; // RSA-4096 with a hundred names has 8 KiB

struct RequestedExtension {
    std::string oid;
    std::string name; // "subjectAltName", or the OID again
    bool critical = false;
};

struct Request {
    // PEM ("CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST", exactly one; other text around it is fine) or
    // DER (no byte behind it). `object` is how errors call it (its file). Not one request: Error(refused).
    static Request parse(ByteView pem_or_der, const std::string& object);

    Name subject;
    PublicKey key;
    std::vector<San> sans;
    std::vector<RequestedExtension> extensions; // all of them, SAN too, in order
    bool asks_for_ca = false;                   // basicConstraints CA:TRUE
    bool asks_for_cert_sign = false;            // keyUsage keyCertSign
    bool asks_for_crl_sign = false;             // keyUsage cRLSign
    // Wrong whatever the profile: "request-signature" (no proof of possession), "request-version",
    // "san-malformed", "san-type", "extension-duplicate", "extension-malformed" (known extension that doesn't
    // parse), "attribute-duplicate" (several extensionRequests). Weaknesses of the key are in key.
    Findings findings;
    Bytes der;
};

// A request whose signature nobody has looked at: until verify_all() has it is no Request, and nothing can be
// planned for it.
class UnverifiedRequest {
public:
    // As Request::parse.
    static UnverifiedRequest parse(ByteView pem_or_der, const std::string& object);
    const Bytes& der() const { return request_.der; }

private:
    friend std::vector<Request> verify_all(std::vector<UnverifiedRequest> requests);
    Request request_;
    // Where they lie in its DER, which may move.
    struct Stretch {
        std::size_t first = 0, size = 0;
    };
    ByteView at(Stretch stretch) const;
    Stretch body_, algorithm_, signature_;
};

// In their order. Many cost less than each by Request::parse, as their signatures do (signature.h).
std::vector<Request> verify_all(std::vector<UnverifiedRequest> requests);

// The DER of a request for a CA's certificate: basicConstraints CA:TRUE, keyUsage keyCertSign and cRLSign,
// both critical, and nothing else.
Bytes make_ca_request(const Name& subject, const PrivateKey& key);

} // namespace mtlsca::x509
