// Certificates, read. Everything is taken from the DER by our own strict reader; OpenSSL only sees the key.
#include "x509/certificate/certificate.h"

#include "encoding/der.h"
#include "encoding/pem.h"
#include "x509/certificate/extension.h"
#include "x509/oid.h"
#include "x509/signature/signed.h"

#include <algorithm>

namespace mtlsca::x509 {
namespace {

namespace der = encoding::der;

constexpr std::uint8_t uri_name = der::context(6); // GeneralName uniformResourceIdentifier

// What the extensions say, before it becomes members of a Certificate.
struct Extensions {
    std::vector<San> sans;
    bool is_ca = false;
    std::optional<unsigned> path_length;
    std::vector<KeyUsage> key_usages;
    std::vector<std::string> extended_key_usages;
    Bytes subject_key_identifier, authority_key_identifier;
    NameConstraints name_constraints;
    std::vector<std::string> crl_urls, issuer_urls, ocsp_urls;
};

void read_basic_constraints(ByteView value, const std::string& object, Extensions& found) {
    constexpr std::uint64_t longest = 1000; // no chain is: more is no limit
    der::Reader outer(value, object);
    der::Reader reader = outer.enter(der::sequence);
    outer.expect_end();
    found.is_ca = reader.next_is(der::boolean) && reader.boolean_value();
    if (reader.next_is(der::integer))
        found.path_length = static_cast<unsigned>(std::min(reader.small_integer(), longest));
    reader.expect_end();
}

std::vector<KeyUsage> read_key_usage(ByteView value, const std::string& object) {
    der::Reader reader(value, object);
    const ByteView content = reader.expect(der::bit_string).content;
    reader.expect_end();
    if (content.size() < 2) // the first octet counts the unused bits
        return {};
    std::vector<KeyUsage> usages;
    for (unsigned bit = 0; bit <= static_cast<unsigned>(KeyUsage::crl_sign); ++bit)
        if ((content[1] & (0x80U >> bit)) != 0)
            usages.push_back(static_cast<KeyUsage>(bit));
    return usages;
}

std::vector<std::string> read_extended_key_usage(ByteView value, const std::string& object) {
    der::Reader outer(value, object);
    der::Reader reader = outer.enter(der::sequence);
    outer.expect_end();
    std::vector<std::string> purposes;
    while (!reader.at_end())
        purposes.push_back(reader.oid());
    return purposes;
}

// The URIs among the full names of all distribution points. Names relative to the issuer, reasons and other
// issuers are left out: nobody fetches from them.
std::vector<std::string> read_distribution_points(ByteView value, const std::string& object) {
    der::Reader outer(value, object);
    der::Reader points = outer.enter(der::sequence);
    outer.expect_end();
    std::vector<std::string> urls;
    while (!points.at_end()) {
        der::Reader point = points.enter(der::sequence);
        if (!point.next_is(der::context_constructed(0)))
            continue;
        der::Reader name = point.enter(der::context_constructed(0));
        if (!name.next_is(der::context_constructed(0)))
            continue;
        der::Reader full_names = name.enter(der::context_constructed(0));
        while (!full_names.at_end()) {
            const der::Element general_name = full_names.next();
            if (general_name.tag == uri_name)
                urls.emplace_back(as_text(general_name.content));
        }
    }
    return urls;
}

void read_accesses(ByteView value, const std::string& object, Extensions& found) {
    der::Reader outer(value, object);
    der::Reader accesses = outer.enter(der::sequence);
    outer.expect_end();
    while (!accesses.at_end()) {
        der::Reader access = accesses.enter(der::sequence);
        const std::string method = access.oid();
        const der::Element location = access.next();
        access.expect_end();
        if (location.tag != uri_name)
            continue;
        if (method == oid::access_ocsp)
            found.ocsp_urls.emplace_back(as_text(location.content));
        if (method == oid::access_ca_issuers)
            found.issuer_urls.emplace_back(as_text(location.content));
    }
}

Bytes read_subject_key_identifier(ByteView value, const std::string& object) {
    der::Reader reader(value, object);
    const ByteView identifier = reader.expect(der::octet_string).content;
    reader.expect_end();
    return {identifier.begin(), identifier.end()};
}

void interpret(const Extension& extension, const std::string& object, Extensions& found) {
    const ByteView value = extension.value;
    if (extension.oid == oid::basic_constraints)
        read_basic_constraints(value, object, found);
    else if (extension.oid == oid::key_usage)
        found.key_usages = read_key_usage(value, object);
    else if (extension.oid == oid::extended_key_usage)
        found.extended_key_usages = read_extended_key_usage(value, object);
    else if (extension.oid == oid::subject_alternative_name)
        found.sans = read_sans(value).sans; // what we don't speak is left out: it names nobody to us
    else if (extension.oid == oid::name_constraints)
        found.name_constraints = read_name_constraints(value);
    else if (extension.oid == oid::subject_key_identifier)
        found.subject_key_identifier = read_subject_key_identifier(value, object);
    else if (extension.oid == oid::authority_key_identifier)
        found.authority_key_identifier = read_key_identifier(value, object);
    else if (extension.oid == oid::crl_distribution_points)
        found.crl_urls = read_distribution_points(value, object);
    else if (extension.oid == oid::authority_information_access)
        read_accesses(value, object, found);
}

Extensions read_extensions(der::Reader list, const std::string& object) {
    Extensions found;
    for_each_extension(list, object,
                       [&](const Extension& extension) { interpret(extension, object, found); });
    return found;
}

// [0] version, DEFAULT v1 (0), which DER never writes.
std::uint64_t read_version(der::Reader& tbs, const std::string& object) {
    if (!tbs.next_is(der::context_constructed(0)))
        return 0;
    der::Reader reader = tbs.enter(der::context_constructed(0));
    const std::uint64_t version = reader.small_integer();
    reader.expect_end();
    if (version != 1 && version != 2)
        throw Error(Code::refused, object, "is no certificate of version 1, 2 or 3");
    return version;
}

std::vector<Certificate> read_all(ByteView bytes, const std::string& object, std::size_t most) {
    std::vector<Certificate> certificates;
    if (!encoding::looks_like_pem(bytes)) {
        certificates.push_back(Certificate::from_der(bytes, object));
        return certificates;
    }
    for (const encoding::PemBlock& block : encoding::read_pem(as_text(bytes), object))
        // "X509 CERTIFICATE" is what OpenSSL reads as the same thing (RFC 7468 5.1).
        if ((block.label == "CERTIFICATE" || block.label == "X509 CERTIFICATE") && certificates.size() < most)
            certificates.push_back(Certificate::from_der(block.der, object));
    if (certificates.empty())
        throw Error(Code::refused, object, "holds no certificate");
    return certificates;
}

} // namespace

Certificate Certificate::from_der(ByteView bytes, const std::string& object) try {
    const Signed parts = read_signed(bytes, object);
    der::Reader outer(parts.tbs, object);
    der::Reader tbs = outer.enter(der::sequence);

    Certificate certificate;
    certificate.der_.assign(bytes.begin(), bytes.end());
    const std::uint64_t version = read_version(tbs, object);
    certificate.serial_ = tbs.unsigned_integer();
    // RFC 5280 4.1.1.2: outside it is not signed, so it must be what stands inside.
    if (!std::ranges::equal(tbs.expect(der::sequence).whole, parts.algorithm))
        throw Error(Code::refused, object, "names two different signature algorithms");
    expect_algorithm(parts.algorithm, object);
    certificate.issuer_ = Name::from_der(tbs.expect(der::sequence).whole);
    der::Reader validity = tbs.enter(der::sequence);
    certificate.not_before_ = validity.time();
    certificate.not_after_ = validity.time();
    validity.expect_end();
    certificate.subject_ = Name::from_der(tbs.expect(der::sequence).whole);
    certificate.public_key_ = PublicKey::from_spki(tbs.expect(der::sequence).whole);
    for (const unsigned unique_identifier : {1U, 2U}) // RFC 5280 4.1.2.8: may be there, is never used
        if (version > 0 && tbs.next_is(der::context(unique_identifier)))
            tbs.next();
    if (version == 2 && tbs.next_is(der::context_constructed(3))) {
        der::Reader holder = tbs.enter(der::context_constructed(3));
        Extensions found = read_extensions(holder.enter(der::sequence), object);
        holder.expect_end();
        certificate.sans_ = std::move(found.sans);
        certificate.is_ca_ = found.is_ca;
        certificate.path_length_ = found.path_length;
        certificate.key_usages_ = std::move(found.key_usages);
        certificate.extended_key_usages_ = std::move(found.extended_key_usages);
        certificate.subject_key_identifier_ = std::move(found.subject_key_identifier);
        certificate.authority_key_identifier_ = std::move(found.authority_key_identifier);
        certificate.name_constraints_ = std::move(found.name_constraints);
        certificate.crl_urls_ = std::move(found.crl_urls);
        certificate.issuer_urls_ = std::move(found.issuer_urls);
        certificate.ocsp_urls_ = std::move(found.ocsp_urls);
    }
    tbs.expect_end();
    return certificate;
} catch (const Error&) {
    rethrow_about(object);
}

Certificate Certificate::parse(ByteView pem_or_der, const std::string& object) {
    return read_all(pem_or_der, object, 1).front();
}

std::vector<Certificate> Certificate::parse_all(ByteView pem_or_der, const std::string& object) {
    return read_all(pem_or_der, object, static_cast<std::size_t>(-1));
}

std::string Certificate::to_pem() const {
    return encoding::to_pem("CERTIFICATE", der_);
}

std::string Certificate::signature_algorithm() const {
    return algorithm_name(read_signed(der_, "certificate").algorithm);
}

bool Certificate::is_signed_by(const PublicKey& issuer) const {
    const Signed parts = read_signed(der_, "certificate");
    return verify(issuer, parts.algorithm, parts.tbs, parts.signature);
}

} // namespace mtlsca::x509
