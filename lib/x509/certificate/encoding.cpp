// Certificates as bytes. The order of the extensions and every length are ours, so that the same content is
// always the same certificate, and none of OpenSSL's X509_set_pubkey (270 us in 3.0) is paid for. Laid out
// from the end to the beginning, as der::Builder wants it: the last element comes first.
#include "encoding/der.h"
#include "encoding/der_builder.h"
#include "x509/certificate/certificate.h"
#include "x509/oid.h"

#include <algorithm>
#include <array>

namespace mtlsca::x509 {
namespace {

namespace der = encoding::der;
using der::Builder;

constexpr std::uint8_t uri_name = der::context(6); // GeneralName uniformResourceIdentifier

void put_serial(Builder& to, ByteView serial) {
    const Bytes element = der::unsigned_element(serial);
    // RFC 5280 4.1.2.2: positive, at most 20 octets of content.
    const bool zero = element == Bytes{der::integer, 1, 0};
    if (zero || element.size() > 2 + 20)
        throw Error(Code::refused, "certificate", "a serial number is positive and has at most 20 octets");
    to.put(element);
}

// Around what was put since `value_end`.
void put_extension(Builder& to, const Bytes& oid, bool critical, std::size_t value_end) {
    static const Bytes flag = der::boolean_element(true); // DEFAULT FALSE, which DER leaves out
    to.enclose(der::octet_string, value_end);
    if (critical)
        to.put(flag);
    to.put(oid);
    to.enclose(der::sequence, value_end);
}

void put_basic_constraints(Builder& to, const CertificateContent& content) {
    static const Bytes oid = der::oid_element(oid::basic_constraints);
    const std::size_t end = to.size();
    if (content.ca) { // cA is DEFAULT FALSE
        if (content.path_length)
            to.put(der::integer_element(*content.path_length));
        to.put(der::boolean_element(true));
    }
    to.enclose(der::sequence, end);
    put_extension(to, oid, true, end);
}

void put_key_usage(Builder& to, const std::vector<KeyUsage>& usages) {
    static const Bytes oid = der::oid_element(oid::key_usage);
    if (usages.empty())
        return;
    // A named bit list: bit 0 is the highest one, trailing zero bits are cut off (X.690 11.2.2).
    unsigned bits = 0;
    unsigned last = 0;
    for (const KeyUsage usage : usages) {
        const auto number = static_cast<unsigned>(usage);
        bits |= 0x80U >> number;
        last = std::max(last, number);
    }
    const std::size_t end = to.size();
    to.put(std::array{static_cast<std::uint8_t>(7 - last), static_cast<std::uint8_t>(bits)});
    to.enclose(der::bit_string, end);
    put_extension(to, oid, true, end);
}

void put_extended_key_usage(Builder& to, const std::vector<std::string>& purposes) {
    static const Bytes oid = der::oid_element(oid::extended_key_usage);
    if (purposes.empty())
        return;
    const std::size_t end = to.size();
    for (auto purpose = purposes.rbegin(); purpose != purposes.rend(); ++purpose)
        to.put(der::oid_element(*purpose));
    to.enclose(der::sequence, end);
    put_extension(to, oid, false, end);
}

void put_names(Builder& to, const CertificateContent& content) {
    static const Bytes constraints = der::oid_element(oid::name_constraints),
                       sans = der::oid_element(oid::subject_alternative_name);
    if (const std::size_t end = to.size(); !content.name_constraints.empty()) {
        to.put(name_constraints_der(content.name_constraints));
        put_extension(to, constraints, true, end);
    }
    if (const std::size_t end = to.size(); !content.sans.empty()) {
        to.put(sans_der(content.sans));
        put_extension(to, sans, content.subject.empty(), end);
    }
}

void put_key_identifiers(Builder& to, const CertificateContent& content) {
    static const Bytes authority = der::oid_element(oid::authority_key_identifier),
                       subject = der::oid_element(oid::subject_key_identifier);
    if (const std::size_t end = to.size(); !content.authority_key_identifier.empty()) {
        to.put_element(der::context(0), content.authority_key_identifier);
        to.enclose(der::sequence, end);
        put_extension(to, authority, false, end);
    }
    if (const std::size_t end = to.size(); !content.subject_key_identifier.empty()) {
        to.put_element(der::octet_string, content.subject_key_identifier);
        put_extension(to, subject, false, end);
    }
}

void put_access(Builder& to, const Bytes& method, const std::string& url) {
    if (url.empty())
        return;
    const std::size_t end = to.size();
    to.put_element(uri_name, as_bytes(url));
    to.put(method);
    to.enclose(der::sequence, end);
}

void put_authority_information_access(Builder& to, const CertificateContent& content) {
    static const Bytes oid = der::oid_element(oid::authority_information_access),
                       ocsp = der::oid_element(oid::access_ocsp),
                       ca_issuers = der::oid_element(oid::access_ca_issuers);
    if (content.ocsp_url.empty() && content.issuer_url.empty())
        return;
    const std::size_t end = to.size();
    put_access(to, ca_issuers, content.issuer_url);
    put_access(to, ocsp, content.ocsp_url);
    to.enclose(der::sequence, end);
    put_extension(to, oid, false, end);
}

void put_crl_distribution_points(Builder& to, const std::string& url) {
    static const Bytes oid = der::oid_element(oid::crl_distribution_points);
    if (url.empty())
        return;
    const std::size_t end = to.size();
    to.put_element(uri_name, as_bytes(url));
    to.enclose(der::context_constructed(0), end); // fullName
    to.enclose(der::context_constructed(0), end); // distributionPoint
    to.enclose(der::sequence, end);
    to.enclose(der::sequence, end);
    put_extension(to, oid, false, end);
}

void put_ocsp_no_check(Builder& to) {
    static const Bytes oid = der::oid_element(oid::ocsp_no_check);
    const std::size_t end = to.size();
    to.put_element(der::null, {});
    put_extension(to, oid, false, end);
}

// In the order of a certificate: what the key may do, names, where to ask.
void put_extensions(Builder& to, const CertificateContent& content) {
    const std::size_t end = to.size();
    if (content.ocsp_no_check)
        put_ocsp_no_check(to);
    put_authority_information_access(to, content);
    put_crl_distribution_points(to, content.crl_url);
    put_key_identifiers(to, content);
    put_names(to, content);
    put_extended_key_usage(to, content.extended_key_usages);
    // Critical, where RFC 5280 says "MUST" or "SHOULD" for a CA's.
    put_key_usage(to, content.key_usages);
    put_basic_constraints(to, content);
    to.enclose(der::sequence, end);
    to.enclose(der::context_constructed(3), end);
}

void put_validity(Builder& to, const CertificateContent& content) {
    const std::size_t end = to.size();
    to.put(der::time_element(content.not_after));
    to.put(der::time_element(content.not_before));
    to.enclose(der::sequence, end);
}

} // namespace

Bytes encode_tbs(const CertificateContent& content, ByteView signature_algorithm) {
    static constexpr std::array<std::uint8_t, 5> version_3{0xa0, 3, 2, 1, 2}; // [0] EXPLICIT INTEGER 2
    Builder tbs;
    put_extensions(tbs, content);
    tbs.put(content.spki);
    tbs.put(content.subject.der());
    put_validity(tbs, content);
    tbs.put(content.issuer);
    tbs.put(signature_algorithm);
    put_serial(tbs, content.serial);
    tbs.put(version_3);
    tbs.enclose(der::sequence, 0);
    const ByteView octets = tbs.bytes();
    return {octets.begin(), octets.end()};
}

} // namespace mtlsca::x509
