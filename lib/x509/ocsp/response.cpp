#include "x509/ocsp/response.h"

#include "x509/extension.h"
#include "x509/oid.h"

namespace mtlsca::x509 {

namespace der = encoding::der;

namespace {

Bytes encode_revoked(const OcspSingleResponse& response) {
    // IMPLICIT RevokedInfo; CRLReason is an ENUMERATED
    Bytes reason;
    if (response.reason != RevocationReason::unspecified) {
        const auto number = static_cast<std::uint8_t>(response.reason);
        reason = der::element(der::context_constructed(0),
                              {der::element(der::enumerated, {ByteView(&number, 1)})});
    }
    return der::element(der::context_constructed(1),
                        {der::generalized_time_element(response.revoked_at), reason});
}

Bytes encode_status(const OcspSingleResponse& response) {
    switch (response.status) {
    case OcspSingleResponse::Status::good:
        return der::element(der::context(0), ByteView{});
    case OcspSingleResponse::Status::revoked:
        return encode_revoked(response);
    case OcspSingleResponse::Status::unknown:
        break;
    }
    return der::element(der::context(2), ByteView{});
}

Bytes encode_single(const OcspSingleResponse& response) {
    return der::element(der::sequence, {response.certificate_id, encode_status(response),
                                        der::generalized_time_element(response.this_update),
                                        der::element(der::context_constructed(0),
                                                     der::generalized_time_element(response.next_update))});
}

Bytes encode_extensions(const OcspResponseContent& content) {
    Bytes extensions;
    if (content.nonce)
        append(extensions,
               encode_extension(oid::ocsp_nonce, false, der::octet_string_element(*content.nonce)));
    if (content.extended_revoke)
        append(extensions,
               encode_extension(oid::ocsp_extended_revoke, false, der::element(der::null, ByteView{})));
    if (extensions.empty())
        return {};
    return der::element(der::context_constructed(1), der::element(der::sequence, extensions));
}

// ResponseData; version 1 is the DEFAULT, which DER leaves out.
Bytes encode_data(const OcspResponseContent& content, ByteView responder_id) {
    Bytes responses;
    for (const OcspSingleResponse& response : content.responses)
        append(responses, encode_single(response));
    return der::element(der::sequence, {responder_id, der::generalized_time_element(content.produced_at),
                                        der::element(der::sequence, responses), encode_extensions(content)});
}

Bytes encode_status_number(OcspStatus status) {
    const auto number = static_cast<std::uint8_t>(status);
    return der::element(der::enumerated, {ByteView(&number, 1)});
}

} // namespace

const char* to_string(OcspStatus status) {
    switch (status) {
    case OcspStatus::successful:
        return "successful";
    case OcspStatus::malformed_request:
        return "malformedRequest";
    case OcspStatus::internal_error:
        break;
    case OcspStatus::try_later:
        return "tryLater";
    case OcspStatus::unauthorized:
        return "unauthorized";
    }
    return "internalError";
}

Bytes ocsp_error(OcspStatus status) {
    return der::element(der::sequence, encode_status_number(status));
}

OcspSigner::OcspSigner(const PrivateKey& key, const Certificate* delegate)
    : signer_(key), algorithm_(signature_algorithm(key.public_key())) {
    const Sha1 identifier = key.public_key().key_identifier();
    responder_id_ = der::element(der::context_constructed(2), der::octet_string_element(identifier));
    if (delegate != nullptr)
        certificates_ =
            der::element(der::context_constructed(0), der::element(der::sequence, delegate->der()));
}

Bytes OcspSigner::sign(const OcspResponseContent& content) {
    static const Bytes basic_type = der::oid_element(oid::ocsp_basic);
    const Bytes data = encode_data(content, responder_id_);
    const Bytes signature = der::bit_string_element(signer_.sign(data));
    const Bytes basic = der::element(der::sequence, {data, algorithm_, signature, certificates_});
    const Bytes typed = der::element(der::sequence, {basic_type, der::octet_string_element(basic)});
    return der::element(der::sequence, {encode_status_number(OcspStatus::successful),
                                        der::element(der::context_constructed(0), typed)});
}

} // namespace mtlsca::x509
