#include "x509/signature/p256_verifier.h"

#include "encoding/der.h"
#include "encoding/hex.h"
#include "x509/vectors.h"

#include <catch2/catch.hpp>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>

using namespace mtlsca;
using namespace mtlsca::x509;

namespace {

Bytes message(int number) {
    const std::string text = "message " + std::to_string(number);
    return {text.begin(), text.end()};
}

bool verifies(const P256Verifier& verifier, const Bytes& text, const Bytes& signature) {
    const Sha256 digest = sha256(text);
    return verifier.verify(std::span(&digest, 1), std::span(&signature, 1));
}

bool verifies_once(const PublicKey& key, const Bytes& text, const Bytes& signature) {
    return verify(key, signature_algorithm(key), text, signature);
}

// What nobody here computes with a hand of his own.
bool openssl_verifies(const PublicKey& key, const Bytes& text, const Bytes& signature) {
    const openssl::QuietErrors quiet;
    const openssl::DigestContextPtr context(EVP_MD_CTX_new());
    return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.handle()) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), text.data(), text.size()) == 1;
}

// Whether all three agree, and on what.
bool all_verify(const PublicKey& key, const P256Verifier& verifier, const Bytes& text,
                const Bytes& signature) {
    const bool is_good = openssl_verifies(key, text, signature);
    CHECK(verifies(verifier, text, signature) == is_good);
    CHECK(verifies_once(key, text, signature) == is_good);
    return is_good;
}

const std::string order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"; // SP 800-186

// With the private key `scalar`.
PublicKey key_of(const char* scalar) {
    const openssl::GroupPtr group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    const openssl::Owned<EC_POINT, EC_POINT_free> point(EC_POINT_new(group.get()));
    BIGNUM* read = nullptr;
    BN_hex2bn(&read, scalar);
    const openssl::BignumPtr factor(read);
    REQUIRE(EC_POINT_mul(group.get(), point.get(), factor.get(), nullptr, nullptr, nullptr) == 1);
    Bytes spki = encoding::from_hex("3059301306072a8648ce3d020106082a8648ce3d030107034200").value();
    Bytes octets(65);
    EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, octets.data(), octets.size(),
                       nullptr);
    append(spki, octets);
    return PublicKey::from_spki(spki);
}

std::string order_minus(const Sha256& digest) {
    BIGNUM *whole = nullptr, *part = nullptr;
    BN_hex2bn(&whole, order.c_str());
    BN_hex2bn(&part, encoding::to_hex(digest).c_str());
    const openssl::BignumPtr difference(whole), subtrahend(part);
    BN_sub(difference.get(), difference.get(), subtrahend.get());
    Bytes octets(32);
    REQUIRE(BN_is_negative(difference.get()) == 0);
    REQUIRE(BN_bn2binpad(difference.get(), octets.data(), 32) == 32);
    return encoding::to_hex(octets);
}

Bytes number(const std::string& hex) {
    return encoding::der::element(encoding::der::integer, {encoding::from_hex(hex).value()});
}

} // namespace

TEST_CASE("both verifiers say what OpenSSL says, of good signatures and of every flipped bit") {
    const PrivateKey key = PrivateKey::generate(KeyType::ec_p256);
    const P256Verifier verifier(key.public_key());
    for (int i = 0; i < 50; ++i) {
        const Bytes text = message(i);
        const Bytes signature = sign(key, text);
        CHECK(all_verify(key.public_key(), verifier, text, signature));
        CHECK_FALSE(all_verify(key.public_key(), verifier, message(i + 1), signature));
    }
    const Bytes text = message(0);
    const Bytes signature = sign(key, text);
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
        Bytes damaged = signature;
        damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1U << (bit % 8)));
        CAPTURE(bit);
        CHECK_FALSE(all_verify(key.public_key(), verifier, text, damaged));
    }
}

TEST_CASE("of signatures that are verified together none can be wrong, in any place") {
    const PrivateKey key = PrivateKey::generate(KeyType::ec_p256);
    const P256Verifier verifier(key.public_key());
    std::vector<Sha256> digests;
    for (int i = 0; i < 5; ++i)
        digests.push_back(sha256(message(i)));
    std::vector<Bytes> signatures;
    RepeatedSigner signer(key);
    for (const Sha256& digest : digests)
        signatures.push_back(signer.sign_digest(digest));
    CHECK(verifier.verify(digests, signatures));
    CHECK(verifier.verify({}, {}));
    CHECK_FALSE(verifier.verify(digests, std::span(signatures).first(4)));
    for (std::size_t i = 0; i < signatures.size(); ++i) {
        CAPTURE(i);
        CHECK(verify(key.public_key(), signature_algorithm(key.public_key()), message(static_cast<int>(i)),
                     signatures[i]));
        std::vector<Bytes> with_a_wrong_one = signatures;
        with_a_wrong_one[i] = sign(key, message(99));
        CHECK_FALSE(verifier.verify(digests, with_a_wrong_one));
        std::swap(with_a_wrong_one[i], with_a_wrong_one[(i + 1) % signatures.size()]);
        CHECK_FALSE(verifier.verify(digests, with_a_wrong_one));
    }
}

// The affine x of a sum may be above the order, with r = x - order: one of 2^128 signatures, but right.
TEST_CASE("an r that was reduced by the order verifies") {
    const PublicKey key = PublicKey::from_spki(vectors::file("keys/reduced_r.spki"));
    const Bytes signature = vectors::file("keys/reduced_r.signature");
    const Bytes text{'r', 'e', 'd', 'u', 'c', 'e', 'd', ' ', 'r'};
    const P256Verifier verifier(key);
    CHECK(all_verify(key, verifier, text, signature));
    CHECK_FALSE(all_verify(key, verifier, message(0), signature));
}

TEST_CASE("another key's signature, and what is none, does not verify") {
    const PrivateKey key = PrivateKey::generate(KeyType::ec_p256),
                     other = PrivateKey::generate(KeyType::ec_p256);
    const P256Verifier verifier(key.public_key());
    const Bytes text = message(1);
    CHECK_FALSE(all_verify(key.public_key(), verifier, text, sign(other, text)));
    Bytes longer = sign(key, text);
    longer.push_back(0);
    CHECK_FALSE(all_verify(key.public_key(), verifier, text, longer));
    const Bytes zero_r{0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x01},
        zero_s{0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x00};
    for (const Bytes& signature : {Bytes{}, Bytes{0x30, 0x00}, zero_r, zero_s})
        CHECK_FALSE(all_verify(key.public_key(), verifier, text, signature));
}

// With the key G itself u1·G and u2·Q are the same point where r is the digest, and opposite ones where it is
// the digest's complement: the formulas for adding are others there.
TEST_CASE("at the borders of r, s and the key both verifiers say what OpenSSL says") {
    const Bytes text = message(3);
    const std::vector<std::string> numbers{"00",
                                           "01",
                                           "02",
                                           "7f" + std::string(62, 'f'),
                                           "00" + order.substr(0, 62) + "50", // order - 1
                                           "00" + order,
                                           "00" + order.substr(0, 62) + "52",
                                           "00" + std::string(64, 'f'),
                                           "0001" + std::string(62, '0'),
                                           "01" + std::string(64, '0'),
                                           "ff",
                                           "0001",
                                           "00" + encoding::to_hex(sha256(text)),
                                           "00" + order_minus(sha256(text))};
    for (const std::string& scalar : {std::string("01"), std::string("02"), order.substr(0, 62) + "50"}) {
        const PublicKey key = key_of(scalar.c_str());
        REQUIRE(key.weaknesses().empty());
        const P256Verifier verifier(key);
        for (const std::string& r : numbers)
            for (const std::string& s : numbers) {
                CAPTURE(scalar, r, s);
                all_verify(key, verifier, text,
                           encoding::der::element(encoding::der::sequence, {number(r), number(s)}));
            }
    }
}

TEST_CASE("a wrong signature among others of other keys is the only wrong one, in any place") {
    std::vector<PrivateKey> keys = PrivateKey::generate(KeyType::ec_p256, 6);
    keys[4] = PrivateKey::generate(KeyType::ed25519);
    const Bytes zero_s{0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x00};
    std::vector<Bytes> texts, algorithms, signatures;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        texts.push_back(message(static_cast<int>(i)));
        algorithms.push_back(signature_algorithm(keys[i].public_key()));
        signatures.push_back(sign(keys[i], texts[i]));
    }
    const auto verdicts = [&](const std::vector<Bytes>& given) {
        std::vector<SignedMessage> messages;
        for (std::size_t i = 0; i < keys.size(); ++i)
            messages.push_back({&keys[i].public_key(), algorithms[i], texts[i], given[i]});
        return verify_all(messages);
    };
    CHECK(verify_all({}).empty());
    CHECK(verdicts(signatures) == std::vector<bool>(keys.size(), true));
    for (std::size_t i = 0; i < keys.size(); ++i)
        for (const Bytes& wrong :
             {Bytes{}, zero_s, sign(keys[i], message(99)), signatures[(i + 1) % keys.size()]}) {
            CAPTURE(i, encoding::to_hex(wrong));
            std::vector<Bytes> given = signatures;
            given[i] = wrong;
            std::vector<bool> expected(keys.size(), true);
            expected[i] = false;
            CHECK(verdicts(given) == expected);
        }
}
