#include "x509/key/rsa_modulus.h"

#include <limits>
#include <utility>

namespace mtlsca::x509 {

namespace {

// CA/Browser Forum BR 6.1.6 (NIST SP 800-89 5.3.3): no factor below 752.
constexpr BN_ULONG largest_small_factor = 751;

// The smallest one, or 0. A composite divisor is never the smallest, so that no table of primes is needed.
// The modulus is divided by products of several divisors, because that division is what takes the time.
BN_ULONG small_factor(const BIGNUM* modulus) {
    if (!BN_is_odd(modulus))
        return 2;
    for (BN_ULONG first = 3, next = first; first <= largest_small_factor; first = next) {
        BN_ULONG product = 1;
        for (; next <= largest_small_factor && product <= std::numeric_limits<BN_ULONG>::max() / next;
             next += 2)
            product *= next;
        const BN_ULONG remainder = BN_mod_word(modulus, product);
        for (BN_ULONG divisor = first; divisor < next; divisor += 2)
            if (remainder % divisor == 0)
                return divisor;
    }
    return 0;
}

using BignumContextPtr = openssl::Owned<BN_CTX, BN_CTX_free>;

// Newton's iteration downwards from a power of two that is not below the root.
bool is_perfect_square(const BIGNUM* modulus) {
    if (BN_mod_word(modulus, 8) != 1) // odd squares
        return false;
    const BignumContextPtr context(BN_CTX_new());
    openssl::BignumPtr root(BN_new()), next(BN_new());
    bool fine = context && root && next && BN_set_bit(root.get(), (BN_num_bits(modulus) + 1) / 2);
    while (fine) {
        fine = BN_div(next.get(), nullptr, modulus, root.get(), context.get()) &&
               BN_add(next.get(), next.get(), root.get()) && BN_rshift1(next.get(), next.get());
        if (fine && BN_cmp(next.get(), root.get()) >= 0)
            break;
        std::swap(root, next);
    }
    if (!fine || !BN_sqr(next.get(), root.get(), context.get()))
        openssl::fail("public key", "cannot be judged");
    return BN_cmp(next.get(), modulus) == 0;
}

} // namespace

std::string modulus_problem(const BIGNUM* modulus) {
    if (const BN_ULONG factor = small_factor(modulus))
        return "has a modulus that is divisible by " + std::to_string(factor);
    return is_perfect_square(modulus) ? "has a modulus that is a perfect square" : "";
}

} // namespace mtlsca::x509
