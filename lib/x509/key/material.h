// What a PrivateKey and its copies share. Internal to lib/x509.
#pragma once

#include "x509/key/key.h"
#include "x509/openssl.h"

#include <atomic>
#include <mutex>

namespace mtlsca::x509 {

struct PrivateKey::Material {
    // Not std::call_once: see PublicKey::Judgement.
    std::mutex mutex;
    std::atomic<bool> is_loaded = false;
    std::shared_ptr<EVP_PKEY> key;
    Secret pkcs8; // of a key that was made as such, else empty
};

} // namespace mtlsca::x509
