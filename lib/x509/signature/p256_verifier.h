// Verifies ECDSA signatures by P-256 keys: many by one key, or many by a key each. Internal to lib/x509:
// everybody else has verify().
//
// ECDSA wants u1·G + u2·Q (FIPS 186-5 6.4.2). For the generator G OpenSSL has a table, for a key Q it
// computes five times as long; with a table for Q, one inversion for all signatures (Montgomery, 1987) and
// no affine form of the sum a verification costs 20 µs in place of 77, and without the table four fifths
// (38 in place of 47 on a faster day; OpenSSL 3.0, AMD EPYC). Only public values are computed with.
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
    openssl::GroupPtr group_; // P-256 with the key as its generator
};

struct P256Signature {
    Bytes point; // the key's octets
    Sha256 digest;
    ByteView signature; // as above
};

// Of each whether it is right. What OpenSSL's EVP does beside it (EVP_PKEY, its context, algorithms looked
// up) is a tenth of the time of a request, and so is what they share here. Any thread.
std::vector<bool> verify_p256(std::span<const P256Signature> signatures);

} // namespace mtlsca::x509
