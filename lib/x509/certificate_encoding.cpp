// Certificates as bytes. The order of the extensions and every length are ours, so that the same content is
// always the same certificate, and none of OpenSSL's X509_set_pubkey (270 us in 3.0) is paid for.
#include "encoding/der.h"
#include "x509/certificate_signer.h"
#include "x509/extension.h"
#include "x509/oid.h"
#include "x509/p256_verifier.h"

namespace mtlsca::x509 {
namespace {

namespace der = encoding::der;

constexpr std::uint8_t uri_name = der::context(6); // GeneralName uniformResourceIdentifier

Bytes encode_serial(ByteView serial) {
    Bytes element = der::unsigned_element(serial);
    // RFC 5280 4.1.2.2: positive, at most 20 octets of content.
    const bool zero = element == Bytes{der::integer, 1, 0};
    if (zero || element.size() > 2 + 20)
        throw Error(Code::refused, "certificate", "a serial number is positive and has at most 20 octets");
    return element;
}

Bytes encode_basic_constraints(const CertificateContent& content) {
    if (!content.ca)
        return der::element(der::sequence, {}); // cA is DEFAULT FALSE
    const Bytes length = content.path_length ? der::integer_element(*content.path_length) : Bytes{};
    return der::element(der::sequence, {der::boolean_element(true), length});
}

Bytes encode_key_usage(const std::vector<KeyUsage>& usages) {
    // A named bit list: bit 0 is the highest one, trailing zero bits are cut off (X.690 11.2.2).
    unsigned bits = 0;
    unsigned last = 0;
    for (const KeyUsage usage : usages) {
        const auto number = static_cast<unsigned>(usage);
        bits |= 0x80U >> number;
        last = std::max(last, number);
    }
    return der::bit_string_element(Bytes{static_cast<std::uint8_t>(bits)}, 7 - last);
}

Bytes encode_extended_key_usage(const std::vector<std::string>& oids) {
    Bytes purposes;
    for (const std::string& oid : oids)
        append(purposes, der::oid_element(oid));
    return der::element(der::sequence, purposes);
}

Bytes encode_distribution_point(const std::string& url) {
    const Bytes full_name = der::element(der::context_constructed(0), {der::text_element(uri_name, url)});
    const Bytes name = der::element(der::context_constructed(0), full_name);
    return der::element(der::sequence, {der::element(der::sequence, name)});
}

Bytes encode_access(const char* method, const std::string& url) {
    return der::element(der::sequence, {der::oid_element(method), der::text_element(uri_name, url)});
}

Bytes encode_authority_information_access(const CertificateContent& content) {
    Bytes accesses;
    if (!content.ocsp_url.empty())
        append(accesses, encode_access(oid::access_ocsp, content.ocsp_url));
    if (!content.issuer_url.empty())
        append(accesses, encode_access(oid::access_ca_issuers, content.issuer_url));
    return der::element(der::sequence, accesses);
}

// What the key may do: always critical where RFC 5280 says "MUST" or "SHOULD" for a CA's.
void append_usage_extensions(Bytes& to, const CertificateContent& content) {
    append(to, encode_extension(oid::basic_constraints, true, encode_basic_constraints(content)));
    if (!content.key_usages.empty())
        append(to, encode_extension(oid::key_usage, true, encode_key_usage(content.key_usages)));
    if (!content.extended_key_usages.empty())
        append(to, encode_extension(oid::extended_key_usage, false,
                                    encode_extended_key_usage(content.extended_key_usages)));
}

void append_name_extensions(Bytes& to, const CertificateContent& content) {
    if (!content.sans.empty())
        append(to, encode_extension(oid::subject_alternative_name, content.subject.empty(),
                                    sans_der(content.sans)));
    if (!content.name_constraints.empty())
        append(to,
               encode_extension(oid::name_constraints, true, name_constraints_der(content.name_constraints)));
    if (!content.subject_key_identifier.empty())
        append(to, encode_extension(oid::subject_key_identifier, false,
                                    der::octet_string_element(content.subject_key_identifier)));
    if (!content.authority_key_identifier.empty())
        append(to, encode_extension(oid::authority_key_identifier, false,
                                    encode_authority_key_identifier(content.authority_key_identifier)));
}

void append_service_extensions(Bytes& to, const CertificateContent& content) {
    if (!content.crl_url.empty())
        append(to, encode_extension(oid::crl_distribution_points, false,
                                    encode_distribution_point(content.crl_url)));
    if (!content.ocsp_url.empty() || !content.issuer_url.empty())
        append(to, encode_extension(oid::authority_information_access, false,
                                    encode_authority_information_access(content)));
    if (content.ocsp_no_check)
        append(to, encode_extension(oid::ocsp_no_check, false, der::element(der::null, ByteView{})));
}

} // namespace

Bytes encode_tbs(const CertificateContent& content, ByteView signature_algorithm) {
    Bytes extensions;
    append_usage_extensions(extensions, content);
    append_name_extensions(extensions, content);
    append_service_extensions(extensions, content);

    constexpr std::uint64_t version_3 = 2;
    return der::element(
        der::sequence,
        {der::element(der::context_constructed(0), {der::integer_element(version_3)}),
         encode_serial(content.serial), signature_algorithm, content.issuer,
         der::element(der::sequence,
                      {der::time_element(content.not_before), der::time_element(content.not_after)}),
         content.subject.der(), content.spki,
         der::element(der::context_constructed(3), {der::element(der::sequence, extensions)})});
}

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
    : key_(key), algorithm_(signature_algorithm(key.public_key())) {
    if (key.public_key().type() == KeyType::ec_p256)
        p256_ = std::make_unique<P256Verifier>(key.public_key());
}

CertificateSigner::~CertificateSigner() = default;

std::vector<Bytes> CertificateSigner::sign(std::span<const CertificateContent* const> contents) const {
    if (p256_)
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
    if (!p256_->verify(digests, signatures))
        throw bad_signature();
    std::vector<Bytes> certificates;
    for (std::size_t i = 0; i < bodies.size(); ++i)
        certificates.push_back(assemble(bodies[i], algorithm_, signatures[i]));
    return certificates;
}

} // namespace mtlsca::x509
