// The SubjectPublicKeyInfo of a key. Internal to lib/x509.
#pragma once

#include "x509/openssl.h"

namespace mtlsca::x509 {

// i2d_PUBKEY goes through an encoder that is fetched each time, five times the cost of making an EC key: EC
// and Ed25519 keys are laid out by ourselves. Error(failed, object) where a key has no public half.
Bytes spki_of(const EVP_PKEY* key, const std::string& object);

} // namespace mtlsca::x509
