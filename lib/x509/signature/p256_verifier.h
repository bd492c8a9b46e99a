// Verifies ECDSA signatures by P-256 keys: many by one key, or one by a key that comes once. Internal to
// lib/x509: everybody else has verify().
//
// ECDSA wants u1·G + u2·Q (FIPS 186-5 6.4.2). For the generator G OpenSSL has a table, for a key Q it
// computes five times as long; with a table for Q, one inversion for all signatures (Montgomery, 1987) and
// no affine form of the sum a verification costs 20 µs in place of 77 (OpenSSL 3.0.22, AMD EPYC). Only
// public values are computed with.
#pragma once

#include "x509/openssl.h"
#include "x509/signature/signature.h"

namespace mtlsca::x509 {

class P256Verifier {
public:
    explicit P256Verifier(const PublicKey& key); // ec-p256
    // Whether each is the ECDSA-Sig-Value (RFC 3279 2.2.3) over the digest in its place. Any thread.
    bool verify(std::span<const Sha256> digests, std::span<const Bytes> signatures) const;

private:
    struct Space;
    void invert(std::span<BIGNUM* const> all, BN_CTX* numbers) const; // modulo the order
    bool is_good(const Sha256& digest, const BIGNUM* r, const BIGNUM* inverse_of_s, const Space& space) const;
    bool is_x(const EC_POINT* point, const BIGNUM* r, BN_CTX* numbers) const;

    openssl::GroupPtr group_;
    openssl::GroupPtr key_group_;                      // the same curve with the key as its generator
    const BIGNUM *order_ = nullptr, *field_ = nullptr; // group_'s
    openssl::MontgomeryPtr modulo_order_, modulo_field_;
    openssl::BignumPtr order_minus_two_, field_minus_order_;
};

// `point` is the key's octets, `signature` as above. What OpenSSL's EVP does beside it (EVP_PKEY, its
// context, algorithms looked up) is a tenth of the time of a request.
bool verify_p256(ByteView point, const Sha256& digest, ByteView signature);

} // namespace mtlsca::x509
