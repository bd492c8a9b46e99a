#include "x509/signature/signature.h"

#include "encoding/der.h"
#include "x509/openssl.h"
#include "x509/signature/p256_verifier.h"
#include "x509/signature/scheme.h"

#include <openssl/rsa.h>

namespace mtlsca::x509 {

struct StreamSigner::Context {
    openssl::DigestContextPtr digest;
};

namespace {

constexpr const char* object = "signature";

openssl::DigestContextPtr new_digest_context() {
    return openssl::DigestContextPtr(openssl::must(EVP_MD_CTX_new(), object, "no memory"));
}

openssl::DigestContextPtr start_signing(const PrivateKey& key) {
    const SignatureScheme scheme = scheme_of(key.public_key());
    openssl::DigestContextPtr context = new_digest_context();
    openssl::must(EVP_DigestSignInit(context.get(), nullptr, scheme.digest, nullptr, key.handle()), object,
                  "cannot be made");
    return context;
}

// OpenSSL 3.0 takes the -1 of an encoder without memory for a size, and says that all went well
// (ossl_ecdsa_simple_sign): 4 GiB.
void shrink(Bytes& signature, std::size_t size) {
    if (size > signature.size())
        throw Error(Code::failed, object, "cannot be made: no memory");
    signature.resize(size);
}

bool is_for_p256_verifier(const SignatureScheme& scheme, const PublicKey& key) {
    return key.algorithm() == "ec-p256" && scheme.digest != nullptr && EVP_MD_get_size(scheme.digest) == 32 &&
           !openssl::wants_fips_provider();
}

} // namespace

Bytes signature_algorithm(const PublicKey& key) {
    return scheme_of(key).identifier;
}

Bytes sign(const PrivateKey& key, ByteView message) {
    const openssl::DigestContextPtr context = start_signing(key);
    std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key.handle()));
    Bytes signature(size);
    openssl::must(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()),
                  object, "cannot be made");
    shrink(signature, size);
    return signature;
}

struct RepeatedSigner::Context {
    const EVP_MD* digest;
    openssl::PkeyContextPtr pkey; // null where the algorithm takes no digest
    openssl::DigestContextPtr hashing;
};

RepeatedSigner::RepeatedSigner(PrivateKey key) : key_(std::move(key)) {
    const SignatureScheme scheme = scheme_of(key_.public_key());
    context_ = std::make_unique<Context>(Context{scheme.digest, nullptr, nullptr});
    if (scheme.digest == nullptr)
        return;
    context_->hashing = new_digest_context();
    context_->pkey.reset(
        openssl::must(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.handle(), nullptr), object, "no memory"));
    EVP_PKEY_CTX* pkey = context_->pkey.get();
    openssl::must(EVP_PKEY_sign_init(pkey), object, "cannot be made");
    if (scheme.family == SignatureScheme::Family::rsa)
        openssl::must(EVP_PKEY_CTX_set_rsa_padding(pkey, RSA_PKCS1_PADDING), object, "cannot be made");
    openssl::must(EVP_PKEY_CTX_set_signature_md(pkey, scheme.digest), object, "cannot be made");
}

RepeatedSigner::~RepeatedSigner() = default;
RepeatedSigner::RepeatedSigner(RepeatedSigner&&) noexcept = default;
RepeatedSigner& RepeatedSigner::operator=(RepeatedSigner&&) noexcept = default;

Bytes RepeatedSigner::sign(ByteView message) {
    if (!context_->pkey)
        return x509::sign(key_, message);
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_MD_CTX* hashing = context_->hashing.get();
    openssl::must(EVP_DigestInit_ex(hashing, context_->digest, nullptr), object, "cannot be made");
    openssl::must(EVP_DigestUpdate(hashing, message.data(), message.size()), object, "cannot be made");
    openssl::must(EVP_DigestFinal_ex(hashing, digest.data(), &size), object, "cannot be made");
    return sign_digest(ByteView(digest).first(size));
}

Bytes RepeatedSigner::sign_digest(ByteView digest) {
    std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key_.handle()));
    Bytes signature(size);
    openssl::must(EVP_PKEY_sign(context_->pkey.get(), signature.data(), &size, digest.data(), digest.size()),
                  object, "cannot be made");
    shrink(signature, size);
    return signature;
}

std::vector<bool> verify_all(std::span<const SignedMessage> messages) {
    std::vector<bool> good(messages.size(), false);
    std::vector<std::size_t> of_p256;
    std::vector<P256Signature> signatures;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const auto& [key, algorithm, message, signature] = messages[i];
        const auto scheme = read_scheme(algorithm);
        if (!scheme || !fits(*scheme, *key) || !is_for_p256_verifier(*scheme, *key)) {
            good[i] = verify(*key, algorithm, message, signature);
        } else if (key->weaknesses().empty()) {
            of_p256.push_back(i);
            signatures.push_back({key->key_octets(), sha256(message), signature});
        }
    }
    const std::vector<bool> good_of_p256 = verify_p256(signatures);
    for (std::size_t i = 0; i < of_p256.size(); ++i)
        good[of_p256[i]] = good_of_p256[i];
    return good;
}

bool verify(const PublicKey& key, ByteView algorithm, ByteView message, ByteView signature,
            const io::Passed& passed) {
    const auto scheme = read_scheme(algorithm);
    if (!scheme || !fits(*scheme, key))
        return false;
    if (!passed && is_for_p256_verifier(*scheme, key))
        return key.weaknesses().empty() &&
               verify_p256(std::array{P256Signature{key.key_octets(), sha256(message), signature}}).front();
    if (key.handle() == nullptr)
        return false;
    const openssl::QuietErrors quiet;
    const openssl::DigestContextPtr context = new_digest_context();
    EVP_PKEY_CTX* parameters = nullptr; // owned by context
    if (EVP_DigestVerifyInit(context.get(), &parameters, scheme->digest, nullptr, key.handle()) <= 0)
        return false;
    if (scheme->pss_salt && (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) <= 0 ||
                             EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, *scheme->pss_salt) <= 0))
        return false;
    if (!passed || scheme->digest == nullptr)
        return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                                message.size()) == 1;
    io::for_each_stretch(message, passed, [&](ByteView stretch) {
        openssl::must(EVP_DigestVerifyUpdate(context.get(), stretch.data(), stretch.size()), object,
                      "cannot be verified");
    });
    return EVP_DigestVerifyFinal(context.get(), signature.data(), signature.size()) == 1;
}

bool StreamSigner::streams(const PublicKey& key) {
    return scheme_of(key).digest != nullptr;
}

StreamSigner::StreamSigner(const PrivateKey& key) {
    if (!streams(key.public_key()))
        throw Error(Code::failed, object, "cannot be made as a stream with " + key.public_key().algorithm());
    context_ = std::make_unique<Context>(Context{start_signing(key)});
}

StreamSigner::~StreamSigner() = default;

void StreamSigner::write(ByteView bytes) {
    openssl::must(EVP_DigestSignUpdate(context_->digest.get(), bytes.data(), bytes.size()), object,
                  "cannot be made");
}

Bytes StreamSigner::finish() {
    std::size_t size = 0;
    openssl::must(EVP_DigestSignFinal(context_->digest.get(), nullptr, &size), object, "cannot be made");
    Bytes signature(size);
    openssl::must(EVP_DigestSignFinal(context_->digest.get(), signature.data(), &size), object,
                  "cannot be made");
    shrink(signature, size);
    return signature;
}

} // namespace mtlsca::x509
