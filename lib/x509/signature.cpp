#include "x509/signature.h"

#include "encoding/der.h"
#include "x509/openssl.h"
#include "x509/signature_scheme.h"

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
    signature.resize(size);
    return signature;
}

std::vector<Bytes> sign_digests(const PrivateKey& key, std::span<const Sha256> digests) {
    const openssl::PkeyContextPtr context(
        openssl::must(EVP_PKEY_CTX_new_from_pkey(nullptr, key.handle(), nullptr), object, "no memory"));
    openssl::must(EVP_PKEY_sign_init(context.get()), object, "cannot be made");
    std::vector<Bytes> signatures;
    for (const Sha256& digest : digests) {
        std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(key.handle()));
        Bytes& signature = signatures.emplace_back(size);
        openssl::must(EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()),
                      object, "cannot be made");
        signature.resize(size);
    }
    return signatures;
}

bool verify(const PublicKey& key, ByteView algorithm, ByteView message, ByteView signature,
            const io::Passed& passed) {
    const auto scheme = read_scheme(algorithm);
    if (!scheme || key.handle() == nullptr || !fits(*scheme, key))
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
    signature.resize(size);
    return signature;
}

} // namespace mtlsca::x509
