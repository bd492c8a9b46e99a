// Which AlgorithmIdentifier means which computation. Internal to lib/x509.
#pragma once

#include "x509/key/key.h"
#include "x509/openssl.h"

namespace mtlsca::x509 {

struct SignatureScheme {
    enum class Family { ecdsa, rsa, ed25519 } family;
    const EVP_MD* digest;        // null for Ed25519, which hashes by itself; lives as long as the program
    std::optional<int> pss_salt; // RSASSA-PSS with MGF1 over the same digest; empty: PKCS#1 v1.5
    Bytes identifier;            // DER AlgorithmIdentifier
};

// What we sign with. Error(refused) for a key that we never sign with.
SignatureScheme scheme_of(const PublicKey& key);
// What is declared; empty where it is unknown or forbidden. RSASSA-PSS may be declared, though we never write
// it.
std::optional<SignatureScheme> read_scheme(ByteView algorithm);
bool fits(const SignatureScheme& scheme, const PublicKey& key);

} // namespace mtlsca::x509
