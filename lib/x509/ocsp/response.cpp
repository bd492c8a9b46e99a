#include "x509/ocsp/response.h"

#include "x509/certificate/extension.h"
#include "x509/oid.h"

namespace mtlsca::x509 {

namespace der = encoding::der;

namespace {

using der::Builder;

// RevokedInfo; CRLReason is an ENUMERATED.
void put_revocation(Builder& to, const OcspSingleResponse& response) {
    if (response.reason != RevocationReason::unspecified) {
        const auto number = static_cast<std::uint8_t>(response.reason);
        const std::size_t end = to.size();
        to.put({&number, 1});
        to.enclose(der::enumerated, end);
        to.enclose(der::context_constructed(0), end);
    }
    to.put_generalized_time(response.revoked_at);
}

void put_status(Builder& to, const OcspSingleResponse& response) {
    const std::size_t end = to.size();
    switch (response.status) {
    case OcspSingleResponse::Status::good:
        return to.enclose(der::context(0), end);
    case OcspSingleResponse::Status::revoked:
        put_revocation(to, response);
        return to.enclose(der::context_constructed(1), end);
    case OcspSingleResponse::Status::unknown:
        return to.enclose(der::context(2), end);
    }
}

void put_single(Builder& to, const OcspSingleResponse& response) {
    const std::size_t end = to.size();
    to.put_generalized_time(response.next_update);
    to.enclose(der::context_constructed(0), end);
    to.put_generalized_time(response.this_update);
    put_status(to, response);
    to.put(response.certificate_id);
    to.enclose(der::sequence, end);
}

void put_extensions(Builder& to, const OcspResponseContent& content) {
    static const Bytes nonce_type = der::oid_element(oid::ocsp_nonce);
    static const Bytes extended_revoke =
        encode_extension(oid::ocsp_extended_revoke, false, der::element(der::null, ByteView{}));
    const std::size_t end = to.size();
    if (content.extended_revoke)
        to.put(extended_revoke);
    if (content.nonce) {
        const std::size_t nonce_end = to.size();
        to.put(*content.nonce);
        to.enclose(der::octet_string, nonce_end);
        to.enclose(der::octet_string, nonce_end); // of an extension's value
        to.put(nonce_type);
        to.enclose(der::sequence, nonce_end);
    }
    if (to.size() == end)
        return;
    to.enclose(der::sequence, end);
    to.enclose(der::context_constructed(1), end);
}

// ResponseData; version 1 is the DEFAULT, which DER leaves out.
void put_data(Builder& to, const OcspResponseContent& content, ByteView responder_id) {
    const std::size_t end = to.size();
    put_extensions(to, content);
    const std::size_t responses_end = to.size();
    for (std::size_t i = content.responses.size(); i > 0; --i)
        put_single(to, content.responses[i - 1]);
    to.enclose(der::sequence, responses_end);
    to.put_generalized_time(content.produced_at);
    to.put(responder_id);
    to.enclose(der::sequence, end);
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

const char* to_string(OcspSingleResponse::Status status) {
    switch (status) {
    case OcspSingleResponse::Status::good:
        return "good";
    case OcspSingleResponse::Status::revoked:
        return "revoked";
    case OcspSingleResponse::Status::unknown:
        break;
    }
    return "unknown";
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
    static const Bytes successful = encode_status_number(OcspStatus::successful);
    static constexpr std::uint8_t unused_bits = 0;
    data_.clear();
    put_data(data_, content, responder_id_);
    whole_.clear();
    whole_.put(certificates_);
    const std::size_t signature_end = whole_.size();
    whole_.put(signer_.sign(data_.bytes()));
    whole_.put({&unused_bits, 1});
    whole_.enclose(der::bit_string, signature_end);
    whole_.put(algorithm_);
    whole_.put(data_.bytes());
    whole_.enclose(der::sequence, 0);
    whole_.enclose(der::octet_string, 0);
    whole_.put(basic_type);
    whole_.enclose(der::sequence, 0);
    whole_.enclose(der::context_constructed(0), 0);
    whole_.put(successful);
    whole_.enclose(der::sequence, 0);
    return {whole_.bytes().begin(), whole_.bytes().end()};
}

} // namespace mtlsca::x509
