#include "x509/versions.h"

#include <openssl/crypto.h>

namespace mtlsca::x509 {

std::string crypto_version() {
    return std::string("OpenSSL ") + OpenSSL_version(OPENSSL_VERSION_STRING);
}

} // namespace mtlsca::x509
