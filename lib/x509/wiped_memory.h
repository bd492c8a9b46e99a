// Private keys and passphrases don't stay in memory that OpenSSL was done with.
#pragma once

namespace mtlsca::x509 {

// From now on OpenSSL overwrites what it frees: by itself it doesn't everywhere, and leaves numbers of keys
// after signing and passphrases after PKCS#12 (tests/secrets/memory_test.py). To be called before anything
// else here; false where OpenSSL has allocated memory already, and nothing has changed.
bool wipe_what_openssl_frees();

// At the end of its life the part of the stack below is overwritten: OpenSSL reads passphrases into arrays
// there and leaves them.
class StackWipe {
public:
    StackWipe() = default;
    StackWipe(const StackWipe&) = delete;
    ~StackWipe();
};

} // namespace mtlsca::x509
