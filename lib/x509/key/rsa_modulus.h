// What can be told from an RSA modulus without factoring it. Internal to lib/x509.
#pragma once

#include "x509/openssl.h"

namespace mtlsca::x509 {

// "is divisible by 3"; empty where nothing is wrong.
std::string modulus_problem(const BIGNUM* modulus);

} // namespace mtlsca::x509
