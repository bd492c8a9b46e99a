// The PKCS#8 of EC keys. Internal to lib/x509.
#pragma once

#include "bytes.h"

namespace mtlsca::x509 {

// With zeros in place of the private octets. The last ones are the point.
struct Pkcs8Layout {
    Bytes der;
    std::size_t scalar_at;
};

// RFC 5958 2 and RFC 5915 3: ECPrivateKey with the public key, without the parameters that `algorithm` names
// already.
Pkcs8Layout ec_pkcs8_layout(ByteView algorithm, std::size_t scalar_octets, ByteView point);

} // namespace mtlsca::x509
