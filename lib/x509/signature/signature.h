// Signatures over bytes, whole or streamed, and the AlgorithmIdentifier that names them.
//
// EC P-256/384/521 sign with SHA-256/384/512, RSA with PKCS#1 v1.5 and SHA-256 (what every relying party
// reads), Ed25519 as RFC 8410.
#pragma once

#include "io/stretches.h"
#include "x509/key/key.h"

namespace mtlsca::x509 {

// DER AlgorithmIdentifier of the signatures that this key makes (RFC 5758, RFC 4055 with NULL, RFC 8410
// without parameters).
Bytes signature_algorithm(const PublicKey& key);

Bytes sign(const PrivateKey& key, ByteView message);

// Signs many messages as sign() does; what OpenSSL sets up for a signature, a fifth of one by P-256, is made
// once. For one thread.
class RepeatedSigner {
public:
    explicit RepeatedSigner(PrivateKey key);
    ~RepeatedSigner();
    RepeatedSigner(RepeatedSigner&&) noexcept;
    RepeatedSigner& operator=(RepeatedSigner&&) noexcept;
    Bytes sign(ByteView message);
    // Of a message's digest, which somebody else needs, too. Not for Ed25519, which has none.
    Bytes sign_digest(ByteView digest);

private:
    struct Context;
    PrivateKey key_;
    std::unique_ptr<Context> context_;
};

// True where `signature` over `message` is by `key` under the DER AlgorithmIdentifier `algorithm`. False for
// anything else, unknown or forbidden algorithms (MD5, SHA-1) too; never throws for bad input.
// Where the algorithm can be streamed, `passed` hears of the message's stretches.
bool verify(const PublicKey& key, ByteView algorithm, ByteView message, ByteView signature,
            const io::Passed& passed = {});

struct SignedMessage {
    const PublicKey* key;
    ByteView algorithm, message, signature;
};

// verify() of each. By P-256 keys many together cost a fifth less than one by one.
std::vector<bool> verify_all(std::span<const SignedMessage> messages);

// As in key.h, of bytes that are passed stretch by stretch.
Sha256 sha256(ByteView bytes, const io::Passed& passed);

// Signs what is written to it, without holding it. For Ed25519, which OpenSSL cannot stream, streams() is
// false: use sign() over mapped bytes.
class StreamSigner {
public:
    static bool streams(const PublicKey& key);
    explicit StreamSigner(const PrivateKey& key);
    ~StreamSigner();
    void write(ByteView bytes);
    Bytes finish();

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

} // namespace mtlsca::x509
