#include "x509/key/key.h"

#include "x509/signature/signature.h"
#include "x509/vectors.h"

#include <catch2/catch.hpp>
#include <set>
#include <thread>

using namespace mtlsca;
using namespace mtlsca::x509;

TEST_CASE("every type of key is made, written and opened again") {
    for (const KeyType type : all_key_types) {
        CAPTURE(to_string(type));
        CHECK(parse_key_type(to_string(type)) == type);
        if (type == KeyType::rsa_3072 || type == KeyType::rsa_4096)
            continue; // seconds of luck that show nothing new
        const PrivateKey key = PrivateKey::generate(type);
        CHECK(key.public_key().type() == type);
        const PublicKey judged = PublicKey::from_spki(key.public_key().spki());
        CHECK(judged.weaknesses().empty());
        CHECK(judged.algorithm() == to_string(type));
        const PrivateKey again = vectors::reopened(key.to_pem(), nullptr);
        CHECK(again.public_key().spki() == key.public_key().spki());
        const Bytes message = sign(again, as_bytes("message"));
        CHECK(verify(judged, signature_algorithm(judged), as_bytes("message"), message));
        CHECK(PrivateKey::generate(KeyType::ec_p256).public_key().spki() != key.public_key().spki());
    }
    CHECK_FALSE(parse_key_type("EC-P256"));
    CHECK_FALSE(parse_key_type("rsa-1024"));
}

TEST_CASE("keys that are made together are each a pair of its own, as if made alone") {
    CHECK(PrivateKey::generate(KeyType::ec_p256, 0).empty());
    for (const KeyType type : {KeyType::ec_p256, KeyType::ed25519}) {
        CAPTURE(to_string(type));
        std::set<Bytes> seen;
        for (const std::size_t count : {1U, 2U, 33U})
            for (const PrivateKey& key : PrivateKey::generate(type, count)) {
                const PublicKey judged = PublicKey::from_spki(key.public_key().spki());
                CHECK(judged.type() == type);
                CHECK(judged.weaknesses().empty());
                CHECK(seen.insert(judged.spki()).second);
                // What is written has the private half of this public one, and so has the handle.
                const PrivateKey again = vectors::reopened(key.to_pem(), nullptr);
                CHECK(again.to_pem().view() == key.to_pem().view());
                for (const PrivateKey* signer : {&again, &key})
                    CHECK(verify(judged, signature_algorithm(judged), as_bytes("message"),
                                 sign(*signer, as_bytes("message"))));
            }
        CHECK(seen.size() == 36);
    }
}

TEST_CASE("keys are made in several threads at once") {
    std::vector<std::thread> threads;
    std::array<bool, 4> sound{};
    for (bool& fine : sound)
        threads.emplace_back([&fine] {
            const PrivateKey key = PrivateKey::generate(KeyType::ec_p256, 3).back();
            fine = verify(key.public_key(), signature_algorithm(key.public_key()), as_bytes("m"),
                          sign(key, as_bytes("m")));
        });
    for (std::thread& thread : threads)
        thread.join();
    CHECK(sound == std::array<bool, 4>{true, true, true, true});
}
