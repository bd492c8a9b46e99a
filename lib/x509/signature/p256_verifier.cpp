// Of what is deprecated since 3.0 EC_GROUP_precompute_mult and EC_POINT_get_Jprojective_coordinates_GFp have
// no successor. Without them the result is the same, later.
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

openssl::GroupPtr new_group() {
    return openssl::GroupPtr(
        openssl::must(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1), object, "cannot be verified"));
}

PointPtr new_point(const EC_GROUP* group) {
    return PointPtr(openssl::must(EC_POINT_new(group), object, "no memory"));
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

// The numbers r and s of a signature; s becomes its inverse.
struct Pair {
    BIGNUM *r, *s;
};

// What is the same for all keys.
class P256 {
public:
    P256();
    const EC_GROUP* group() const { return group_.get(); }
    bool read(ByteView signature, const Pair& to) const;
    void invert_s(std::span<const Pair> pairs, BN_CTX* numbers) const;
    // The factors of G and of the key. `pair` with its s inverted.
    bool factors(const Sha256& digest, const Pair& pair, BIGNUM* u1, BIGNUM* u2, BN_CTX* numbers) const;
    bool is_x(const EC_POINT* point, const BIGNUM* r, BN_CTX* numbers) const;

private:
    bool is_in_range(const BIGNUM* number) const {
        return BN_is_negative(number) == 0 && BN_is_zero(number) == 0 && BN_cmp(number, order_) < 0;
    }

    openssl::GroupPtr group_ = new_group();
    const BIGNUM *order_ = nullptr, *field_ = nullptr; // group_'s
    openssl::MontgomeryPtr modulo_order_, modulo_field_;
    openssl::BignumPtr order_minus_two_, field_minus_order_;
};

const P256& p256() {
    static const P256 curve;
    return curve;
}

// Of the calling thread. What it hands out keeps its memory from one use to the next.
BN_CTX* own_numbers() {
    static const PerThread<NumbersPtr> all_numbers;
    return all_numbers.get([] { return NumbersPtr(openssl::must(BN_CTX_new(), object, "no memory")); }).get();
}

P256::P256() {
    constexpr const char* what = "cannot be verified";
    order_ = EC_GROUP_get0_order(group_.get());
    field_ = EC_GROUP_get0_field(group_.get());
    const auto montgomery = [](const BIGNUM* modulus) {
        openssl::MontgomeryPtr context(openssl::must(BN_MONT_CTX_new(), object, "no memory"));
        openssl::must(BN_MONT_CTX_set(context.get(), modulus, own_numbers()), object, what);
        return context;
    };
    modulo_order_ = montgomery(order_);
    modulo_field_ = montgomery(field_);
    order_minus_two_.reset(openssl::must(BN_dup(order_), object, "no memory"));
    openssl::must(BN_sub_word(order_minus_two_.get(), 2), object, what);
    field_minus_order_.reset(openssl::must(BN_new(), object, "no memory"));
    openssl::must(BN_sub(field_minus_order_.get(), field_, order_), object, what);
}

// One strict DER value, and nothing behind it.
bool P256::read(ByteView signature, const Pair& to) const {
    const auto take = [](ByteView octets, BIGNUM* number) {
        openssl::must(BN_bin2bn(octets.data(), static_cast<int>(octets.size()), number), object, "no memory");
    };
    try {
        encoding::der::Reader whole(signature, object);
        encoding::der::Reader numbers = whole.enter(encoding::der::sequence);
        whole.expect_end();
        take(numbers.unsigned_integer(), to.r);
        take(numbers.unsigned_integer(), to.s);
        numbers.expect_end();
    } catch (const Error& error) {
        if (error.code != Code::refused)
            throw;
        return false;
    }
    return is_in_range(to.r) && is_in_range(to.s);
}

// All at the price of one, and three multiplications each (Montgomery, 1987). In Montgomery's form.
void P256::invert_s(std::span<const Pair> pairs, BN_CTX* numbers) const {
    const Temporaries temporaries(numbers);
    BN_MONT_CTX* modulo = modulo_order_.get();
    const auto done = [](int result) { openssl::must(result, object, "cannot be verified"); };
    std::vector<BIGNUM*> products; // products[i] of the first s to the i-th
    for (const Pair& pair : pairs) {
        done(BN_to_montgomery(pair.s, pair.s, modulo, numbers));
        BIGNUM* product = temporaries.next();
        if (products.empty())
            openssl::must(BN_copy(product, pair.s), object, "no memory");
        else
            done(BN_mod_mul_montgomery(product, products.back(), pair.s, modulo, numbers));
        products.push_back(product);
    }
    // 1/x is x to the order - 2 (Fermat): half of the time of BN_mod_inverse.
    BIGNUM *rest = temporaries.next(), *inverse = temporaries.next();
    done(BN_from_montgomery(rest, products.back(), modulo, numbers));
    done(BN_mod_exp_mont(rest, rest, order_minus_two_.get(), order_, numbers, modulo));
    done(BN_to_montgomery(rest, rest, modulo, numbers));
    // `rest` is the inverse of products[i]; times products[i - 1] it is that of the i-th.
    for (std::size_t i = pairs.size() - 1; i > 0; --i) {
        done(BN_mod_mul_montgomery(inverse, rest, products[i - 1], modulo, numbers));
        done(BN_mod_mul_montgomery(rest, rest, pairs[i].s, modulo, numbers));
        openssl::must(BN_copy(pairs[i].s, inverse), object, "no memory");
    }
    openssl::must(BN_copy(pairs[0].s, rest), object, "no memory");
}

bool P256::factors(const Sha256& digest, const Pair& pair, BIGNUM* u1, BIGNUM* u2, BN_CTX* numbers) const {
    const Temporaries temporaries(numbers);
    BIGNUM* e = temporaries.next();
    // A factor in Montgomery's form and one that isn't: their product is not.
    return BN_bin2bn(digest.data(), static_cast<int>(digest.size()), e) != nullptr &&
           (BN_cmp(e, order_) < 0 || BN_sub(e, e, order_) == 1) && // it has as many bits
           BN_mod_mul_montgomery(u1, e, pair.s, modulo_order_.get(), numbers) == 1 &&
           BN_mod_mul_montgomery(u2, pair.r, pair.s, modulo_order_.get(), numbers) == 1;
}

// Whether the affine x, modulo the order, is r. x is X/Z² modulo the field, hence r·Z² = X, or (r + order)·Z²
// = X where that is below the field; without a division. Both sides are divided by Montgomery's R.
bool P256::is_x(const EC_POINT* point, const BIGNUM* r, BN_CTX* numbers) const {
    if (EC_POINT_is_at_infinity(group_.get(), point) != 0)
        return false;
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

} // namespace

P256Verifier::P256Verifier(const PublicKey& key) : group_(new_group()) {
    constexpr const char* what = "cannot be verified with this key";
    const Bytes octets = key.key_octets();
    const PointPtr point = new_point(group_.get());
    openssl::must(EC_POINT_oct2point(group_.get(), point.get(), octets.data(), octets.size(), nullptr),
                  object, what);
    openssl::must(EC_GROUP_set_generator(group_.get(), point.get(), EC_GROUP_get0_order(p256().group()),
                                         BN_value_one()),
                  object, what);
    openssl::must(EC_GROUP_precompute_mult(group_.get(), nullptr), object, what);
}

bool P256Verifier::verify(std::span<const Sha256> digests, std::span<const Bytes> signatures) const {
    if (digests.empty() || digests.size() != signatures.size())
        return digests.size() == signatures.size();
    const openssl::QuietErrors quiet;
    const P256& curve = p256();
    BN_CTX* numbers = own_numbers();
    const Temporaries temporaries(numbers);
    std::vector<Pair> pairs;
    for (const Bytes& signature : signatures) {
        pairs.push_back({temporaries.next(), temporaries.next()});
        if (!curve.read(signature, pairs.back()))
            return false;
    }
    curve.invert_s(pairs, numbers);
    BIGNUM *u1 = temporaries.next(), *u2 = temporaries.next();
    const PointPtr sum = new_point(curve.group()), second = new_point(group_.get());
    for (std::size_t i = 0; i < signatures.size(); ++i)
        if (!curve.factors(digests[i], pairs[i], u1, u2, numbers) ||
            EC_POINT_mul(curve.group(), sum.get(), u1, nullptr, nullptr, numbers) != 1 ||
            EC_POINT_mul(group_.get(), second.get(), u2, nullptr, nullptr, numbers) != 1 ||
            EC_POINT_add(curve.group(), sum.get(), sum.get(), second.get(), numbers) != 1 ||
            !curve.is_x(sum.get(), pairs[i].r, numbers))
            return false;
    return true;
}

std::vector<bool> verify_p256(std::span<const P256Signature> signatures) {
    const openssl::QuietErrors quiet;
    const P256& curve = p256();
    BN_CTX* numbers = own_numbers();
    const Temporaries temporaries(numbers);
    std::vector<bool> good(signatures.size(), false);
    // One whose s has no inverse would take those of the others with it.
    std::vector<std::size_t> readable;
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < signatures.size(); ++i) {
        const Pair pair{temporaries.next(), temporaries.next()};
        if (!curve.read(signatures[i].signature, pair))
            continue;
        readable.push_back(i);
        pairs.push_back(pair);
    }
    if (pairs.empty())
        return good;
    curve.invert_s(pairs, numbers);
    BIGNUM *u1 = temporaries.next(), *u2 = temporaries.next();
    const PointPtr key = new_point(curve.group()), sum = new_point(curve.group());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const P256Signature& one = signatures[readable[i]];
        good[readable[i]] =
            EC_POINT_oct2point(curve.group(), key.get(), one.point.data(), one.point.size(), numbers) == 1 &&
            EC_POINT_is_at_infinity(curve.group(), key.get()) == 0 &&
            curve.factors(one.digest, pairs[i], u1, u2, numbers) &&
            EC_POINT_mul(curve.group(), sum.get(), u1, key.get(), u2, numbers) == 1 &&
            curve.is_x(sum.get(), pairs[i].r, numbers);
    }
    return good;
}

} // namespace mtlsca::x509
