#include "x509/key/key.h"

#include "encoding/der.h"
#include "encoding/hex.h"
#include "encoding/pem.h"
#include "x509/signature/signature.h"
#include "x509/vectors.h"

#include <catch2/catch.hpp>
#include <map>
#include <thread>

using namespace mtlsca;
using namespace mtlsca::x509;
namespace der = mtlsca::encoding::der;

namespace {

PublicKey public_key(const std::string& name) {
    return PublicKey::from_spki(vectors::file("keys/" + name + ".spki"));
}

std::vector<std::string> rules(const PublicKey& key) {
    std::vector<std::string> found;
    for (const Finding& finding : key.weaknesses()) {
        CHECK(finding.severity == Severity::error);
        found.push_back(finding.rule);
    }
    return found;
}

std::string key_path(const std::string& name) {
    return vectors::path("keys/" + name + ".key");
}

Secret right_passphrase() {
    return Secret("correct horse");
}

// What open() says about a key that it cannot open.
Error refusal(const std::string& path, const PrivateKey::AskPassphrase& passphrase) {
    try {
        PrivateKey::open(path, passphrase);
    } catch (const Error& error) {
        return error;
    }
    FAIL("was opened: " << path);
    return {Code::failed, "", ""};
}

} // namespace

TEST_CASE("sound keys of others are called by their type and have no weakness") {
    const std::map<std::string, std::string> keys{{"ec_p256", "ec-p256"},      {"ec_p384", "ec-p384"},
                                                  {"ec_p521", "ec-p521"},      {"rsa_2048", "rsa-2048"},
                                                  {"rsa_2050", "rsa-2050"},    {"ed25519", "ed25519"},
                                                  {"ec_compressed", "ec-p256"}};
    for (const auto& [name, algorithm] : keys) {
        CAPTURE(name);
        const PublicKey key = public_key(name);
        CHECK(key.algorithm() == algorithm);
        CHECK(key.weaknesses().empty());
        CHECK(key.handle() != nullptr);
        CHECK(key.spki() == vectors::file("keys/" + name + ".spki"));
    }
    CHECK(public_key("ec_p384").type() == KeyType::ec_p384);
    CHECK_FALSE(public_key("rsa_2050").type());
}

TEST_CASE("keys that nobody should certify say why") {
    const std::map<std::string, std::pair<std::string, std::string>> keys{
        {"rsa_1024", {"rsa-1024", "key-too-small"}},
        {"rsa_8200", {"rsa-8200", "key-too-large"}},
        {"rsa_e1", {"rsa-2048", "key-exponent"}},
        {"rsa_e3", {"rsa-2048", "key-exponent"}},
        {"rsa_e_even", {"rsa-2048", "key-exponent"}},
        {"rsa_e_huge", {"rsa-2048", "key-exponent"}},
        {"rsa_even", {"rsa-2048", "key-modulus"}},
        {"rsa_factor_3", {"rsa-2048", "key-modulus"}},
        {"rsa_factor_751", {"rsa-2048", "key-modulus"}},
        {"rsa_square", {"rsa-2048", "key-modulus"}},
        {"rsa_giant", {"rsa-20001", "key-too-large"}},
        {"rsa_no_parameters", {"rsa-2048", "key-unreadable"}},
        {"rsa_negative", {"rsa", "key-unreadable"}},
        {"rsa_padded", {"rsa", "key-unreadable"}},
        {"rsa_trailing", {"rsa", "key-unreadable"}},
        {"rsa_empty", {"rsa", "key-unreadable"}},
        {"rsa_pss", {"rsassa-pss", "key-algorithm"}},
        {"secp256k1", {"ec-secp256k1", "key-curve"}},
        {"brainpool", {"ec-brainpoolp256r1", "key-curve"}},
        {"explicit", {"ec-explicit", "key-curve"}},
        {"ec_no_parameters", {"ec-explicit", "key-curve"}},
        {"ec_implicit", {"ec-explicit", "key-curve"}},
        {"ec_unknown_curve", {"ec-1.2.3.4", "key-curve"}},
        {"ec_malformed_curve", {"ec-unknown", "key-curve"}},
        {"ec_hybrid", {"ec-p256", "key-point"}},
        {"ec_infinity", {"ec-p256", "key-point"}},
        {"ec_no_point", {"ec-p256", "key-point"}},
        {"ec_off_curve", {"ec-p256", "key-point"}},
        {"ec_short_point", {"ec-p256", "key-point"}},
        {"ec_too_large", {"ec-p256", "key-point"}},
        {"ed25519_identity", {"ed25519", "key-point"}},
        {"ed25519_order_8", {"ed25519", "key-point"}},
        {"ed25519_short", {"ed25519", "key-unreadable"}},
        {"ed25519_parameters", {"ed25519", "key-unreadable"}},
        {"dsa_2048", {"dsa-2048", "key-algorithm"}},
        {"x25519", {"x25519", "key-algorithm"}},
        {"ed448", {"ed448", "key-algorithm"}},
        {"unknown_algorithm", {"1.2.3.4", "key-algorithm"}},
    };
    for (const auto& [name, expected] : keys) {
        CAPTURE(name);
        const PublicKey key = public_key(name);
        CHECK(key.algorithm() == expected.first);
        CHECK(rules(key) == std::vector<std::string>{expected.second});
    }
}

TEST_CASE("a key with several weaknesses tells all of them") {
    CHECK(rules(public_key("rsa_zero")) == std::vector<std::string>{"key-too-small", "key-modulus"});
    CHECK(rules(public_key("rsa_one")) == std::vector<std::string>{"key-too-small", "key-modulus"});
}

TEST_CASE("what is never certified is not given to OpenSSL") {
    for (const char* name : {"dsa_2048", "x25519", "ed448", "secp256k1", "explicit", "rsa_pss", "rsa_giant",
                             "rsa_even", "rsa_zero", "ec_off_curve"}) {
        CAPTURE(name);
        CHECK(public_key(name).handle() == nullptr);
        CHECK_THROWS_AS(signature_algorithm(public_key(name)), Error);
    }
}

TEST_CASE("what is no SubjectPublicKeyInfo is refused") {
    for (const char* name : {"empty", "trailing", "truncated", "text", "bits", "long_length", "oid"}) {
        CAPTURE(name);
        CHECK_THROWS_AS(public_key(std::string("malformed_") + name), Error);
    }
}

TEST_CASE("no damage to a public key does more than refuse it or weaken it") {
    for (const char* name : {"ec_p256", "ed25519", "rsa_1024", "dsa_2048"})
        vectors::maltreat(vectors::file(std::string("keys/") + name + ".spki"), [](ByteView bytes) {
            try {
                const PublicKey key = PublicKey::from_spki(bytes);
                CHECK((key.handle() != nullptr || !key.weaknesses().empty()));
            } catch (const Error& error) {
                CHECK(error.code == Code::refused);
                throw Error(Code::refused, "hostile", "as it should");
            }
        });
}

TEST_CASE("a key is identified by the SHA-1 of its bits and the SHA-256 of its SPKI") {
    // openssl x509 -ext subjectKeyIdentifier of a certificate with tests/vectors/certificates/root.key, and
    // certtool --key-id --hash sha256: both of the same key
    const PublicKey key = vectors::certificate("golden/root").public_key();
    const Sha1 identifier = key.key_identifier();
    CHECK(Bytes(identifier.begin(), identifier.end()) ==
          vectors::certificate("golden/root").subject_key_identifier());
    CHECK(key.spki_sha256() == sha256(key.spki()));
}

TEST_CASE("SHA-256 gives the vectors of its standard, at once and in stretches") {
    // NIST's examples for FIPS 180-2, B.1 to B.3, and the empty message of its test vectors
    const std::map<std::string, std::string> vectors{
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"}};
    for (const auto& [message, digest] : vectors) {
        CAPTURE(message.size());
        CHECK(encoding::to_hex(sha256(as_bytes(message))) == digest);
        CHECK(encoding::to_hex(sha256(as_bytes(message), [](ByteView) {})) == digest);
    }
}

TEST_CASE("a key that several threads ask for is judged once, for all its copies") {
    const PublicKey key = public_key("ec_p256");
    std::vector<std::thread> threads;
    std::array<evp_pkey_st*, 4> handles{};
    for (evp_pkey_st*& handle : handles)
        threads.emplace_back([&handle, copy = key] { handle = copy.handle(); });
    for (std::thread& thread : threads)
        thread.join();
    for (const evp_pkey_st* handle : handles)
        CHECK((handle != nullptr && handle == key.handle()));
}

TEST_CASE("an unencrypted key is written byte for byte as openssl writes it") {
    for (const char* name : {"pkcs8", "ed25519"}) {
        const PrivateKey key = PrivateKey::open(key_path(name), nullptr);
        CHECK(key.to_pem().view() == as_text(vectors::file(std::string("keys/") + name + ".key")));
    }
    const PrivateKey rsa = PrivateKey::open(key_path("pkcs1"), nullptr);
    CHECK(vectors::reopened(rsa.to_pem(), nullptr).public_key().spki() == rsa.public_key().spki());
}

TEST_CASE("an encrypted key is PBES2 with AES-256-CBC and 600,000 rounds of PBKDF2-HMAC-SHA256") {
    const PrivateKey key = PrivateKey::open(key_path("pkcs8"), nullptr);
    const Secret pem = key.to_pem(right_passphrase());
    const auto blocks = encoding::read_pem(pem.view(), "key");
    REQUIRE(blocks.size() == 1);
    CHECK(blocks[0].label == "ENCRYPTED PRIVATE KEY");
    der::Reader encrypted = der::Reader(blocks[0].der, "key").enter(der::sequence);
    der::Reader algorithm = encrypted.enter(der::sequence);
    CHECK(algorithm.oid() == "1.2.840.113549.1.5.13"); // PBES2, RFC 8018 A.4
    der::Reader parameters = algorithm.enter(der::sequence);
    der::Reader derivation = parameters.enter(der::sequence);
    CHECK(derivation.oid() == "1.2.840.113549.1.5.12"); // PBKDF2
    der::Reader pbkdf2 = derivation.enter(der::sequence);
    CHECK(pbkdf2.expect(der::octet_string).content.size() == 16);
    CHECK(pbkdf2.small_integer() == 600000);
    CHECK(pbkdf2.enter(der::sequence).oid() == "1.2.840.113549.2.9");          // HMAC-SHA256
    CHECK(parameters.enter(der::sequence).oid() == "2.16.840.1.101.3.4.1.42"); // AES-256-CBC
    CHECK(vectors::reopened(pem, right_passphrase).public_key().spki() == key.public_key().spki());
    CHECK_THROWS_AS(key.to_pem(Secret()), Error);
}

TEST_CASE("keys in every usual wrapping are opened") {
    const Bytes expected = vectors::file("keys/ec_p256.spki");
    for (const char* name : {"pkcs8", "pkcs8_der", "sec1", "sec1_with_parameters", "behind_certificate",
                             "pkcs8_encrypted", "pkcs8_scrypt", "sec1_encrypted", "gnutls_encrypted"}) {
        CAPTURE(name);
        CHECK(PrivateKey::open(key_path(name), right_passphrase).public_key().spki() == expected);
    }
    CHECK(PrivateKey::open(key_path("pkcs1"), nullptr).public_key().algorithm() == "rsa-2048");
    CHECK(PrivateKey::open(key_path("two_keys"), nullptr).public_key().algorithm() == "ed25519");
    for (const char* scheme : {"file:", "file://", "file://localhost"})
        CHECK(PrivateKey::open(scheme + key_path("pkcs8"), nullptr).public_key().spki() == expected);
}

TEST_CASE("a file holds the key of a certificate, or another one, or an encrypted one that nobody can tell") {
    const auto digest = sha256(vectors::file("keys/ec_p256.spki"));
    CHECK(is_key_of(key_path("pkcs8"), digest) == true);
    CHECK(is_key_of(key_path("pkcs1"), digest) == false);
    CHECK_FALSE(is_key_of(key_path("pkcs8_encrypted"), digest));
    CHECK_THROWS_AS(is_key_of(key_path("missing"), digest), Error);
}

TEST_CASE("the passphrase is asked for once, and only where it is needed") {
    int questions = 0;
    const auto count = [&] {
        ++questions;
        return right_passphrase();
    };
    PrivateKey::open(key_path("pkcs8"), count);
    CHECK(questions == 0);
    for (const char* name : {"pkcs8_encrypted", "sec1_encrypted"}) {
        questions = 0;
        PrivateKey::open(key_path(name), count);
        CHECK(questions == 1);
    }
    questions = 0;
    refusal(key_path("pkcs8_encrypted"), [&] {
        ++questions;
        return Secret("wrong");
    });
    CHECK(questions == 1);
}

TEST_CASE("a key that cannot be opened says what is missing") {
    const auto reason = [](const std::string& name, const PrivateKey::AskPassphrase& passphrase) {
        const Error error = refusal(key_path(name), passphrase);
        CHECK(error.code == Code::secret);
        CHECK(error.object == key_path(name));
        return error.reason;
    };
    for (const char* name : {"pkcs8_encrypted", "sec1_encrypted", "pkcs8_scrypt"}) {
        CAPTURE(name);
        CHECK(reason(name, [] { return Secret("wrong"); }) == "wrong passphrase");
        CHECK_THAT(reason(name, [] { return Secret(); }), Catch::Contains("no passphrase was given"));
        CHECK_THAT(reason(name, nullptr), Catch::Contains("no passphrase was given"));
        CHECK_THAT(reason(name, [] { return Secret(std::string(2000, 'x')); }),
                   Catch::Contains("longer than"));
    }
    for (const char* name : {"garbage", "empty", "public_only", "certificate_only"}) {
        CAPTURE(name);
        CHECK(reason(name, right_passphrase) == "holds no private key");
    }
    CHECK_THAT(reason("missing", nullptr), Catch::Contains("no such file"));
}

TEST_CASE("a folder, a device and an unknown scheme are no keys") {
    for (const std::string& path :
         {vectors::path("keys"), std::string("/dev/zero"), std::string("nonsense:x")}) {
        CAPTURE(path);
        const Error error = refusal(path, nullptr);
        CHECK(error.code == Code::secret);
        CHECK(error.object == path);
    }
}

TEST_CASE("what the question for a passphrase throws comes through") {
    const Error error = refusal(key_path("pkcs8_encrypted"),
                                []() -> Secret { throw Error(Code::usage, "--ca-pass", "is missing"); });
    CHECK(error.code == Code::usage);
    CHECK(error.object == "--ca-pass");
}

TEST_CASE("a file name with a colon is no URI") {
    const vectors::TemporaryFolder folder;
    const io::Path path = folder.path() / "file:name";
    io::write_file(path, as_text(vectors::file("keys/pkcs8.key")), io::Mode::private_file);
    CHECK(PrivateKey::open(path.string(), nullptr).public_key().algorithm() == "ec-p256");
}

namespace {

// Both say only what is done with a passphrase; what it protects is not looked at.
Bytes encrypted_key(std::uint64_t rounds) { // RFC 5958 3, RFC 8018 A.2 and A.4
    const Bytes salt(8), iv(16), content(48);
    const Bytes pbkdf2 = der::element(
        der::sequence,
        {der::oid_element("1.2.840.113549.1.5.12"),
         der::element(der::sequence, {der::octet_string_element(salt), der::integer_element(rounds)})});
    const Bytes aes = der::element(
        der::sequence, {der::oid_element("2.16.840.1.101.3.4.1.42"), der::octet_string_element(iv)});
    const Bytes pbes2 = der::element(der::sequence, {der::oid_element("1.2.840.113549.1.5.13"),
                                                     der::element(der::sequence, {pbkdf2, aes})});
    return der::element(der::sequence, {pbes2, der::octet_string_element(content)});
}

Bytes pkcs12(std::uint64_t rounds_of_mac, std::uint64_t rounds_of_key) { // RFC 7292 4
    const auto data = [](const Bytes& content) {
        const Bytes octets = der::octet_string_element(content);
        return der::element(der::sequence, {der::oid_element("1.2.840.113549.1.7.1"),
                                            der::element(der::context_constructed(0), {octets})});
    };
    const Bytes key = encrypted_key(rounds_of_key);
    const Bytes bag = der::element(der::sequence, {der::oid_element("1.2.840.113549.1.12.10.1.2"),
                                                   der::element(der::context_constructed(0), {key})});
    const Bytes safe = data(der::element(der::sequence, {bag}));
    const Bytes digest(32), salt(8);
    const Bytes sha256 = der::element(der::sequence, {der::oid_element("2.16.840.1.101.3.4.2.1")});
    const Bytes mac =
        der::element(der::sequence, {der::element(der::sequence, {sha256, der::octet_string_element(digest)}),
                                     der::octet_string_element(salt), der::integer_element(rounds_of_mac)});
    return der::element(der::sequence,
                        {der::integer_element(3), data(der::element(der::sequence, {safe})), mac});
}

} // namespace

TEST_CASE("a file that would have its passphrase hashed for hours is refused before anybody is asked") {
    constexpr std::uint64_t too_many = 5'000'001, endless = 0x7fffffff;
    const Bytes file = GENERATE_COPY(encrypted_key(too_many), encrypted_key(endless), pkcs12(too_many, 1),
                                     pkcs12(1, endless), pkcs12(2'500'001, 2'500'000));
    const std::string text =
        GENERATE_COPY(std::string(as_text(file)), encoding::to_pem("ENCRYPTED PRIVATE KEY", file));
    const vectors::TemporaryFolder folder;
    const io::Path path = folder.path() / "key";
    io::write_file(path, text, io::Mode::private_file);
    bool asked = false;
    const Error error = refusal(path.string(), [&] {
        asked = true;
        return right_passphrase();
    });
    CHECK_FALSE(asked);
    CHECK(error.code == Code::secret);
    CHECK(error.reason == "wants its passphrase to be hashed more than 5,000,000 times before it opens");
}
