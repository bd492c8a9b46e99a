// SHA-256 without a provider: EVP's first digest reads openssl.cnf, fetches all of them and costs as much as
// all the rest of a command that only reads, `show` or `list`. Deprecated since 3.0, but the same code behind
// it; nothing here is a signature's digest, which goes through EVP with its key.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "x509/openssl.h"
#include "x509/signature/signature.h"

#include <openssl/sha.h>

namespace mtlsca::x509 {
namespace {

class Hashing {
public:
    Hashing() { must(SHA256_Init(&state_)); }
    void add(ByteView bytes) { must(SHA256_Update(&state_, bytes.data(), bytes.size())); }
    Sha256 finish() {
        Sha256 digest;
        must(SHA256_Final(digest.data(), &state_));
        return digest;
    }

private:
    static void must(int done) { openssl::must(done, "digest", "cannot be computed"); }
    SHA256_CTX state_;
};

} // namespace

Sha256 sha256(ByteView bytes) {
    Hashing hashing;
    hashing.add(bytes);
    return hashing.finish();
}

Sha256 sha256(ByteView bytes, const io::Passed& passed) {
    Hashing hashing;
    io::for_each_stretch(bytes, passed, [&hashing](ByteView stretch) { hashing.add(stretch); });
    return hashing.finish();
}

} // namespace mtlsca::x509
