// Private keys as PKCS#8. Key material is in a Secret or in memory that OpenSSL wipes, nowhere else.
#include "encoding/der.h"
#include "x509/key/material.h"
#include "x509/key/pkcs8.h"
#include "x509/openssl.h"
#include "x509/wiped_memory.h"

#include <algorithm>
#include <cstring>
#include <openssl/core_names.h>

namespace mtlsca::x509 {

namespace der = encoding::der;

namespace {

constexpr const char* object = "private key";

Bytes private_key_info(ByteView algorithm, ByteView key) { // RFC 5958 2, version 1
    return der::element(der::sequence, {der::integer_element(0), algorithm, der::octet_string_element(key)});
}

// RFC 8410 7: an OCTET STRING inside of the OCTET STRING.
Pkcs8Layout ed25519_layout(ByteView algorithm, std::size_t size) {
    const Bytes zeros(size);
    Bytes der = private_key_info(algorithm, der::octet_string_element(zeros));
    const std::size_t position = der.size() - size;
    return {std::move(der), position};
}

void fill_in_scalar(EVP_PKEY* key, std::uint8_t* to, std::size_t size) {
    BIGNUM* number = nullptr;
    openssl::must(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number), object, "cannot be written");
    const openssl::BignumPtr owned(number);
    if (BN_bn2binpad(number, to, static_cast<int>(size)) < 0)
        openssl::fail(object, "cannot be written");
}

// EVP_PKEY2PKCS8 would do as well, at several times the cost of making the key.
Secret ec_or_ed25519_der(const PrivateKey& key) {
    const bool is_ec = key.public_key().type() != KeyType::ed25519;
    der::Reader spki = der::Reader(key.public_key().spki(), object).enter(der::sequence);
    const ByteView algorithm = spki.next().whole;
    const Bytes point = spki.enclosed_in_bit_string();
    std::size_t size = is_ec ? (static_cast<std::size_t>(EVP_PKEY_get_bits(key.handle())) + 7) / 8 : 32;
    const Pkcs8Layout layout =
        is_ec ? ec_pkcs8_layout(algorithm, size, point) : ed25519_layout(algorithm, size);
    Secret der(as_text(layout.der));
    auto* to = reinterpret_cast<std::uint8_t*>(der.data()) + layout.scalar_at;
    if (is_ec)
        fill_in_scalar(key.handle(), to, size);
    else
        openssl::must(EVP_PKEY_get_raw_private_key(key.handle(), to, &size), object, "cannot be written");
    return der;
}

template <auto encode, class Handle>
Secret secret_der(const Handle* handle) {
    const int size = encode(handle, nullptr);
    openssl::must(size, object, "cannot be written");
    Secret der(static_cast<std::size_t>(size));
    auto* to = reinterpret_cast<unsigned char*>(der.data());
    openssl::must(encode(handle, &to), object, "cannot be written");
    return der;
}

Secret to_secret_pem(const std::string& label, std::string_view der) {
    constexpr std::size_t line_bytes = 48; // RFC 7468 2: 64 characters
    const std::string begin = "-----BEGIN " + label + "-----\n", end = "-----END " + label + "-----\n";
    const std::size_t lines = (der.size() + line_bytes - 1) / line_bytes;
    Secret pem(begin.size() + (der.size() + 2) / 3 * 4 + lines + end.size());
    char* to = std::copy(begin.begin(), begin.end(), pem.data());
    for (; !der.empty(); der.remove_prefix(std::min(line_bytes, der.size()))) {
        const std::size_t size = std::min(line_bytes, der.size());
        to += EVP_EncodeBlock(reinterpret_cast<unsigned char*>(to),
                              reinterpret_cast<const unsigned char*>(der.data()), static_cast<int>(size));
        *to++ = '\n'; // where EVP_EncodeBlock has put its NUL
    }
    std::copy(end.begin(), end.end(), to);
    return pem;
}

openssl::AlgorithmPtr encryption_algorithm() {
    constexpr int rounds = 600'000; // OWASP Password Storage Cheat Sheet, 2023
    constexpr int salt_size = 16;   // NIST SP 800-132 5.1: 128 bits; OpenSSL's own default is 64
    openssl::AlgorithmPtr algorithm(
        PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), rounds, nullptr, salt_size, nullptr, NID_hmacWithSHA256));
    openssl::must(algorithm.get(), object, "cannot be encrypted");
    return algorithm;
}

} // namespace

Pkcs8Layout ec_pkcs8_layout(ByteView algorithm, std::size_t scalar_octets, ByteView point) {
    const Bytes zeros(scalar_octets);
    const Bytes public_key = der::element(der::context_constructed(1), der::bit_string_element(point));
    const Bytes key =
        der::element(der::sequence, {der::integer_element(1), der::octet_string_element(zeros), public_key});
    Bytes der = private_key_info(algorithm, key);
    const std::size_t position = der.size() - public_key.size() - scalar_octets;
    return {std::move(der), position};
}

Secret PrivateKey::pkcs8() const {
    if (!material_->pkcs8.empty())
        return Secret(material_->pkcs8.view());
    if (public_key_.type() && !public_key_.algorithm().starts_with("rsa-"))
        return ec_or_ed25519_der(*this);
    const openssl::PrivateKeyInfoPtr info(EVP_PKEY2PKCS8(handle()));
    return secret_der<i2d_PKCS8_PRIV_KEY_INFO>(openssl::must(info.get(), object, "cannot be written"));
}

Secret PrivateKey::to_pem() const {
    return to_secret_pem("PRIVATE KEY", pkcs8().view());
}

Secret PrivateKey::to_pem(const Secret& passphrase) const {
    if (passphrase.empty())
        throw Error(Code::secret, object, "an empty passphrase protects nothing");
    const StackWipe wipe;
    const Secret plain = pkcs8();
    const auto* position = reinterpret_cast<const unsigned char*>(plain.view().data());
    const openssl::PrivateKeyInfoPtr info(
        d2i_PKCS8_PRIV_KEY_INFO(nullptr, &position, static_cast<long>(plain.size())));
    openssl::must(info.get(), object, "cannot be encrypted");
    openssl::AlgorithmPtr algorithm = encryption_algorithm();
    const openssl::EncryptedKeyPtr encrypted(PKCS8_set0_pbe(
        passphrase.view().data(), static_cast<int>(passphrase.size()), info.get(), algorithm.get()));
    openssl::must(encrypted.get(), object, "cannot be encrypted");
    static_cast<void>(algorithm.release()); // is the encrypted key's now
    return to_secret_pem("ENCRYPTED PRIVATE KEY", secret_der<i2d_X509_SIG>(encrypted.get()).view());
}

} // namespace mtlsca::x509
