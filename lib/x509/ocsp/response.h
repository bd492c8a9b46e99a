// What an OCSP responder says (RFC 6960 4.2), laid out by our own writer. The signature is nearly all of what
// an answer costs, and what can be done once for all of them is done once.
#pragma once

#include "encoding/der_builder.h"
#include "x509/certificate/certificate.h"
#include "x509/crl/crl.h"

#include <span>

namespace mtlsca::x509 {

// OCSPResponseStatus by its number in RFC 6960 4.2.1.
enum class OcspStatus {
    successful = 0,
    malformed_request = 1,
    internal_error = 2,
    try_later = 3,
    unauthorized = 6,
};
const char* to_string(OcspStatus status); // "malformedRequest"
// Everything but `successful`, which has a content.
Bytes ocsp_error(OcspStatus status);

struct OcspSingleResponse {
    enum class Status { good, revoked, unknown };
    ByteView certificate_id; // OcspCertificateId::whole
    Status status = Status::unknown;
    Time revoked_at{};                                       // of revoked
    RevocationReason reason = RevocationReason::unspecified; // of revoked; unspecified is left out
    Time this_update{};
    Time next_update{};
};

const char* to_string(OcspSingleResponse::Status status); // "good"

struct OcspResponseContent {
    Time produced_at{};
    std::span<const OcspSingleResponse> responses;
    std::optional<ByteView> nonce;
    bool extended_revoke = false; // RFC 6960 4.4.8: serials that were never issued are called revoked
};

// Signs with one key what a responder says, in the name of the key's hash. For one thread.
class OcspSigner {
public:
    // `delegate` is the certificate of the key, which goes along with each answer. None: the CA signs itself,
    // and who asks has its certificate.
    OcspSigner(const PrivateKey& key, const Certificate* delegate);
    // A whole OCSPResponse, `successful`. The signature is not verified again, which would cost more than
    // making it: a delegate's key is worth the few days of its certificate, unlike a CA's.
    Bytes sign(const OcspResponseContent& content);

private:
    RepeatedSigner signer_;
    Bytes responder_id_, algorithm_, certificates_; // whole elements
    encoding::der::Builder data_, whole_;           // of the last answer, for the room of the next
};

// As a relying party reads it; what is no answer of the basic type in strict DER is Error(refused, object).
struct OcspResponse {
    struct Single {
        OcspSingleResponse::Status status = OcspSingleResponse::Status::unknown;
        Bytes serial;                                            // unsigned
        Time revoked_at{};                                       // of revoked
        RevocationReason reason = RevocationReason::unspecified; // likewise
        Time this_update{};
        std::optional<Time> next_update;
    };
    OcspStatus status = OcspStatus::internal_error;
    // The rest of a successful one:
    Time produced_at{};
    std::vector<Single> responses;
    std::vector<Bytes> certificates; // DER: judged by who wants to
    Bytes tbs, algorithm, signature;

    static OcspResponse read(ByteView der, const std::string& object);
};

} // namespace mtlsca::x509
