// Preloaded into mtlsca: uses OpenSSL before main(), as an agent might that somebody loads into every process.
#include <openssl/crypto.h>

namespace {

__attribute__((constructor)) void use_openssl() {
    OPENSSL_free(OPENSSL_malloc(1));
}

} // namespace
