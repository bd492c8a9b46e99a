// Of what is deprecated since 3.0 EC_GROUP_precompute_mult and EC_POINT_get_Jprojective_coordinates_GFp have
// no successor, and that of ECDSA_verify costs more. Without them the result is the same, later.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "x509/signature/p256_verifier.h"

#include "encoding/der.h"
#include "x509/per_thread.h"

#include <openssl/obj_mac.h>

namespace mtlsca::x509 {
namespace {

constexpr const char* object = "signature";

using PointPtr = openssl::Owned<EC_POINT, EC_POINT_free>;
using NumbersPtr = openssl::Owned<BN_CTX, BN_CTX_free>;

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

bool is_in_range(const BIGNUM* number, const BIGNUM* order) {
    return BN_is_negative(number) == 0 && BN_is_zero(number) == 0 && BN_cmp(number, order) < 0;
}

// Numbers of a BN_CTX, until the end of a block.
class Temporaries {
public:
    explicit Temporaries(BN_CTX* numbers) : numbers_(numbers) { BN_CTX_start(numbers); }
    ~Temporaries() { BN_CTX_end(numbers_); }
    Temporaries(const Temporaries&) = delete;
    BIGNUM* next() const { return openssl::must(BN_CTX_get(numbers_), object, "no memory"); }

private:
    BN_CTX* numbers_;
};

// One strict DER value, and nothing behind it.
bool read_signature(ByteView signature, BIGNUM* r, BIGNUM* s) {
    const auto read = [](ByteView octets, BIGNUM* to) {
        openssl::must(BN_bin2bn(octets.data(), static_cast<int>(octets.size()), to), object, "no memory");
    };
    try {
        encoding::der::Reader whole(signature, object);
        encoding::der::Reader numbers = whole.enter(encoding::der::sequence);
        whole.expect_end();
        read(numbers.unsigned_integer(), r);
        read(numbers.unsigned_integer(), s);
        numbers.expect_end();
        return true;
    } catch (const Error& error) {
        if (error.code != Code::refused)
            throw;
        return false;
    }
}

} // namespace

bool verify_p256(ByteView point, const Sha256& digest, ByteView signature) {
    using KeyPtr = openssl::Owned<EC_KEY, EC_KEY_free>;
    static const PerThread<KeyPtr> keys;
    const KeyPtr& key = keys.get([] {
        return KeyPtr(
            openssl::must(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1), object, "cannot be verified"));
    });
    const openssl::QuietErrors quiet;
    return EC_KEY_oct2key(key.get(), point.data(), point.size(), nullptr) == 1 &&
           ECDSA_verify(0, digest.data(), static_cast<int>(digest.size()), signature.data(),
                        static_cast<int>(signature.size()), key.get()) == 1;
}

// What a verification writes to, made once for many.
struct P256Verifier::Space {
    BN_CTX* numbers;
    EC_POINT *first, *second;
};

P256Verifier::P256Verifier(const PublicKey& key) : group_(p256()), key_group_(p256()) {
    constexpr const char* what = "cannot be verified with this key";
    order_ = EC_GROUP_get0_order(group_.get());
    field_ = EC_GROUP_get0_field(group_.get());
    modulo_order_.reset(openssl::must(BN_MONT_CTX_new(), object, "no memory"));
    const NumbersPtr numbers(openssl::must(BN_CTX_new(), object, "no memory"));
    openssl::must(BN_MONT_CTX_set(modulo_order_.get(), order_, numbers.get()), object, what);
    modulo_field_.reset(openssl::must(BN_MONT_CTX_new(), object, "no memory"));
    openssl::must(BN_MONT_CTX_set(modulo_field_.get(), field_, numbers.get()), object, what);
    order_minus_two_.reset(openssl::must(BN_dup(order_), object, "no memory"));
    openssl::must(BN_sub_word(order_minus_two_.get(), 2), object, what);
    field_minus_order_ = new_number();
    openssl::must(BN_sub(field_minus_order_.get(), field_, order_), object, what);
    encoding::der::Reader spki = encoding::der::Reader(key.spki(), object).enter(encoding::der::sequence);
    spki.next();
    const Bytes octets = spki.enclosed_in_bit_string();
    const PointPtr point = new_point(group_);
    openssl::must(EC_POINT_oct2point(group_.get(), point.get(), octets.data(), octets.size(), nullptr),
                  object, what);
    openssl::must(EC_GROUP_set_generator(key_group_.get(), point.get(), order_, BN_value_one()), object,
                  what);
    openssl::must(EC_GROUP_precompute_mult(key_group_.get(), nullptr), object, what);
}

// All at the price of one, and three multiplications each (Montgomery, 1987). In Montgomery's form.
void P256Verifier::invert(std::span<BIGNUM* const> all, BN_CTX* numbers) const {
    const Temporaries temporaries(numbers);
    BN_MONT_CTX* modulo = modulo_order_.get();
    const auto done = [](int result) { openssl::must(result, object, "cannot be verified"); };
    std::vector<BIGNUM*> products; // products[i] of all[0] to all[i]
    for (BIGNUM* factor : all) {
        done(BN_to_montgomery(factor, factor, modulo, numbers));
        BIGNUM* product = temporaries.next();
        if (products.empty())
            openssl::must(BN_copy(product, factor), object, "no memory");
        else
            done(BN_mod_mul_montgomery(product, products.back(), factor, modulo, numbers));
        products.push_back(product);
    }
    // 1/x is x to the order - 2 (Fermat): half of the time of BN_mod_inverse.
    BIGNUM *rest = temporaries.next(), *inverse = temporaries.next();
    done(BN_from_montgomery(rest, products.back(), modulo, numbers));
    done(BN_mod_exp_mont(rest, rest, order_minus_two_.get(), order_, numbers, modulo));
    done(BN_to_montgomery(rest, rest, modulo, numbers));
    // `rest` is the inverse of products[i]; times products[i - 1] it is that of all[i].
    for (std::size_t i = all.size() - 1; i > 0; --i) {
        done(BN_mod_mul_montgomery(inverse, rest, products[i - 1], modulo, numbers));
        done(BN_mod_mul_montgomery(rest, rest, all[i], modulo, numbers));
        openssl::must(BN_copy(all[i], inverse), object, "no memory");
    }
    openssl::must(BN_copy(all[0], rest), object, "no memory");
}

bool P256Verifier::verify(std::span<const Sha256> digests, std::span<const Bytes> signatures) const {
    if (digests.empty() || digests.size() != signatures.size())
        return digests.size() == signatures.size();
    const openssl::QuietErrors quiet;
    // What it hands out keeps its memory from one call to the next.
    static const PerThread<NumbersPtr> all_numbers;
    const NumbersPtr& numbers =
        all_numbers.get([] { return NumbersPtr(openssl::must(BN_CTX_new(), object, "no memory")); });
    const Temporaries temporaries(numbers.get());
    std::vector<BIGNUM*> all_r, all_s;
    for (const Bytes& signature : signatures) {
        BIGNUM* r = all_r.emplace_back(temporaries.next());
        BIGNUM* s = all_s.emplace_back(temporaries.next());
        if (!read_signature(signature, r, s) || !is_in_range(r, order_) || !is_in_range(s, order_))
            return false;
    }
    invert(all_s, numbers.get());
    const PointPtr first = new_point(group_), second = new_point(key_group_);
    for (std::size_t i = 0; i < signatures.size(); ++i)
        if (!is_good(digests[i], all_r[i], all_s[i], {numbers.get(), first.get(), second.get()}))
            return false;
    return true;
}

bool P256Verifier::is_good(const Sha256& digest, const BIGNUM* r, const BIGNUM* inverse_of_s,
                           const Space& space) const {
    const Temporaries temporaries(space.numbers);
    BIGNUM *e = temporaries.next(), *u1 = temporaries.next(), *u2 = temporaries.next();
    // A factor in Montgomery's form and one that isn't: their product is not.
    return BN_bin2bn(digest.data(), static_cast<int>(digest.size()), e) != nullptr &&
           (BN_cmp(e, order_) < 0 || BN_sub(e, e, order_) == 1) && // it has as many bits
           BN_mod_mul_montgomery(u1, e, inverse_of_s, modulo_order_.get(), space.numbers) == 1 &&
           BN_mod_mul_montgomery(u2, r, inverse_of_s, modulo_order_.get(), space.numbers) == 1 &&
           EC_POINT_mul(group_.get(), space.first, u1, nullptr, nullptr, space.numbers) == 1 &&
           EC_POINT_mul(key_group_.get(), space.second, u2, nullptr, nullptr, space.numbers) == 1 &&
           EC_POINT_add(group_.get(), space.first, space.first, space.second, space.numbers) == 1 &&
           EC_POINT_is_at_infinity(group_.get(), space.first) == 0 && is_x(space.first, r, space.numbers);
}

// Whether the affine x, modulo the order, is r. x is X/Z² modulo the field, hence r·Z² = X, or (r + order)·Z²
// = X where that is below the field; without a division. Both sides are divided by Montgomery's R.
bool P256Verifier::is_x(const EC_POINT* point, const BIGNUM* r, BN_CTX* numbers) const {
    const Temporaries temporaries(numbers);
    BIGNUM *x = temporaries.next(), *z = temporaries.next(), *candidate = temporaries.next();
    BN_MONT_CTX* modulo = modulo_field_.get();
    if (EC_POINT_get_Jprojective_coordinates_GFp(group_.get(), point, x, nullptr, z, numbers) != 1 ||
        BN_from_montgomery(x, x, modulo, numbers) != 1 ||
        BN_mod_mul_montgomery(z, z, z, modulo, numbers) != 1 ||
        BN_to_montgomery(z, z, modulo, numbers) != 1 || // Z²
        BN_mod_mul_montgomery(candidate, r, z, modulo, numbers) != 1)
        return false;
    if (BN_cmp(candidate, x) == 0)
        return true;
    return BN_cmp(r, field_minus_order_.get()) < 0 && BN_add(candidate, r, order_) == 1 &&
           BN_mod_mul_montgomery(candidate, candidate, z, modulo, numbers) == 1 && BN_cmp(candidate, x) == 0;
}

} // namespace mtlsca::x509
