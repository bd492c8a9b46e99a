#include "x509/certificate/signer.h"

#include "x509/signature/p256_verifier.h"
#include "x509/vectors.h"

#include <catch2/catch.hpp>

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

} // namespace

TEST_CASE("the verifier for one key says what OpenSSL says, of good signatures and of every flipped bit") {
    const PrivateKey key = PrivateKey::generate(KeyType::ec_p256);
    const P256Verifier verifier(key.public_key());
    const Bytes algorithm = signature_algorithm(key.public_key());
    for (int i = 0; i < 50; ++i) {
        const Bytes text = message(i);
        const Bytes signature = sign(key, text);
        CHECK(verifies(verifier, text, signature));
        CHECK_FALSE(verifies(verifier, message(i + 1), signature));
    }
    const Bytes text = message(0);
    const Bytes signature = sign(key, text);
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
        Bytes damaged = signature;
        damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1U << (bit % 8)));
        CAPTURE(bit);
        CHECK_FALSE(verifies(verifier, text, damaged));
        CHECK_FALSE(verify(key.public_key(), algorithm, text, damaged));
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
    CHECK(verify(key, signature_algorithm(key), text, signature));
    const P256Verifier verifier(key);
    CHECK(verifies(verifier, text, signature));
    CHECK_FALSE(verifies(verifier, message(0), signature));
}

TEST_CASE("another key's signature, and what is none, does not verify") {
    const PrivateKey key = PrivateKey::generate(KeyType::ec_p256),
                     other = PrivateKey::generate(KeyType::ec_p256);
    const P256Verifier verifier(key.public_key());
    const Bytes text = message(1);
    CHECK_FALSE(verifies(verifier, text, sign(other, text)));
    Bytes longer = sign(key, text);
    longer.push_back(0);
    CHECK_FALSE(verifies(verifier, text, longer));
    const Bytes zero_r{0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x01},
        zero_s{0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x00};
    for (const Bytes& signature : {Bytes{}, Bytes{0x30, 0x00}, zero_r, zero_s})
        CHECK_FALSE(verifies(verifier, text, signature));
}

TEST_CASE("who signs many certificates signs them as sign_certificate does, with every type of key") {
    CertificateContent content;
    content.serial = {1, 2, 3};
    content.not_before = *parse_time("2026-01-01T00:00:00Z");
    content.not_after = *parse_time("2026-02-01T00:00:00Z");
    const PrivateKey subject = PrivateKey::generate(KeyType::ec_p256);
    content.spki = subject.public_key().spki();
    for (const KeyType type : {KeyType::ec_p256, KeyType::ec_p384, KeyType::rsa_2048, KeyType::ed25519}) {
        CAPTURE(to_string(type));
        const PrivateKey issuer = PrivateKey::generate(type);
        content.issuer = Bytes{0x30, 0x00};
        CertificateSigner signer(issuer);
        const CertificateBody body = signer.body_of(content);
        CHECK(body.der() == encode_tbs(content, signature_algorithm(issuer.public_key())));
        const std::array<const CertificateBody*, 2> bodies{&body, &body};
        const auto other = Certificate::from_der(sign_certificate(content, issuer), "other");
        for (const bool expects_many : {false, true}) {
            CAPTURE(expects_many);
            if (expects_many)
                signer.expect_many();
            const std::vector<Bytes> signed_ones = signer.sign(bodies);
            REQUIRE(signed_ones.size() == 2);
            for (const Bytes& der : signed_ones) {
                const auto one = Certificate::from_der(der, "one");
                CHECK(one.is_signed_by(issuer.public_key()));
                CHECK(one.serial() == other.serial());
                CHECK(one.signature_algorithm() == other.signature_algorithm());
            }
        }
    }
}
