// The wrapper that certificates, CRLs and requests share: SEQUENCE { what is signed, algorithm, signature }
// (RFC 5280 4.1.1, 5.1.1). Internal to lib/x509.
#pragma once

#include "bytes.h"

namespace mtlsca::x509 {

// Views into the bytes that were read.
struct Signed {
    ByteView tbs;       // whole element
    ByteView algorithm; // whole element
    ByteView signature; // content of the BIT STRING
};

// Error(refused, object) for anything else, trailing bytes too.
Signed read_signed(ByteView bytes, const std::string& object);

// Error(refused, object) where an AlgorithmIdentifier (RFC 5280 4.1.1.2) is not an OID and at most one
// element.
void expect_algorithm(ByteView algorithm, const std::string& object);

// The long name that OpenSSL knows an AlgorithmIdentifier by, "ecdsa-with-SHA256"; else its OID.
std::string algorithm_name(ByteView algorithm);

// To be called where an Error has been caught: throws it again as one about `object`, because "name: not a
// string" without its file helps nobody.
[[noreturn]] void rethrow_about(const std::string& object);

} // namespace mtlsca::x509
