// Keys: made, opened, judged, used. OpenSSL's EVP_PKEY behind types of our own.
//
// Both classes are immutable after construction and may be shared between threads.
#pragma once

#include "bytes.h"
#include "error.h"

#include <array>
#include <functional>
#include <memory>
#include <optional>

struct evp_pkey_st; // OpenSSL's EVP_PKEY: only lib/x509 knows more of it

namespace mtlsca::x509 {

enum class KeyType { ec_p256, ec_p384, ec_p521, rsa_2048, rsa_3072, rsa_4096, ed25519 };
inline constexpr std::array all_key_types{KeyType::ec_p256,  KeyType::ec_p384,  KeyType::ec_p521,
                                          KeyType::rsa_2048, KeyType::rsa_3072, KeyType::rsa_4096,
                                          KeyType::ed25519};
std::optional<KeyType> parse_key_type(std::string_view text); // "ec-p256", "rsa-3072", "ed25519"
const char* to_string(KeyType type);

using Sha256 = std::array<std::uint8_t, 32>;
using Sha1 = std::array<std::uint8_t, 20>;
Sha256 sha256(ByteView bytes);

class PublicKey {
public:
    // A DER SubjectPublicKeyInfo, from anybody: what OpenSSL cannot read at all (unknown algorithm, unknown
    // or broken curve) still gives a PublicKey, whose weaknesses() say so. Not the strict DER of a
    // SubjectPublicKeyInfo: Error(refused). Read at once, judged and loaded when first asked for: most
    // commands read certificates and compute with none of their keys, and OpenSSL's start costs as much as
    // all the rest.
    static PublicKey from_spki(ByteView der);

    const Bytes& spki() const { return spki_; }
    // "ec-p256", "rsa-2048", "rsa-2050", "ed25519"; else as OpenSSL or the OID calls it: "dsa-2048",
    // "ec-secp256k1", "1.2.3".
    const std::string& algorithm() const { return algorithm_; }
    // The seven types that we make ourselves; empty for any other (an RSA key of 2050 bits has no KeyType).
    std::optional<KeyType> type() const { return parse_key_type(algorithm_); }
    Sha256 spki_sha256() const { return sha256(spki_); }
    // SHA-1 of the BIT STRING's content: method 1 of RFC 5280 4.2.1.2.
    Sha1 key_identifier() const;
    Bytes key_octets() const; // that content: OCSP hashes it, too

    // Why nobody should certify this key; empty for a sound one. Rules:
    // "key-unreadable"  not what its algorithm says a key is
    // "key-algorithm"   neither EC, RSA nor Ed25519
    // "key-curve"       explicit parameters, or not P-256/384/521
    // "key-point"       not on the curve, at infinity or in hybrid form (RFC 5480 2.2; compressed ones are
    //                   fine); of Ed25519 the points of small order, for which anybody can sign
    // "key-too-small"   RSA < 2048 bits
    // "key-too-large"   RSA > 8192 bits: every handshake would pay for it
    // "key-exponent"    RSA e < 65537, even or > 2^256 (FIPS 186-5)
    // "key-modulus"     RSA n divisible by a prime < 752 (CA/B Forum BR 6.1.6), or a perfect square
    const Findings& weaknesses() const;

    // Null for every key that is no readable EC P-256/384/521, RSA (512 to 16384 bits) or Ed25519 one: what
    // we don't certify is never given to OpenSSL to compute with.
    evp_pkey_st* handle() const;

private:
    friend class PrivateKey; // whose public half needs neither decoding nor judging again
    struct Judgement;
    static PublicKey of_sound(Bytes spki, std::string algorithm, std::shared_ptr<evp_pkey_st> key);
    const Judgement& judged() const;
    Bytes spki_;
    std::string algorithm_;
    std::shared_ptr<Judgement> judgement_; // of all copies; made once, whichever thread asks first
};

class PrivateKey {
public:
    static PrivateKey generate(KeyType type);
    // As many of one type. P-256 keys cost two thirds each: they share what one alone has to pay
    // (p256_keys.h).
    static std::vector<PrivateKey> generate(KeyType type, std::size_t count);

    // Opens a file or a URI (file:, pkcs11: where a provider for it is configured) through OSSL_STORE.
    // `passphrase` is asked for only where the key is encrypted, and once; where it returns nothing or a
    // wrong one: Error(secret) that says which. A file that is not there, not readable or without a private
    // key is Error(secret) too (6: passphrase or key missing). Of several keys the first is taken. What
    // `passphrase` throws comes through; the terminal is never read from here.
    using AskPassphrase = std::function<Secret()>;
    static PrivateKey open(const std::string& path_or_uri, const AskPassphrase& passphrase);

    // PKCS#8 PEM. With a passphrase (an empty one is Error(secret)): PBES2, AES-256-CBC, PBKDF2-HMAC-SHA256
    // with 600,000 rounds (OWASP Password Storage Cheat Sheet, 2023).
    Secret to_pem() const;
    Secret to_pem(const Secret& passphrase) const;

    const PublicKey& public_key() const { return public_key_; }
    evp_pkey_st* handle() const;

private:
    struct Material;
    PrivateKey(std::shared_ptr<evp_pkey_st> key, PublicKey public_key);
    PrivateKey(Secret pkcs8, PublicKey public_key); // loaded when first asked for
    Secret pkcs8() const;
    std::shared_ptr<Material> material_;
    PublicKey public_key_;
};

// Whether the file holds the private key of this public one. Empty where it is encrypted: nobody is asked.
// Errors as those of PrivateKey::open.
std::optional<bool> is_key_of(const std::string& file, ByteView spki_sha256);

} // namespace mtlsca::x509
