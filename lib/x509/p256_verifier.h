// Verifies many ECDSA signatures by one P-256 key. Internal to lib/x509: everybody else has verify().
//
// ECDSA wants u1·G + u2·Q (FIPS 186-5 6.4.2). For the generator G OpenSSL has a table, for a key Q it
// computes five times as long; with a table for Q, too, a verification costs 35 µs in place of 77
// (OpenSSL 3.0.22, AMD EPYC), less than all the rest of a certificate in bulk. Only public values are
// computed with.
#pragma once

#include "x509/openssl.h"
#include "x509/signature.h"

namespace mtlsca::x509 {

class P256Verifier {
public:
    explicit P256Verifier(const PublicKey& key); // ec-p256
    // Of the ECDSA-Sig-Value (RFC 3279 2.2.3) over the message's SHA-256. Any thread.
    bool verify(ByteView message, ByteView signature) const;

private:
    openssl::GroupPtr group_;
    openssl::GroupPtr key_group_;   // the same curve with the key as its generator
    const BIGNUM* order_ = nullptr; // group_'s
    openssl::MontgomeryPtr modulo_order_;
    openssl::BignumPtr order_minus_two_;
};

} // namespace mtlsca::x509
