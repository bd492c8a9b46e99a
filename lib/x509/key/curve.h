// The curves whose keys we certify, read and write. Internal to lib/x509.
#pragma once

#include "x509/key/key.h"
#include "x509/oid.h"
#include "x509/openssl.h"

#include <algorithm>

namespace mtlsca::x509 {

struct Curve {
    KeyType type;
    const char* oid;
    const char* group;  // as OpenSSL calls it
    std::size_t octets; // of a coordinate, and of a private key
};
inline constexpr std::array curves{Curve{KeyType::ec_p256, oid::ec_p256, SN_X9_62_prime256v1, 32},
                                   Curve{KeyType::ec_p384, oid::ec_p384, SN_secp384r1, 48},
                                   Curve{KeyType::ec_p521, oid::ec_p521, SN_secp521r1, 66}};

inline const Curve* find_curve(std::string_view dotted) {
    const auto* found =
        std::find_if(curves.begin(), curves.end(), [&](const Curve& one) { return dotted == one.oid; });
    return found == curves.end() ? nullptr : found;
}

} // namespace mtlsca::x509
