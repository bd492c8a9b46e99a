#include "leaf_template.h"

#include "encoding/der.h"
#include "io/file.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <openssl/rand.h>
#include <stdexcept>

namespace mtlsca::bench {
namespace {

namespace der = encoding::der;

// The algorithm that mtlsca itself writes for this issuer's key.
Bytes algorithm_of(const Issuer& issuer) {
    return x509::signature_algorithm(issuer.key.public_key());
}

std::size_t position_of(const Bytes& in, ByteView mark) {
    const auto found = std::search(in.begin(), in.end(), mark.begin(), mark.end());
    require(found != in.end(), "a mark is missing in the template");
    require(std::search(found + 1, in.end(), mark.begin(), mark.end()) == in.end(),
            "a mark is in the template twice");
    return static_cast<std::size_t>(found - in.begin());
}

void put(Bytes& to, std::size_t at, ByteView octets) {
    std::copy(octets.begin(), octets.end(), to.begin() + static_cast<std::ptrdiff_t>(at));
}

void append_head(Bytes& to, std::uint8_t tag, std::size_t size) {
    append(to, der::head(tag, size));
}

x509::Certificate read_certificate(const std::string& path) {
    return x509::Certificate::parse(io::read_file(path, 1 << 20), path);
}

} // namespace

void require(bool done, const char* what) {
    if (!done)
        throw std::runtime_error(what);
}

Issuer::Issuer(const std::string& home)
    : certificate(read_certificate(home + "/issuing.crt")),
      key(x509::PrivateKey::open(home + "/private/issuing.key", {})) {}

int run_program(const char* name, const std::function<void()>& work) {
    try {
        work();
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", name, error.what());
        return 1;
    }
}

Digest::Digest(const char* algorithm)
    : algorithm_(EVP_MD_fetch(nullptr, algorithm, nullptr)), context_(EVP_MD_CTX_new()) {
    require(algorithm_ != nullptr && context_ != nullptr, algorithm);
}

Digest::~Digest() {
    EVP_MD_free(algorithm_);
    EVP_MD_CTX_free(context_);
}

void Digest::write(ByteView bytes, std::uint8_t* to) {
    require(EVP_DigestInit_ex(context_, algorithm_, nullptr) == 1 &&
                EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1 &&
                EVP_DigestFinal_ex(context_, to, nullptr) == 1,
            "digest");
}

Serial random_serial() {
    Serial serial;
    require(RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1, "RAND_bytes");
    serial[0] = static_cast<std::uint8_t>(0x10 | (serial[0] & 0x6f));
    return serial;
}

LeafTemplate::LeafTemplate(const Issuer& issuer, std::size_t name_size, Time not_before, Time not_after) {
    const x509::PrivateKey model = x509::PrivateKey::generate(x509::KeyType::ec_p256);
    const x509::Sha1 identifier = model.public_key().key_identifier();
    const std::string name(name_size, 'N');
    x509::CertificateContent content;
    const Serial serial = random_serial();
    content.serial.assign(serial.begin(), serial.end());
    content.issuer = issuer.certificate.subject().der();
    content.not_before = not_before;
    content.not_after = not_after;
    content.subject = x509::Name::parse("CN=" + name);
    content.spki = model.public_key().spki();
    content.key_usages = {x509::KeyUsage::digital_signature};
    content.extended_key_usages = {x509::parse_extended_key_usage("clientAuth").value()};
    content.subject_key_identifier.assign(identifier.begin(), identifier.end());
    content.authority_key_identifier = issuer.certificate.subject_key_identifier();
    tbs = x509::encode_tbs(content, algorithm_of(issuer));
    spki = content.spki;
    const ByteView point = ByteView(spki).last(point_size);
    serial_at = position_of(tbs, serial);
    name_at = position_of(tbs, as_bytes(name));
    point_at = position_of(tbs, point);
    key_identifier_at = position_of(tbs, identifier);
    spki_point_at = spki.size() - point_size;
}

LeafSigner::LeafSigner(const LeafTemplate& layout, const Issuer& issuer)
    : tbs_(layout.tbs), spki_(layout.spki), signature_(128), layout_(layout),
      signer_(EVP_PKEY_CTX_new(issuer.key.handle(), nullptr)), sha256_("SHA256"), sha1_("SHA1") {
    require(signer_ != nullptr && EVP_PKEY_sign_init(signer_) == 1, "no signer");
}

LeafSigner::~LeafSigner() {
    EVP_PKEY_CTX_free(signer_);
}

x509::Sha256 LeafSigner::spki_sha256(const Point& point) {
    put(spki_, layout_.spki_point_at, point);
    return sha256(spki_);
}

ByteView LeafSigner::sign(const Serial& serial, std::string_view name, const Point& point) {
    const auto identifier = sha1_.of<x509::Sha1>(point); // RFC 5280 4.2.1.2, method 1
    put(tbs_, layout_.serial_at, serial);
    put(tbs_, layout_.name_at, as_bytes(name));
    put(tbs_, layout_.point_at, point);
    put(tbs_, layout_.key_identifier_at, identifier);
    const x509::Sha256 digest = sha256(tbs_);
    std::size_t size = signature_.size();
    require(EVP_PKEY_sign(signer_, signature_.data(), &size, digest.data(), digest.size()) == 1, "signature");

    // SEQUENCE { body, ecdsa-with-SHA256 (RFC 5758 3.2), BIT STRING }
    constexpr std::array<std::uint8_t, 12> algorithm{0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
                                                     0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
    certificate_.clear();
    append_head(certificate_, der::sequence, tbs_.size() + algorithm.size() + 3 + size);
    append(certificate_, tbs_);
    append(certificate_, algorithm);
    append_head(certificate_, der::bit_string, size + 1);
    certificate_.push_back(0); // no unused bits
    append(certificate_, ByteView(signature_).first(size));
    return certificate_;
}

} // namespace mtlsca::bench
