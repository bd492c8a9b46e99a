// What is left to a provider that was certified, where OpenSSL's configuration asks for one (fips=yes).
#include "x509/certificate/signer.h"

#include <catch2/catch.hpp>
#include <openssl/core_dispatch.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <cstring>
#include <map>

using namespace mtlsca;
using namespace mtlsca::x509;

namespace {

// OpenSSL's own algorithms under the property of a certified provider, which counts the ECDSA signatures that
// it verifies. As long as it lives it is asked for by default.
class CertifiedProvider {
public:
    CertifiedProvider() : own_(OSSL_PROVIDER_load(nullptr, "default")) {
        current = this;
        REQUIRE(own_ != nullptr);
        REQUIRE(OSSL_PROVIDER_add_builtin(nullptr, "certified", start) == 1);
        provider_ = OSSL_PROVIDER_load(nullptr, "certified");
        REQUIRE(provider_ != nullptr);
        REQUIRE(EVP_default_properties_enable_fips(nullptr, 1) == 1);
    }
    ~CertifiedProvider() {
        EVP_default_properties_enable_fips(nullptr, 0);
        OSSL_PROVIDER_unload(provider_);
    }
    CertifiedProvider(const CertifiedProvider&) = delete;
    CertifiedProvider& operator=(const CertifiedProvider&) = delete;

    int verified() const { return verified_; }

private:
    static int start(const OSSL_CORE_HANDLE*, const OSSL_DISPATCH*, const OSSL_DISPATCH** functions,
                     void** context) {
        static const OSSL_DISPATCH table[] = {
            {OSSL_FUNC_PROVIDER_QUERY_OPERATION, reinterpret_cast<void (*)()>(algorithms)}, {0, nullptr}};
        *functions = table;
        *context = OSSL_PROVIDER_get0_provider_ctx(current->own_);
        return 1;
    }

    static const OSSL_ALGORITHM* algorithms(void*, int operation, int* is_temporary) {
        *is_temporary = 0;
        std::vector<OSSL_ALGORITHM>& copies = current->algorithms_[operation];
        const OSSL_ALGORITHM* own = OSSL_PROVIDER_query_operation(current->own_, operation, is_temporary);
        if (own == nullptr)
            return nullptr;
        if (copies.empty()) {
            for (; own->algorithm_names != nullptr; ++own) {
                copies.push_back(*own);
                copies.back().property_definition = "provider=certified,fips=yes";
                if (operation == OSSL_OP_SIGNATURE && std::strncmp(own->algorithm_names, "ECDSA", 5) == 0)
                    copies.back().implementation = current->counted(own->implementation);
            }
            copies.push_back({nullptr, nullptr, nullptr, nullptr});
        }
        return copies.data();
    }

    const OSSL_DISPATCH* counted(const OSSL_DISPATCH* own) {
        for (; own->function_id != 0; ++own) {
            ecdsa_.push_back(*own);
            if (own->function_id != OSSL_FUNC_SIGNATURE_DIGEST_VERIFY_INIT)
                continue;
            begin_ = OSSL_FUNC_signature_digest_verify_init(own);
            ecdsa_.back().function = reinterpret_cast<void (*)()>(begin);
        }
        ecdsa_.push_back({0, nullptr});
        return ecdsa_.data();
    }

    static int begin(void* context, const char* digest, void* key, const OSSL_PARAM* parameters) {
        ++current->verified_;
        return current->begin_(context, digest, key, parameters);
    }

    static inline CertifiedProvider* current = nullptr;
    OSSL_PROVIDER* own_;
    OSSL_PROVIDER* provider_ = nullptr;
    std::map<int, std::vector<OSSL_ALGORITHM>> algorithms_;
    std::vector<OSSL_DISPATCH> ecdsa_;
    OSSL_FUNC_signature_digest_verify_init_fn* begin_ = nullptr;
    int verified_ = 0;
};

} // namespace

TEST_CASE("a certified provider that is asked for verifies all signatures, also of who signs many") {
    const PrivateKey issuer = PrivateKey::generate(KeyType::ec_p256);
    CertificateContent content;
    content.serial = {1, 2, 3};
    content.not_before = *parse_time("2026-01-01T00:00:00Z");
    content.not_after = *parse_time("2026-02-01T00:00:00Z");
    content.issuer = Bytes{0x30, 0x00};
    content.spki = issuer.public_key().spki();
    const CertifiedProvider provider;
    CHECK(Certificate::from_der(sign_certificate(content, issuer), "one").is_signed_by(issuer.public_key()));
    CHECK(provider.verified() == 2);
    CertificateSigner signer(issuer);
    signer.expect_many();
    const CertificateBody body = signer.body_of(content);
    const std::array<const CertificateBody*, 3> bodies{&body, &body, &body};
    CHECK(signer.sign(bodies).size() == bodies.size());
    CHECK(provider.verified() == 2 + 3);
}
