// New P-256 keys, many at once. Internal to lib/x509.
#pragma once

#include "bytes.h"

namespace mtlsca::x509 {

struct FreshKey {
    Secret pkcs8; // as PrivateKey::to_pem() has it
    Bytes spki;
};

// FIPS 186-5 A.2.2: a random number below the order, and the generator times it, by the random numbers and
// the multiplication of OpenSSL that EVP_PKEY_generate() uses, too. What else that does for each key
// (algorithms looked up, a group copied, the point's coordinates divided twice, an EVP_PKEY that nobody
// computes with) takes as long again: here one division serves all, and none is made an EVP_PKEY before
// somebody wants one.
std::vector<FreshKey> make_p256_keys(std::size_t count);

} // namespace mtlsca::x509
