#include "x509/certificate_signer.h"

#include "x509/p256_verifier.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::x509;

namespace {

Bytes message(int number) {
    const std::string text = "message " + std::to_string(number);
    return {text.begin(), text.end()};
}

} // namespace

TEST_CASE("the verifier for one key says what OpenSSL says, of good signatures and of every flipped bit") {
    const PrivateKey key = PrivateKey::generate(KeyType::ec_p256);
    const P256Verifier verifier(key.public_key());
    const Bytes algorithm = signature_algorithm(key.public_key());
    for (int i = 0; i < 50; ++i) {
        const Bytes text = message(i);
        const Bytes signature = sign(key, text);
        CHECK(verifier.verify(text, signature));
        CHECK_FALSE(verifier.verify(message(i + 1), signature));
    }
    const Bytes text = message(0);
    const Bytes signature = sign(key, text);
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
        Bytes damaged = signature;
        damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1U << (bit % 8)));
        CAPTURE(bit);
        CHECK_FALSE(verifier.verify(text, damaged));
        CHECK_FALSE(verify(key.public_key(), algorithm, text, damaged));
    }
}

TEST_CASE("another key's signature, and what is none, does not verify") {
    const PrivateKey key = PrivateKey::generate(KeyType::ec_p256),
                     other = PrivateKey::generate(KeyType::ec_p256);
    const P256Verifier verifier(key.public_key());
    const Bytes text = message(1);
    CHECK_FALSE(verifier.verify(text, sign(other, text)));
    Bytes longer = sign(key, text);
    longer.push_back(0);
    CHECK_FALSE(verifier.verify(text, longer));
    const Bytes zero_r{0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x01},
        zero_s{0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x00};
    for (const Bytes& signature : {Bytes{}, Bytes{0x30, 0x00}, zero_r, zero_s})
        CHECK_FALSE(verifier.verify(text, signature));
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
        const CertificateSigner signer(issuer);
        const auto one = Certificate::from_der(signer.sign(content), "one");
        const auto other = Certificate::from_der(sign_certificate(content, issuer), "other");
        CHECK(one.is_signed_by(issuer.public_key()));
        CHECK(encode_tbs(content, signature_algorithm(issuer.public_key())).size() < one.der().size());
        CHECK(one.serial() == other.serial());
        CHECK(one.signature_algorithm() == other.signature_algorithm());
    }
}
