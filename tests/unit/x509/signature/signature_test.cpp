#include "x509/signature/signature.h"

#include "encoding/hex.h"
#include "x509/vectors.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::x509;

namespace {

Bytes from_hex(const char* hex) {
    return encoding::from_hex(hex).value();
}

constexpr std::array quick_types{KeyType::ec_p256, KeyType::ec_p384, KeyType::ec_p521, KeyType::rsa_2048,
                                 KeyType::ed25519};

} // namespace

TEST_CASE("a signature holds for its key, message and algorithm only") {
    const PrivateKey other = PrivateKey::generate(KeyType::ec_p256);
    for (const KeyType type : quick_types) {
        CAPTURE(to_string(type));
        const PrivateKey key = PrivateKey::generate(type);
        const PublicKey& signer = key.public_key();
        const Bytes algorithm = signature_algorithm(signer);
        const Bytes signature = sign(key, as_bytes("message"));
        CHECK(verify(signer, algorithm, as_bytes("message"), signature));
        CHECK_FALSE(verify(signer, algorithm, as_bytes("massage"), signature));
        CHECK_FALSE(verify(other.public_key(), algorithm, as_bytes("message"), signature));
        CHECK_FALSE(verify(signer, algorithm, as_bytes("message"), {}));
        CHECK_FALSE(verify(signer, {}, as_bytes("message"), signature));
        Bytes longer = signature;
        longer.push_back(0);
        CHECK_FALSE(verify(signer, algorithm, as_bytes("message"), longer));
        Bytes changed = signature;
        changed[changed.size() / 2] ^= 1;
        CHECK_FALSE(verify(signer, algorithm, as_bytes("message"), changed));
    }
}

TEST_CASE("the algorithm is declared as its RFC wants it") {
    const auto declared = [](const char* key) {
        return encoding::to_hex(
            signature_algorithm(PublicKey::from_spki(vectors::file(std::string("keys/") + key + ".spki"))));
    };
    // RFC 5758 3.2 without parameters, RFC 4055 5 with NULL, RFC 8410 3 without parameters
    CHECK(declared("ec_p256") == "300a06082a8648ce3d040302");
    CHECK(declared("ec_p384") == "300a06082a8648ce3d040303");
    CHECK(declared("ec_p521") == "300a06082a8648ce3d040304");
    CHECK(declared("rsa_2050") == "300d06092a864886f70d01010b0500");
    CHECK(declared("ed25519") == "300506032b6570");
}

TEST_CASE("forbidden, foreign and malformed algorithms verify nothing") {
    const PrivateKey key = PrivateKey::generate(KeyType::rsa_2048);
    const Bytes signature = sign(key, as_bytes("m"));
    for (const char* algorithm : {"300d06092a864886f70d0101040500",   // MD5
                                  "300d06092a864886f70d0101050500",   // SHA-1
                                  "300d06092a864886f70d01010e0500",   // SHA-224
                                  "300d06092a864886f70d01010c0500",   // SHA-384, but it is SHA-256
                                  "300a06082a8648ce3d040302",         // ECDSA
                                  "300506032b6570",                   // Ed25519
                                  "300d06092a864886f70d01010b050000", // a byte behind it
                                  "300e06092a864886f70d01010b050100", // a NULL with content
                                  "300b06092a864886f70d01010a",       // PSS without parameters: SHA-1
                                  "300d06092a864886f70d01010a3000",   // PSS with its defaults: SHA-1
                                  "3000", "0500"}) {
        CAPTURE(algorithm);
        CHECK_FALSE(verify(key.public_key(), from_hex(algorithm), as_bytes("m"), signature));
    }
}

TEST_CASE("a stream of pieces is signed as the whole is") {
    for (const KeyType type : quick_types) {
        CAPTURE(to_string(type));
        const PrivateKey key = PrivateKey::generate(type);
        CHECK(StreamSigner::streams(key.public_key()) == (type != KeyType::ed25519));
        if (!StreamSigner::streams(key.public_key())) {
            CHECK_THROWS_AS(StreamSigner(key), Error);
            continue;
        }
        StreamSigner signer(key);
        signer.write(as_bytes("mess"));
        signer.write({});
        signer.write(as_bytes("age"));
        CHECK(verify(key.public_key(), signature_algorithm(key.public_key()), as_bytes("message"),
                     signer.finish()));
    }
}
