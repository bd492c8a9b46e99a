#include "x509/key/plain_key.h"

#include "encoding/der.h"
#include "encoding/hex.h"
#include "encoding/pem.h"
#include "x509/oid.h"
#include "x509/signature/signature.h"
#include "x509/vectors.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::x509;
namespace der = mtlsca::encoding::der;

namespace {

// A file with one key in it, as it is and behind a line of text, where only OSSL_STORE looks for it.
class KeyFile {
public:
    explicit KeyFile(ByteView pkcs8) : KeyFile(encoding::to_pem("PRIVATE KEY", pkcs8)) {}
    explicit KeyFile(const std::string& text) {
        io::write_file(plain(), text, io::Mode::private_file);
        io::write_file(behind_text(), "a line of text\n" + text, io::Mode::private_file);
    }
    std::string plain() const { return folder_.path() / "plain"; }
    std::string behind_text() const { return folder_.path() / "behind_text"; }

private:
    vectors::TemporaryFolder folder_;
};

constexpr const char* message = "message";

// The public key, and whether it verifies what the private one signs; empty where the key is not opened.
std::optional<std::pair<Bytes, bool>> outcome(const std::string& path) {
    try {
        const PrivateKey key = PrivateKey::open(path, nullptr);
        const PublicKey judged = PublicKey::from_spki(key.public_key().spki());
        const Bytes signature = sign(key, as_bytes(message));
        return std::pair(judged.spki(),
                         verify(judged, signature_algorithm(judged), as_bytes(message), signature));
    } catch (const Error&) {
        return std::nullopt;
    }
}

std::optional<PlainKey> read_plainly(const std::string& path) {
    return read_plain_key(as_text(io::read_file(path, 1 << 20)));
}

bool is_read_plainly(const KeyFile& file) {
    const auto read = read_plainly(file.plain());
    CHECK_FALSE(read_plainly(file.behind_text()));
    return read.has_value();
}

Bytes pkcs8_of(KeyType type) {
    const Secret pem = PrivateKey::generate(type).to_pem();
    return encoding::read_pem(pem.view(), "key").front().der;
}

struct P256Parts {
    Bytes scalar, point;
    Bytes parameters; // [0], empty: left out
    std::uint64_t version = 1;
};

P256Parts new_p256() {
    const Bytes pkcs8 = pkcs8_of(KeyType::ec_p256);
    der::Reader info = der::Reader(pkcs8, "key").enter(der::sequence);
    info.small_integer();
    info.enter(der::sequence);
    der::Reader key = der::Reader(info.expect(der::octet_string).content, "key").enter(der::sequence);
    key.small_integer();
    const ByteView scalar = key.expect(der::octet_string).content;
    return {Bytes(scalar.begin(), scalar.end()),
            key.enter(der::context_constructed(1)).enclosed_in_bit_string(),
            {}};
}

Bytes pkcs8_of(const P256Parts& parts) {
    const Bytes public_key =
        parts.point.empty() ? Bytes{}
                            : der::element(der::context_constructed(1), der::bit_string_element(parts.point));
    const Bytes key =
        der::element(der::sequence, {der::integer_element(parts.version),
                                     der::octet_string_element(parts.scalar), parts.parameters, public_key});
    const Bytes algorithm =
        der::element(der::sequence, {der::oid_element(oid::ec_public_key), der::oid_element(oid::ec_p256)});
    return der::element(der::sequence, {der::integer_element(0), algorithm, der::octet_string_element(key)});
}

Bytes named_curve(const char* curve) {
    return der::element(der::context_constructed(0), der::oid_element(curve));
}

} // namespace

TEST_CASE("keys as we write them are read without OSSL_STORE, to the same key") {
    for (const KeyType type : {KeyType::ec_p256, KeyType::ec_p384, KeyType::ec_p521, KeyType::ed25519}) {
        CAPTURE(to_string(type));
        const KeyFile file(pkcs8_of(type));
        REQUIRE(is_read_plainly(file));
        CHECK(read_plainly(file.plain())->type == type);
        const auto read = outcome(file.plain());
        REQUIRE(read);
        CHECK(read->second);
        CHECK(read == outcome(file.behind_text()));
        CHECK(PrivateKey::open(file.plain(), nullptr).public_key().type() == type);
    }
}

TEST_CASE("of others' keys only unencrypted PKCS#8 is read plainly, and all as OSSL_STORE reads them") {
    for (const char* name : {"pkcs8", "ed25519"})
        CHECK(read_plainly(vectors::path(std::string("keys/") + name + ".key")));
    for (const char* name : {"pkcs8_der", "pkcs8_encrypted", "sec1", "sec1_with_parameters", "pkcs1",
                             "two_keys", "behind_certificate", "public_only", "garbage", "empty"}) {
        CAPTURE(name);
        CHECK_FALSE(read_plainly(vectors::path(std::string("keys/") + name + ".key")));
    }
    CHECK_FALSE(read_plain_key(""));
    const std::string text(as_text(vectors::file("keys/ed25519.key")));
    for (const std::string& twice :
         {text + text, text + "\n", "\n" + text, text.substr(0, text.size() - 1)}) {
        const KeyFile file(twice);
        CHECK_FALSE(is_read_plainly(file));
        CHECK(outcome(file.plain()) == outcome(file.behind_text()));
    }
}

TEST_CASE("a key that contradicts itself or its curve is taken or refused as OSSL_STORE does") {
    const P256Parts sound = new_p256();
    const auto with = [&](auto change) {
        P256Parts parts = sound;
        change(parts);
        return parts;
    };
    // FIPS 186-4 D.1.2.3: n
    const Bytes order =
        encoding::from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551").value();
    const std::vector<P256Parts> variants{
        with([](P256Parts& parts) { parts.scalar.assign(32, 0); }),
        with([&](P256Parts& parts) { parts.scalar = order; }),
        with([](P256Parts& parts) { parts.scalar.assign(32, 0xff); }),
        with([](P256Parts& parts) { parts.scalar.erase(parts.scalar.begin()); }),
        with([](P256Parts& parts) { parts.scalar.insert(parts.scalar.begin(), 0); }),
        with([](P256Parts& parts) { parts.scalar.clear(); }),
        with([](P256Parts& parts) { parts.point = new_p256().point; }),
        with([](P256Parts& parts) { parts.point.clear(); }),
        with([](P256Parts& parts) { parts.point.back() ^= 1; }),
        with([](P256Parts& parts) { parts.point.resize(33); }),
        with([](P256Parts& parts) { parts.point = {0}; }),
        with([](P256Parts& parts) { parts.point[0] = 6; }),
        with([](P256Parts& parts) { parts.parameters = named_curve(oid::ec_p256); }),
        with([](P256Parts& parts) { parts.parameters = named_curve(oid::ec_p384); }),
        with([](P256Parts& parts) { parts.version = 0; }),
        with([](P256Parts& parts) { parts.version = 2; }),
    };
    for (std::size_t i = 0; i < variants.size(); ++i) {
        CAPTURE(i);
        const KeyFile file(pkcs8_of(variants[i]));
        CHECK(outcome(file.plain()) == outcome(file.behind_text()));
    }
    CHECK(outcome(KeyFile(pkcs8_of(sound)).plain()));
    CHECK(is_read_plainly(KeyFile(pkcs8_of(variants[12]))));
}

TEST_CASE("whatever octet of a key is changed, it is taken or refused as OSSL_STORE does") {
    for (const KeyType type : {KeyType::ec_p256, KeyType::ed25519}) {
        const Bytes pkcs8 = pkcs8_of(type);
        for (std::size_t position = 0; position < pkcs8.size(); ++position) {
            CAPTURE(to_string(type), position);
            Bytes changed = pkcs8;
            changed[position] =
                static_cast<std::uint8_t>(changed[position] ^ (position % 2 == 0 ? 0x01 : 0x80));
            const KeyFile file(changed);
            CHECK(outcome(file.plain()) == outcome(file.behind_text()));
        }
    }
}
