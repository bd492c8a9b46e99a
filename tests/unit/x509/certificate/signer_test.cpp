#include "x509/certificate/signer.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::x509;

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
