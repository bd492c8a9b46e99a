#include "x509/key/plain_key.h"

#include "encoding/base64.h"
#include "encoding/der.h"
#include "x509/key/curve.h"

#include <algorithm>
#include <openssl/core_names.h>

namespace mtlsca::x509 {

namespace der = encoding::der;

namespace {

constexpr const char* object = "private key";

// What the lines between the first and the last one say.
std::optional<Secret> read_pem_lines(std::string_view text) {
    constexpr std::string_view begin = "-----BEGIN PRIVATE KEY-----\n", end = "-----END PRIVATE KEY-----\n";
    if (!text.starts_with(begin) || !text.ends_with(end) || text.size() < begin.size() + end.size())
        return std::nullopt;
    text.remove_prefix(begin.size());
    text.remove_suffix(end.size());
    Secret characters(text.size());
    const char* last =
        std::copy_if(text.begin(), text.end(), characters.data(), [](char c) { return c != '\n'; });
    characters.truncate(static_cast<std::size_t>(last - characters.data()));
    return encoding::from_base64(characters);
}

// EVP_PKEY_fromdata wants the number as this machine lays numbers out.
Secret native_number(ByteView big_endian) {
    const int size = static_cast<int>(big_endian.size());
    const openssl::BignumPtr number(BN_bin2bn(big_endian.data(), size, nullptr));
    Secret native(big_endian.size());
    if (!number ||
        BN_bn2nativepad(number.get(), reinterpret_cast<unsigned char*>(native.data()), size) != size)
        openssl::fail(object, "cannot be read");
    return native;
}

openssl::PkeyPtr load_ec(const Curve& curve, ByteView scalar, Bytes point) {
    Secret number = native_number(scalar);
    std::string group = curve.group;
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, reinterpret_cast<unsigned char*>(number.data()),
                                number.size()),
        OSSL_PARAM_construct_end()};
    const openssl::PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) <= 0 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters) <= 0)
        return nullptr;
    return openssl::PkeyPtr(key);
}

// RFC 5915 3: ECPrivateKey; its parameters may be left out, and else must be those of the algorithm.
std::optional<PlainKey> read_ec(const std::string& curve_oid, ByteView content) {
    const Curve* curve = find_curve(curve_oid);
    if (curve == nullptr)
        return std::nullopt;
    der::Reader outer(content, object);
    der::Reader reader = outer.enter(der::sequence);
    outer.expect_end();
    const bool is_version_1 = reader.small_integer() == 1;
    const ByteView scalar = reader.expect(der::octet_string).content;
    if (reader.next_is(der::context_constructed(0))) {
        der::Reader parameters = reader.enter(der::context_constructed(0));
        if (parameters.oid() != curve_oid)
            return std::nullopt;
        parameters.expect_end();
    }
    if (!reader.next_is(der::context_constructed(1)))
        return std::nullopt;
    der::Reader public_key = reader.enter(der::context_constructed(1));
    Bytes point = public_key.enclosed_in_bit_string();
    public_key.expect_end();
    reader.expect_end();
    if (!is_version_1 || scalar.size() != curve->octets || point.size() != 1 + 2 * curve->octets ||
        point[0] != 4)
        return std::nullopt;
    openssl::PkeyPtr key = load_ec(*curve, scalar, std::move(point));
    return key ? std::optional(PlainKey{std::move(key), curve->type}) : std::nullopt;
}

// RFC 8410 7: an OCTET STRING inside of the OCTET STRING.
std::optional<PlainKey> read_ed25519(ByteView content) {
    der::Reader reader(content, object);
    const ByteView octets = reader.expect(der::octet_string).content;
    reader.expect_end();
    if (octets.size() != 32)
        return std::nullopt;
    openssl::PkeyPtr key(
        EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr, octets.data(), octets.size()));
    return key ? std::optional(PlainKey{std::move(key), KeyType::ed25519}) : std::nullopt;
}

std::optional<PlainKey> read_private_key_info(ByteView bytes) { // RFC 5958 2
    der::Reader outer(bytes, object);
    der::Reader reader = outer.enter(der::sequence);
    outer.expect_end();
    const bool is_version_1 = reader.small_integer() == 0;
    der::Reader algorithm = reader.enter(der::sequence);
    const std::string name = algorithm.oid();
    const std::string curve = name == oid::ec_public_key ? algorithm.oid() : "";
    algorithm.expect_end();
    const ByteView content = reader.expect(der::octet_string).content;
    reader.expect_end();
    if (!is_version_1 || (curve.empty() && name != oid::ed25519))
        return std::nullopt;
    return curve.empty() ? read_ed25519(content) : read_ec(curve, content);
}

std::optional<PlainKey> read_quietly(ByteView pkcs8) {
    const openssl::QuietErrors quiet;
    try {
        return read_private_key_info(pkcs8);
    } catch (const Error&) { // OSSL_STORE will say it in its own words
        return std::nullopt;
    }
}

} // namespace

std::optional<PlainKey> read_plain_key(std::string_view text) {
    constexpr std::size_t largest = 1024; // PKCS#8 of P-521 has 384 characters
    if (text.size() > largest)
        return std::nullopt;
    const auto bytes = read_pem_lines(text);
    return bytes ? read_quietly(as_bytes(bytes->view())) : std::nullopt;
}

openssl::PkeyPtr read_plain_key_der(ByteView pkcs8) {
    std::optional<PlainKey> key = read_quietly(pkcs8);
    return key ? std::move(key->key) : nullptr;
}

} // namespace mtlsca::x509
