// OpenSSL's handles as owned values, and its error queue as our Error. Internal to lib/x509: no public header
// of the room includes it.
#pragma once

#include "bytes.h"
#include "error.h"

#include <memory>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

namespace mtlsca::x509::openssl {

template <auto release>
struct Release {
    template <class Handle>
    void operator()(Handle* handle) const noexcept {
        release(handle);
    }
};
template <class Handle, auto release>
using Owned = std::unique_ptr<Handle, Release<release>>;

// Stacks own their elements; what OpenSSL calls sk_X_pop_free is a macro, so it needs a function around it.
inline void free_certificates(STACK_OF(X509) * stack) {
    sk_X509_pop_free(stack, X509_free);
}
inline void free_crls(STACK_OF(X509_CRL) * stack) {
    sk_X509_CRL_pop_free(stack, X509_CRL_free);
}
inline void free_extensions(STACK_OF(X509_EXTENSION) * stack) {
    sk_X509_EXTENSION_pop_free(stack, X509_EXTENSION_free);
}
inline void free_text(char* text) {
    OPENSSL_free(text);
}
inline void free_octets(unsigned char* octets) {
    OPENSSL_free(octets);
}

using PkeyPtr = Owned<EVP_PKEY, EVP_PKEY_free>;
using PkeyContextPtr = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContextPtr = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using DigestPtr = Owned<EVP_MD, EVP_MD_free>;
using BioPtr = Owned<BIO, BIO_free_all>;
using BignumPtr = Owned<BIGNUM, BN_clear_free>;
using MontgomeryPtr = Owned<BN_MONT_CTX, BN_MONT_CTX_free>;
using GroupPtr = Owned<EC_GROUP, EC_GROUP_free>;
using ObjectPtr = Owned<ASN1_OBJECT, ASN1_OBJECT_free>;
using AlgorithmPtr = Owned<X509_ALGOR, X509_ALGOR_free>;
using IntegerPtr = Owned<ASN1_INTEGER, ASN1_INTEGER_free>;
using TimePtr = Owned<ASN1_TIME, ASN1_TIME_free>;
using NamePtr = Owned<X509_NAME, X509_NAME_free>;
using SpkiPtr = Owned<X509_PUBKEY, X509_PUBKEY_free>;
using CertificatePtr = Owned<X509, X509_free>;
using CertificatesPtr = Owned<STACK_OF(X509), free_certificates>;
using CrlPtr = Owned<X509_CRL, X509_CRL_free>;
using CrlsPtr = Owned<STACK_OF(X509_CRL), free_crls>;
using ExtensionsPtr = Owned<STACK_OF(X509_EXTENSION), free_extensions>;
using StorePtr = Owned<X509_STORE, X509_STORE_free>;
using StoreContextPtr = Owned<X509_STORE_CTX, X509_STORE_CTX_free>;
using PrivateKeyInfoPtr = Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using EncryptedKeyPtr = Owned<X509_SIG, X509_SIG_free>;
using Pkcs12Ptr = Owned<PKCS12, PKCS12_free>;
using Pkcs7Ptr = Owned<PKCS7, PKCS7_free>;
using KeyStorePtr = Owned<OSSL_STORE_CTX, OSSL_STORE_close>;
using KeyStoreItemPtr = Owned<OSSL_STORE_INFO, OSSL_STORE_INFO_free>;
using UiMethodPtr = Owned<UI_METHOD, UI_destroy_method>;
using TextPtr = Owned<char, free_text>;
using OctetsPtr = Owned<unsigned char, free_octets>;

// Throws Error(failed, object, "WHAT: OpenSSL's reason") and leaves the error queue of the thread empty.
[[noreturn]] void fail(std::string_view object, std::string_view what);
// OpenSSL's reason (the innermost one), or "no reason given"; leaves the error queue empty.
std::string take_reason();

// What OpenSSL returns (a pointer, or 1 for success) or fail().
template <class Handle>
Handle* must(Handle* handle, std::string_view object, std::string_view what) {
    if (handle == nullptr)
        fail(object, what);
    return handle;
}
inline void must(int result, std::string_view object, std::string_view what) {
    if (result <= 0)
        fail(object, what);
}

// Whether OpenSSL's configuration wants a FIPS provider. One that was certified makes all keys and verifies
// all signatures itself, however much slower.
inline bool wants_fips_provider() {
    return EVP_default_properties_is_fips_enabled(nullptr) != 0;
}

// Errors that are expected while hostile input is tried: what is queued during its life is dropped at its
// end, so that no later, unrelated failure is explained with them.
class QuietErrors {
public:
    QuietErrors() { ERR_set_mark(); }
    ~QuietErrors() { ERR_pop_to_mark(); }
    QuietErrors(const QuietErrors&) = delete;
    QuietErrors& operator=(const QuietErrors&) = delete;
};

BioPtr memory_bio(ByteView bytes); // read-only; the bytes must outlive it
ByteView written_to(BIO* memory);  // what a BIO_s_mem() holds, valid until it is touched again

// The DER of what OpenSSL holds: to_der<i2d_X509>(certificate).
template <auto encode, class Handle>
Bytes to_der(const Handle* handle, const std::string& object) {
    unsigned char* octets = nullptr;
    const int size = encode(handle, &octets);
    must(size, object, "cannot be encoded");
    const OctetsPtr owned(octets);
    return Bytes(octets, octets + size);
}

// d2i_X of exactly these bytes; null where OpenSSL cannot read them or bytes are left behind.
template <class Pointer, auto decode>
Pointer from_der(ByteView der) {
    const unsigned char* position = der.data();
    Pointer result(decode(nullptr, &position, static_cast<long>(der.size())));
    if (result && position != der.data() + der.size())
        result.reset();
    return result;
}

// OpenSSL's table of object identifiers. The short name ("CN", "subjectAltName") of a dotted one, or the
// dotted one again; the content of the DER of a short, long or dotted name, empty where it is none of them.
std::string object_name(const std::string& dotted);
Bytes object_identifier(const std::string& name);

} // namespace mtlsca::x509::openssl
