#include "x509/signature/scheme.h"

#include "encoding/der.h"
#include "x509/oid.h"

#include <algorithm>
#include <utility>

namespace mtlsca::x509 {

namespace der = encoding::der;

namespace {

using Family = SignatureScheme::Family;

constexpr const char* object = "signature algorithm";

// Fetched once: an implicit fetch takes a lock of the whole process each time.
const EVP_MD* sha2(int bits) {
    static const openssl::DigestPtr sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr));
    static const openssl::DigestPtr sha384(EVP_MD_fetch(nullptr, "SHA384", nullptr));
    static const openssl::DigestPtr sha512(EVP_MD_fetch(nullptr, "SHA512", nullptr));
    return bits == 256 ? sha256.get() : bits == 384 ? sha384.get() : sha512.get();
}

struct NamedScheme {
    const char* oid;
    Family family;
    int digest_bits; // of SHA-2; 0: none
};
// RFC 5758 3.2, RFC 4055 5, RFC 8410 3. MD5, SHA-1 and SHA-224 are not here: collisions (SHAttered, 2017), or
// nobody uses them.
constexpr std::array named_schemes{NamedScheme{"1.2.840.10045.4.3.2", Family::ecdsa, 256},
                                   NamedScheme{"1.2.840.10045.4.3.3", Family::ecdsa, 384},
                                   NamedScheme{"1.2.840.10045.4.3.4", Family::ecdsa, 512},
                                   NamedScheme{"1.2.840.113549.1.1.11", Family::rsa, 256},
                                   NamedScheme{"1.2.840.113549.1.1.12", Family::rsa, 384},
                                   NamedScheme{"1.2.840.113549.1.1.13", Family::rsa, 512},
                                   NamedScheme{oid::ed25519, Family::ed25519, 0}};
constexpr const char* rsassa_pss = "1.2.840.113549.1.1.10";
constexpr const char* mgf1 = "1.2.840.113549.1.1.8";
constexpr std::array digest_oids{std::pair{"2.16.840.1.101.3.4.2.1", 256},
                                 std::pair{"2.16.840.1.101.3.4.2.2", 384},
                                 std::pair{"2.16.840.1.101.3.4.2.3", 512}};

// NULL stands behind an RSA algorithm and may be missing behind a digest (RFC 4055 2.1).
void skip_null(der::Reader& reader) {
    if (reader.next_is(der::null) && !reader.next().content.empty())
        throw Error(Code::refused, object, "a NULL with content");
}

// Bits of the SHA-2 that an AlgorithmIdentifier names, or 0.
int read_digest(der::Reader identifier) {
    const std::string oid = identifier.oid();
    skip_null(identifier);
    identifier.expect_end();
    for (const auto& [known, bits] : digest_oids)
        if (oid == known)
            return bits;
    return 0;
}

// RSASSA-PSS-params (RFC 4055 3.1). The defaults of digest and mask are SHA-1, so that both must be there,
// and salts longer than the digest serve nothing.
std::optional<SignatureScheme> read_pss(der::Reader identifier) {
    der::Reader parameters = identifier.enter(der::sequence);
    identifier.expect_end();
    der::Reader digest = parameters.enter(der::context_constructed(0));
    const int bits = read_digest(digest.enter(der::sequence));
    digest.expect_end();
    der::Reader mask = parameters.enter(der::context_constructed(1));
    der::Reader generator = mask.enter(der::sequence);
    mask.expect_end();
    const bool is_mgf1 = generator.oid() == mgf1;
    const int mask_bits = read_digest(generator.enter(der::sequence));
    generator.expect_end();
    std::uint64_t salt = 20;
    if (parameters.next_is(der::context_constructed(2))) {
        der::Reader length = parameters.enter(der::context_constructed(2));
        salt = length.small_integer();
        length.expect_end();
    }
    parameters.expect_end(); // a trailer field is never written: 1 is its default and the only one
    if (bits == 0 || !is_mgf1 || mask_bits != bits || salt > static_cast<std::uint64_t>(bits) / 8)
        return std::nullopt;
    return SignatureScheme{Family::rsa, sha2(bits), static_cast<int>(salt), {}};
}

std::optional<SignatureScheme> read_named(const std::string& oid, der::Reader parameters) {
    const auto known = std::find_if(named_schemes.begin(), named_schemes.end(),
                                    [&](const NamedScheme& one) { return oid == one.oid; });
    if (known == named_schemes.end())
        return std::nullopt;
    // RFC 5758 3.2 and RFC 8410 3: parameters are absent; RFC 4055 5: they are NULL.
    if (known->family == Family::rsa)
        skip_null(parameters);
    parameters.expect_end();
    return SignatureScheme{
        known->family, known->digest_bits == 0 ? nullptr : sha2(known->digest_bits), std::nullopt, {}};
}

Family family_of(const PublicKey& key) {
    const std::string& algorithm = key.algorithm();
    return algorithm == "ed25519"          ? Family::ed25519
           : algorithm.starts_with("rsa-") ? Family::rsa
                                           : Family::ecdsa;
}

// What we sign with: the digest as long as the curve's order (RFC 5480 4), SHA-256 for RSA.
const NamedScheme& own_scheme(const PublicKey& key) {
    const std::string& algorithm = key.algorithm();
    const Family family = family_of(key);
    const int bits = family == Family::ed25519 ? 0
                     : algorithm == "ec-p384"  ? 384
                     : algorithm == "ec-p521"  ? 512
                                               : 256;
    return *std::find_if(named_schemes.begin(), named_schemes.end(), [=](const NamedScheme& one) {
        return one.family == family && one.digest_bits == bits;
    });
}

} // namespace

SignatureScheme scheme_of(const PublicKey& key) {
    if (key.handle() == nullptr)
        throw Error(Code::refused, "key", key.algorithm() + " is no key that can sign here",
                    "use an EC P-256/384/521, RSA or Ed25519 key");
    const NamedScheme& named = own_scheme(key);
    const Bytes null{der::null, 0};
    const Bytes oid = der::oid_element(named.oid);
    const ByteView parameters = named.family == Family::rsa ? ByteView(null) : ByteView();
    return {named.family, named.digest_bits == 0 ? nullptr : sha2(named.digest_bits), std::nullopt,
            der::element(der::sequence, {oid, parameters})};
}

std::optional<SignatureScheme> read_scheme(ByteView algorithm) {
    try {
        der::Reader outer(algorithm, object);
        der::Reader identifier = outer.enter(der::sequence);
        outer.expect_end();
        const std::string oid = identifier.oid();
        auto scheme = oid == rsassa_pss ? read_pss(identifier) : read_named(oid, identifier);
        if (scheme)
            scheme->identifier.assign(algorithm.begin(), algorithm.end());
        return scheme;
    } catch (const Error&) {
        return std::nullopt;
    }
}

bool fits(const SignatureScheme& scheme, const PublicKey& key) {
    return scheme.family == family_of(key);
}

} // namespace mtlsca::x509
