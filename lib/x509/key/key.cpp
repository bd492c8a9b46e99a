#include "x509/key/key.h"

#include "encoding/der.h"
#include "x509/key/p256_keys.h"
#include "x509/key/spki.h"
#include "x509/oid.h"
#include "x509/openssl.h"
#include "x509/per_thread.h"

#include <openssl/core_names.h>
#include <utility>

namespace mtlsca::x509 {

namespace der = encoding::der;

namespace {

constexpr const char* object = "private key";

struct KeyTypeRow {
    KeyType type;
    const char* name;
    const char* algorithm; // as OpenSSL's providers call it
    const char* group;     // of EC
    const char* curve;     // the same as an OID
    std::size_t bits;      // of RSA
};
constexpr std::array rows{
    KeyTypeRow{KeyType::ec_p256, "ec-p256", "EC", SN_X9_62_prime256v1, oid::ec_p256, 0},
    KeyTypeRow{KeyType::ec_p384, "ec-p384", "EC", SN_secp384r1, oid::ec_p384, 0},
    KeyTypeRow{KeyType::ec_p521, "ec-p521", "EC", SN_secp521r1, oid::ec_p521, 0},
    KeyTypeRow{KeyType::rsa_2048, "rsa-2048", "RSA", nullptr, nullptr, 2048},
    KeyTypeRow{KeyType::rsa_3072, "rsa-3072", "RSA", nullptr, nullptr, 3072},
    KeyTypeRow{KeyType::rsa_4096, "rsa-4096", "RSA", nullptr, nullptr, 4096},
    KeyTypeRow{KeyType::ed25519, "ed25519", "ED25519", nullptr, nullptr, 0},
};

const KeyTypeRow& row_of(KeyType type) {
    return rows[static_cast<std::size_t>(type)];
}

openssl::PkeyContextPtr new_generator(const KeyTypeRow& row) {
    openssl::PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, row.algorithm, nullptr));
    openssl::must(context.get(), object, "cannot be generated");
    openssl::must(EVP_PKEY_keygen_init(context.get()), object, "cannot be generated");
    if (row.group != nullptr)
        openssl::must(EVP_PKEY_CTX_set_group_name(context.get(), row.group), object, "cannot be generated");
    if (row.bits != 0)
        openssl::must(EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), static_cast<int>(row.bits)), object,
                      "cannot be generated");
    return context;
}

// Fetching and setting up costs more than generating an EC key, so that every thread keeps its generators.
EVP_PKEY_CTX* generator(KeyType type) {
    static const PerThread<std::array<openssl::PkeyContextPtr, rows.size()>> generators;
    openssl::PkeyContextPtr& context = generators.get()[static_cast<std::size_t>(type)];
    if (!context)
        context = new_generator(row_of(type));
    return context.get();
}

// The type of a key whose SubjectPublicKeyInfo we lay out ourselves.
const KeyTypeRow* laid_out(const EVP_PKEY* key) {
    std::array<char, 64> group{};
    const bool has_group = EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1;
    for (const KeyTypeRow& row : rows)
        if (row.bits == 0 && EVP_PKEY_is_a(key, row.algorithm) == 1 &&
            (row.group == nullptr || (has_group && std::string_view(group.data()) == row.group)))
            return &row;
    return nullptr;
}

// Everything before the key's octets in the SubjectPublicKeyInfo of a type (RFC 5480 2, RFC 8410 4).
Bytes spki_algorithm(const KeyTypeRow& row) {
    if (row.curve == nullptr)
        return der::element(der::sequence, der::oid_element(oid::ed25519));
    return der::element(der::sequence, {der::oid_element(oid::ec_public_key), der::oid_element(row.curve)});
}

} // namespace

std::optional<KeyType> parse_key_type(std::string_view text) {
    for (const KeyTypeRow& row : rows)
        if (text == row.name)
            return row.type;
    return std::nullopt;
}

const char* to_string(KeyType type) {
    return row_of(type).name;
}

namespace {

// `row` is null where the key is none that we lay out.
Bytes spki_of(const EVP_PKEY* key, const KeyTypeRow* row, const std::string& object_name) {
    std::array<std::uint8_t, 133> octets{}; // an uncompressed point of P-521
    std::size_t size = 0;
    if (row == nullptr || EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, octets.data(),
                                                          octets.size(), &size) <= 0)
        return openssl::to_der<i2d_PUBKEY>(key, object_name);
    return der::element(der::sequence,
                        {spki_algorithm(*row), der::bit_string_element(ByteView(octets).first(size))});
}

} // namespace

Bytes spki_of(const EVP_PKEY* key, const std::string& object_name) {
    return spki_of(key, laid_out(key), object_name);
}

Sha1 PublicKey::key_identifier() const {
    static const openssl::DigestPtr algorithm(EVP_MD_fetch(nullptr, "SHA1", nullptr));
    const Bytes bits = key_octets();
    Sha1 digest;
    openssl::must(EVP_Digest(bits.data(), bits.size(), digest.data(), nullptr, algorithm.get(), nullptr),
                  "digest", "cannot be computed");
    return digest;
}

Bytes PublicKey::key_octets() const {
    der::Reader reader = der::Reader(spki_, "public key").enter(der::sequence);
    reader.next();
    return reader.enclosed_in_bit_string();
}

PrivateKey PrivateKey::generate(KeyType type) {
    EVP_PKEY* made = nullptr;
    openssl::must(EVP_PKEY_generate(generator(type), &made), object, "cannot be generated");
    std::shared_ptr<EVP_PKEY> key(made, EVP_PKEY_free);
    const KeyTypeRow& row = row_of(type);
    PublicKey public_key =
        PublicKey::of_sound(spki_of(made, row.bits == 0 ? &row : nullptr, object), to_string(type), key);
    return {std::move(key), std::move(public_key)};
}

std::vector<PrivateKey> PrivateKey::generate(KeyType type, std::size_t count) {
    std::vector<PrivateKey> keys;
    keys.reserve(count);
    if (type == KeyType::ec_p256 && !openssl::wants_fips_provider()) {
        for (FreshKey& fresh : make_p256_keys(count))
            keys.push_back({std::move(fresh.pkcs8), PublicKey::from_spki(fresh.spki)});
        return keys;
    }
    while (keys.size() < count)
        keys.push_back(generate(type));
    return keys;
}

} // namespace mtlsca::x509
