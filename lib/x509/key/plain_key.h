// Unencrypted private keys in the form in which we and OpenSSL write them, read without OSSL_STORE. Internal
// to lib/x509.
#pragma once

#include "x509/key/key.h"
#include "x509/openssl.h"

namespace mtlsca::x509 {

struct PlainKey {
    openssl::PkeyPtr key;
    KeyType type;
};

// Only a text that is one PEM block of PKCS#8, version 1, without attributes, with an Ed25519 key or one of
// P-256, P-384 or P-521 together with its uncompressed public key (RFC 5915 3). Empty for whatever else there
// is, also for what is broken: OSSL_STORE reads it or says why it cannot, but fetches and tries all its
// decoders first, which is a fifth of what `issue` costs.
std::optional<PlainKey> read_plain_key(std::string_view text);
// The same for what is inside of the PEM; null where it is something else.
openssl::PkeyPtr read_plain_key_der(ByteView pkcs8);

} // namespace mtlsca::x509
