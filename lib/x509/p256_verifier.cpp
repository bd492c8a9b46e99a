// EC_GROUP_precompute_mult is deprecated since 3.0 and has no successor. Without it the result is the same,
// later.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "x509/p256_verifier.h"

#include "encoding/der.h"

#include <openssl/obj_mac.h>

namespace mtlsca::x509 {
namespace {

constexpr const char* object = "signature";

using PointPtr = openssl::Owned<EC_POINT, EC_POINT_free>;
using NumbersPtr = openssl::Owned<BN_CTX, BN_CTX_free>;
using SignaturePtr = openssl::Owned<ECDSA_SIG, ECDSA_SIG_free>;

openssl::GroupPtr p256() {
    return openssl::GroupPtr(
        openssl::must(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1), object, "cannot be verified"));
}

PointPtr new_point(const openssl::GroupPtr& group) {
    return PointPtr(openssl::must(EC_POINT_new(group.get()), object, "no memory"));
}

openssl::BignumPtr new_number() {
    return openssl::BignumPtr(openssl::must(BN_new(), object, "no memory"));
}

openssl::BignumPtr number_of(ByteView octets) {
    return openssl::BignumPtr(openssl::must(
        BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr), object, "no memory"));
}

bool is_in_range(const BIGNUM* number, const BIGNUM* order) {
    return BN_is_negative(number) == 0 && BN_is_zero(number) == 0 && BN_cmp(number, order) < 0;
}

// Nothing but one strict DER value: OpenSSL would also take what has more behind it.
SignaturePtr read_signature(ByteView signature) {
    const unsigned char* at = signature.data();
    SignaturePtr read(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(signature.size())));
    return at == signature.data() + signature.size() ? std::move(read) : nullptr;
}

} // namespace

P256Verifier::P256Verifier(const PublicKey& key) : group_(p256()), key_group_(p256()) {
    order_ = EC_GROUP_get0_order(group_.get());
    modulo_order_.reset(openssl::must(BN_MONT_CTX_new(), object, "no memory"));
    const NumbersPtr numbers(openssl::must(BN_CTX_new(), object, "no memory"));
    openssl::must(BN_MONT_CTX_set(modulo_order_.get(), order_, numbers.get()), object, "cannot be verified");
    order_minus_two_.reset(openssl::must(BN_dup(order_), object, "no memory"));
    openssl::must(BN_sub_word(order_minus_two_.get(), 2), object, "cannot be verified");
    encoding::der::Reader spki = encoding::der::Reader(key.spki(), object).enter(encoding::der::sequence);
    spki.next();
    const Bytes octets = spki.enclosed_in_bit_string();
    const PointPtr point = new_point(group_);
    openssl::must(EC_POINT_oct2point(group_.get(), point.get(), octets.data(), octets.size(), nullptr),
                  object, "cannot be verified with this key");
    openssl::must(EC_GROUP_set_generator(key_group_.get(), point.get(), order_, BN_value_one()), object,
                  "cannot be verified with this key");
    openssl::must(EC_GROUP_precompute_mult(key_group_.get(), nullptr), object,
                  "cannot be verified with this key");
}

bool P256Verifier::verify(ByteView message, ByteView signature) const {
    const openssl::QuietErrors quiet;
    const SignaturePtr read = read_signature(signature);
    if (!read)
        return false;
    const BIGNUM* r = ECDSA_SIG_get0_r(read.get());
    const BIGNUM* s = ECDSA_SIG_get0_s(read.get());
    if (!is_in_range(r, order_) || !is_in_range(s, order_))
        return false;
    const NumbersPtr numbers(openssl::must(BN_CTX_new(), object, "no memory"));
    const openssl::BignumPtr e = number_of(sha256(message)), w = new_number(), u1 = new_number(),
                             u2 = new_number();
    const PointPtr sum = new_point(group_), second = new_point(key_group_);
    const bool computed =
        // 1/s, as s to the order - 2 (Fermat): half of the time of BN_mod_inverse.
        BN_mod_exp_mont(w.get(), s, order_minus_two_.get(), order_, numbers.get(), modulo_order_.get()) ==
            1 &&
        BN_mod_mul(u1.get(), e.get(), w.get(), order_, numbers.get()) == 1 &&
        BN_mod_mul(u2.get(), r, w.get(), order_, numbers.get()) == 1 &&
        EC_POINT_mul(group_.get(), sum.get(), u1.get(), nullptr, nullptr, numbers.get()) == 1 &&
        EC_POINT_mul(key_group_.get(), second.get(), u2.get(), nullptr, nullptr, numbers.get()) == 1 &&
        EC_POINT_add(group_.get(), sum.get(), sum.get(), second.get(), numbers.get()) == 1;
    if (!computed || EC_POINT_is_at_infinity(group_.get(), sum.get()) == 1)
        return false;
    const openssl::BignumPtr x = new_number();
    return EC_POINT_get_affine_coordinates(group_.get(), sum.get(), x.get(), nullptr, numbers.get()) == 1 &&
           BN_nnmod(x.get(), x.get(), order_, numbers.get()) == 1 && BN_cmp(x.get(), r) == 0;
}

} // namespace mtlsca::x509
