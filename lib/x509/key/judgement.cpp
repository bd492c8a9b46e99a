// Public keys from anybody: read by our own strict reader, judged, and only then given to OpenSSL.
#include "encoding/der.h"
#include "encoding/hex.h"
#include "encoding/text.h"
#include "x509/key/curve.h"
#include "x509/key/rsa_modulus.h"
#include "x509/openssl.h"
#include "x509/per_thread.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <mutex>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <utility>

namespace mtlsca::x509 {

namespace der = encoding::der;

namespace {

constexpr const char* object = "public key";

struct Spki {
    std::string algorithm; // OID
    std::optional<der::Element> parameters;
    Bytes key;
};

struct Judged {
    Findings weaknesses;
    openssl::PkeyPtr key;

    void add(const char* rule, std::string detail) {
        weaknesses.push_back({Severity::error, rule, "key", std::move(detail)});
    }
};

Spki read_spki(ByteView bytes) {
    der::Reader outer(bytes, object);
    der::Reader reader = outer.enter(der::sequence);
    outer.expect_end();
    der::Reader algorithm = reader.enter(der::sequence);
    Spki spki;
    spki.algorithm = algorithm.oid();
    if (!algorithm.at_end())
        spki.parameters = algorithm.next();
    algorithm.expect_end();
    spki.key = reader.enclosed_in_bit_string();
    reader.expect_end();
    return spki;
}

openssl::PkeyPtr load(const char* algorithm, OSSL_PARAM* parameters) {
    const openssl::QuietErrors quiet;
    const openssl::PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr));
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) <= 0 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) <= 0)
        return nullptr;
    return openssl::PkeyPtr(key);
}

openssl::PkeyPtr parameters_of(const char* group) {
    const openssl::PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* parameters = nullptr;
    openssl::must(context.get(), object, "cannot be loaded");
    openssl::must(EVP_PKEY_paramgen_init(context.get()), object, "cannot be loaded");
    openssl::must(EVP_PKEY_CTX_set_group_name(context.get(), group), object, "cannot be loaded");
    openssl::must(EVP_PKEY_paramgen(context.get(), &parameters), object, "cannot be loaded");
    return openssl::PkeyPtr(parameters);
}

// A copy of the curve's parameters, and then the point, which OpenSSL sees to be on the curve: 8 µs. With
// EVP_PKEY_fromdata, which makes the group anew, it is 27, with d2i_PUBKEY 160 (OpenSSL 3.0).
openssl::PkeyPtr load_ec(const Curve& curve, const Bytes& point) {
    static const PerThread<std::array<openssl::PkeyPtr, curves.size()>> parameters;
    openssl::PkeyPtr& known = parameters.get()[static_cast<std::size_t>(&curve - curves.data())];
    if (!known)
        known = parameters_of(curve.group);
    openssl::PkeyPtr key(openssl::must(EVP_PKEY_dup(known.get()), object, "no memory"));
    const openssl::QuietErrors quiet;
    if (EVP_PKEY_set1_encoded_public_key(key.get(), point.data(), point.size()) <= 0)
        return nullptr;
    return key;
}

bool is_point(const Curve& curve, const Bytes& octets) {
    using PointPtr = openssl::Owned<EC_POINT, EC_POINT_free>;
    static const PerThread<std::array<openssl::GroupPtr, curves.size()>> groups;
    openssl::GroupPtr& group = groups.get()[static_cast<std::size_t>(&curve - curves.data())];
    if (!group)
        group.reset(
            openssl::must(EC_GROUP_new_by_curve_name(OBJ_sn2nid(curve.group)), object, "cannot be judged"));
    const PointPtr point(openssl::must(EC_POINT_new(group.get()), object, "no memory"));
    const openssl::QuietErrors quiet;
    return EC_POINT_oct2point(group.get(), point.get(), octets.data(), octets.size(), nullptr) == 1;
}

openssl::PkeyPtr load_rsa(const BIGNUM* modulus, const BIGNUM* exponent) {
    using Builder = openssl::Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
    using Parameters = openssl::Owned<OSSL_PARAM, OSSL_PARAM_free>;
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus) <= 0 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent) <= 0)
        openssl::fail(object, "cannot be loaded");
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    return load("RSA", openssl::must(parameters.get(), object, "cannot be loaded"));
}

// The curve that is named; none where the parameters are something else.
const Curve* curve_of(const Spki& spki) {
    if (!spki.parameters || spki.parameters->tag != der::object_identifier)
        return nullptr;
    return find_curve(der::oid_text(spki.parameters->content));
}

std::string ec_algorithm(const Spki& spki) {
    if (const Curve* curve = curve_of(spki))
        return to_string(curve->type);
    if (!spki.parameters || spki.parameters->tag != der::object_identifier)
        return "ec-explicit";
    const std::string named = der::oid_text(spki.parameters->content);
    return "ec-" + (named.empty() ? "unknown" : encoding::to_lower_ascii(openssl::object_name(named)));
}

void judge_ec(const Spki& spki, Judged& judged) {
    const Curve* curve = curve_of(spki);
    // RFC 5480 2.1.1: only named curves. Explicit parameters let the sender choose the group (CVE-2020-0601)
    // and what computing in it costs (CVE-2022-0778).
    if (curve == nullptr) {
        const std::string algorithm = ec_algorithm(spki);
        return judged.add("key-curve",
                          algorithm == "ec-explicit"
                              ? "does not name its curve; ec-p256, ec-p384 and ec-p521 are allowed"
                              : algorithm +
                                    " is no curve that is certified; ec-p256, ec-p384 and ec-p521 are");
    }
    // RFC 5480 2.2: uncompressed (4) or compressed (2, 3). OpenSSL would take 6 and 7, and 0 for infinity.
    if (spki.key.empty() || spki.key[0] < 2 || spki.key[0] > 4)
        return judged.add("key-point", "is neither a compressed nor an uncompressed point");
    if (!is_point(*curve, spki.key))
        judged.add("key-point", "is no point on the curve");
}

openssl::BignumPtr to_bignum(const Bytes& big_endian) {
    openssl::BignumPtr number(BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()), nullptr));
    openssl::must(number.get(), object, "cannot be read");
    return number;
}

void judge_rsa_size(int bits, Judged& judged) {
    constexpr int smallest = 2048; // NIST SP 800-57 part 1, table 2
    constexpr int largest = 8192;
    if (bits < smallest)
        judged.add("key-too-small", "has " + std::to_string(bits) + " bits; 2048 and more are allowed");
    if (bits > largest)
        judged.add("key-too-large", "has " + std::to_string(bits) + " bits; 8192 and fewer are allowed");
}

// FIPS 186-5 A.1.1: odd, 2^16 < e < 2^256.
void judge_rsa_exponent(const BIGNUM* exponent, Judged& judged) {
    if (BN_num_bits(exponent) < 17 || BN_num_bits(exponent) > 256 || !BN_is_odd(exponent))
        judged.add("key-exponent", "has an exponent that is even, below 65537 or above 2^256");
}

struct RsaKey {
    Bytes modulus, exponent;
};

RsaKey read_rsa(const Spki& spki) {
    der::Reader outer(spki.key, object);
    der::Reader reader = outer.enter(der::sequence);
    outer.expect_end();
    RsaKey key{reader.unsigned_integer(), reader.unsigned_integer()};
    reader.expect_end();
    return key;
}

std::string rsa_algorithm(const Spki& spki) {
    try {
        const Bytes modulus = read_rsa(spki).modulus;
        return "rsa-" +
               std::to_string(modulus.size() * 8 - static_cast<std::size_t>(std::countl_zero(modulus[0])));
    } catch (const Error&) {
        return "rsa";
    }
}

void judge_rsa(const Spki& spki, Judged& judged) {
    RsaKey key;
    try {
        key = read_rsa(spki);
    } catch (const Error& error) {
        return judged.add("key-unreadable", "is no RSA key: " + error.reason);
    }
    // RFC 3279 2.3.1: NULL it must be; it is copied into certificates as it is.
    if (!spki.parameters || spki.parameters->tag != der::null || !spki.parameters->content.empty())
        judged.add("key-unreadable", "has RSA parameters other than NULL");
    const openssl::BignumPtr modulus = to_bignum(key.modulus);
    const openssl::BignumPtr exponent = to_bignum(key.exponent);
    const int bits = BN_num_bits(modulus.get());
    judge_rsa_size(bits, judged);
    judge_rsa_exponent(exponent.get(), judged);
    if (bits > OPENSSL_RSA_MAX_MODULUS_BITS) // nothing that would be worth the time
        return;
    if (std::string problem = modulus_problem(modulus.get()); !problem.empty())
        judged.add("key-modulus", std::move(problem));
    if (bits >= 512 && BN_is_odd(modulus.get()))
        judged.key = load_rsa(modulus.get(), exponent.get());
}

// The y-coordinates of the eight points of small order on edwards25519, little-endian without the sign bit;
// the last two are 0 and 1 once more, with the prime added. tests/vectors/keys/small_order.py computes them.
constexpr std::array<const char*, 7> small_order{
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};

void judge_ed25519(const Spki& spki, Judged& judged) {
    if (spki.parameters || spki.key.size() != 32) // RFC 8410 3 and 4
        return judged.add("key-unreadable", "is no Ed25519 key: 32 octets without parameters are");
    Bytes y = spki.key;
    y[31] &= 0x7f;
    if (std::find(small_order.begin(), small_order.end(), encoding::to_hex(y)) != small_order.end())
        return judged.add("key-point", "is a point of small order, for which anybody can sign");
    const openssl::QuietErrors quiet;
    judged.key.reset(
        EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, spki.key.data(), spki.key.size()));
    if (!judged.key)
        judged.add("key-unreadable", "is no Ed25519 key");
}

// The bits of p, the first of a DSA key's parameters (RFC 3279 2.3.2); empty where there is none.
std::string dsa_size(const Spki& spki) {
    try {
        const ByteView parameters = spki.parameters ? spki.parameters->whole : ByteView{};
        const Bytes prime = der::Reader(parameters, object).enter(der::sequence).unsigned_integer();
        return std::string("-").append(std::to_string(BN_num_bits(to_bignum(prime).get())));
    } catch (const Error&) {
        return {};
    }
}

std::string algorithm_of(const Spki& spki) {
    if (spki.algorithm == oid::ec_public_key)
        return ec_algorithm(spki);
    if (spki.algorithm == oid::rsa_encryption)
        return rsa_algorithm(spki);
    if (spki.algorithm == oid::ed25519)
        return "ed25519";
    if (spki.algorithm == oid::dsa)
        return "dsa" + dsa_size(spki);
    return encoding::to_lower_ascii(openssl::object_name(spki.algorithm));
}

Judged judge(const Spki& spki) {
    Judged judged;
    if (spki.algorithm == oid::ec_public_key)
        judge_ec(spki, judged);
    else if (spki.algorithm == oid::rsa_encryption)
        judge_rsa(spki, judged);
    else if (spki.algorithm == oid::ed25519)
        judge_ed25519(spki, judged);
    else
        judged.add("key-algorithm",
                   algorithm_of(spki) + " is no algorithm that is certified; EC, RSA and Ed25519 are");
    return judged;
}

} // namespace

struct PublicKey::Judgement {
    // Not std::call_once: an exception must not pass through pthread_once(3), which unwinds by the system's
    // libgcc, where libstdc++ is linked in: the process would be aborted.
    std::mutex mutex;
    std::atomic<bool> is_made = false, is_loaded = false;
    Findings weaknesses;
    std::shared_ptr<EVP_PKEY> key;

    // Sound EC keys are loaded when somebody wants more than their octets.
    EVP_PKEY* loaded(ByteView spki_der) {
        if (is_loaded)
            return key.get();
        const std::lock_guard guard(mutex);
        const Spki spki = read_spki(spki_der);
        const Curve* curve = curve_of(spki);
        if (!is_loaded && curve != nullptr && weaknesses.empty())
            key = load_ec(*curve, spki.key);
        is_loaded = true;
        return key.get();
    }
};

PublicKey PublicKey::from_spki(ByteView der) {
    PublicKey key;
    key.spki_.assign(der.begin(), der.end());
    key.algorithm_ = algorithm_of(read_spki(key.spki_));
    key.judgement_ = std::make_shared<Judgement>();
    return key;
}

PublicKey PublicKey::of_sound(Bytes spki, std::string algorithm, std::shared_ptr<evp_pkey_st> key) {
    PublicKey made;
    made.spki_ = std::move(spki);
    made.algorithm_ = std::move(algorithm);
    made.judgement_ = std::make_shared<Judgement>();
    made.judgement_->key = std::move(key);
    made.judgement_->is_made = true;
    made.judgement_->is_loaded = true;
    return made;
}

const PublicKey::Judgement& PublicKey::judged() const {
    static const Judgement of_no_key;
    if (!judgement_)
        return of_no_key;
    if (judgement_->is_made)
        return *judgement_;
    const std::lock_guard guard(judgement_->mutex);
    if (!judgement_->is_made) {
        Judged judged = judge(read_spki(spki_));
        judgement_->weaknesses = std::move(judged.weaknesses);
        judgement_->key = std::move(judged.key);
        judgement_->is_loaded = judgement_->key != nullptr;
        judgement_->is_made = true;
    }
    return *judgement_;
}

const Findings& PublicKey::weaknesses() const {
    return judged().weaknesses;
}

EVP_PKEY* PublicKey::handle() const {
    judged();
    return judgement_ ? judgement_->loaded(spki_) : nullptr;
}

} // namespace mtlsca::x509
