#include "x509/ocsp/request.h"

#include "x509/certificate/extension.h"
#include "x509/oid.h"
#include "x509/openssl.h"

#include <algorithm>
#include <array>

namespace mtlsca::x509 {
namespace {

namespace der = encoding::der;

constexpr std::string_view object = "OCSP request";

[[noreturn]] void refuse(const std::string& reason) {
    throw Error(Code::refused, std::string(object), reason);
}

struct HashRow {
    OcspHash hash;
    const char* name; // as OpenSSL's providers call it
    std::size_t octets;
    std::array<std::uint8_t, 9> identifier; // content of the OBJECT IDENTIFIER
    std::size_t identifier_size;
};
// RFC 3279 2.1, RFC 5754 2
constexpr std::array hash_rows{
    HashRow{OcspHash::sha1, "SHA1", 20, {0x2b, 0x0e, 0x03, 0x02, 0x1a}, 5},
    HashRow{OcspHash::sha256, "SHA256", 32, {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01}, 9},
    HashRow{OcspHash::sha384, "SHA384", 48, {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02}, 9},
    HashRow{OcspHash::sha512, "SHA512", 64, {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03}, 9},
};
static_assert(hash_rows.size() == ocsp_hashes);

const HashRow* find_hash(ByteView identifier) {
    for (const HashRow& row : hash_rows)
        if (std::equal(identifier.begin(), identifier.end(), row.identifier.begin(),
                       row.identifier.begin() + row.identifier_size))
            return &row;
    return nullptr;
}

OcspCertificateId read_certificate_id(der::Reader& request) {
    const der::Element element = request.expect(der::sequence);
    OcspCertificateId id;
    id.whole = element.whole;
    der::Reader fields(element.content, object);
    der::Reader algorithm = fields.enter(der::sequence);
    const HashRow* row = find_hash(algorithm.expect(der::object_identifier).content);
    // Parameters of those that are known are absent or NULL; of others anything goes.
    if (row != nullptr && !algorithm.at_end()) {
        if (!algorithm.expect(der::null).content.empty())
            refuse("a hash algorithm with parameters");
        algorithm.expect_end();
    }
    id.issuer_name_hash = fields.expect(der::octet_string).content;
    id.issuer_key_hash = fields.expect(der::octet_string).content;
    id.serial = fields.unsigned_integer();
    fields.expect_end();
    if (row == nullptr)
        return id;
    if (id.issuer_name_hash.size() != row->octets || id.issuer_key_hash.size() != row->octets)
        refuse("a hash that is not as long as its algorithm makes it");
    id.hash = row->hash;
    return id;
}

void refuse_critical(const Extension& extension) {
    if (extension.critical)
        refuse("the critical extension " + extension.oid + " is unknown");
}

OcspCertificateId read_single(der::Reader& requests) {
    der::Reader single = requests.enter(der::sequence);
    OcspCertificateId id = read_certificate_id(single);
    if (single.next_is(der::context_constructed(0))) {
        der::Reader tagged = single.enter(der::context_constructed(0));
        for_each_extension(tagged.enter(der::sequence), std::string(object), refuse_critical);
        tagged.expect_end();
    }
    single.expect_end();
    return id;
}

ByteView read_nonce(ByteView value) {
    constexpr std::size_t longest = 128; // RFC 9654 2.1
    der::Reader reader(value, object);
    const ByteView nonce = reader.expect(der::octet_string).content;
    reader.expect_end();
    if (nonce.empty() || nonce.size() > longest)
        refuse("a nonce has 1 to 128 octets");
    return nonce;
}

void read_extensions(der::Reader& tbs, OcspRequest& request) {
    if (!tbs.next_is(der::context_constructed(2)))
        return;
    der::Reader tagged = tbs.enter(der::context_constructed(2));
    for_each_extension(tagged.enter(der::sequence), std::string(object), [&](const Extension& extension) {
        if (extension.oid == oid::ocsp_nonce)
            request.nonce = read_nonce(extension.value);
        else
            refuse_critical(extension);
    });
    tagged.expect_end();
}

void read_tbs(der::Reader tbs, OcspRequest& request) {
    // Version 1 is the DEFAULT, which DER leaves out; clients that write it mean no harm.
    if (tbs.next_is(der::context_constructed(0))) {
        der::Reader version = tbs.enter(der::context_constructed(0));
        if (version.small_integer() != 0)
            refuse("is not version 1");
        version.expect_end();
    }
    if (tbs.next_is(der::context_constructed(1))) // requestorName
        tbs.next();
    der::Reader requests = tbs.enter(der::sequence);
    while (!requests.at_end()) {
        if (request.certificates.size() == OcspRequest::certificates_max)
            refuse("asks for too many certificates");
        request.certificates.push_back(read_single(requests));
    }
    if (request.certificates.empty())
        refuse("asks for no certificate");
    read_extensions(tbs, request);
    tbs.expect_end();
}

} // namespace

Bytes ocsp_digest(OcspHash hash, ByteView bytes) {
    const HashRow& row = hash_rows[static_cast<std::size_t>(hash)];
    const openssl::DigestPtr algorithm(EVP_MD_fetch(nullptr, row.name, nullptr));
    Bytes digest(row.octets);
    openssl::must(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, algorithm.get(), nullptr),
                  row.name, "cannot be computed");
    return digest;
}

Bytes encode_ocsp_certificate_id(const OcspCertificateId& id) {
    const HashRow& row = hash_rows[static_cast<std::size_t>(id.hash.value())];
    const ByteView identifier = ByteView(row.identifier).first(row.identifier_size);
    return der::element(der::sequence,
                        {der::element(der::sequence, {der::element(der::object_identifier, identifier),
                                                      der::element(der::null, ByteView{})}),
                         der::octet_string_element(id.issuer_name_hash),
                         der::octet_string_element(id.issuer_key_hash), der::unsigned_element(id.serial)});
}

Bytes encode_ocsp_certificate_id(const Certificate& issuer, OcspHash hash, ByteView serial) {
    const Bytes name = ocsp_digest(hash, issuer.subject().der());
    const Bytes key = ocsp_digest(hash, issuer.public_key().key_octets());
    return encode_ocsp_certificate_id({{}, hash, name, key, Bytes(serial.begin(), serial.end())});
}

Bytes encode_ocsp_request(ByteView certificate_id) {
    const Bytes request = der::element(der::sequence, certificate_id);
    const Bytes list = der::element(der::sequence, request);
    return der::element(der::sequence, der::element(der::sequence, list));
}

OcspRequest OcspRequest::read(ByteView der) {
    if (der.size() > octets_max)
        refuse("is too large");
    der::Reader outer(der, object);
    der::Reader whole = outer.enter(der::sequence);
    outer.expect_end();
    OcspRequest request;
    read_tbs(whole.enter(der::sequence), request);
    if (whole.next_is(der::context_constructed(0))) // optionalSignature
        whole.enter(der::context_constructed(0)).expect(der::sequence);
    whole.expect_end();
    return request;
}

} // namespace mtlsca::x509
