#include "x509/key/passphrase_work.h"

#include "x509/openssl.h"

#include <limits>
#include <openssl/pem.h>

namespace mtlsca::x509 {
namespace {

constexpr std::uint64_t endless = std::numeric_limits<std::uint64_t>::max();

void free_bags(STACK_OF(PKCS12_SAFEBAG) * bags) {
    sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}
void free_safes(STACK_OF(PKCS7) * safes) {
    sk_PKCS7_pop_free(safes, PKCS7_free);
}
using BagsPtr = openssl::Owned<STACK_OF(PKCS12_SAFEBAG), free_bags>;
using SafesPtr = openssl::Owned<STACK_OF(PKCS7), free_safes>;
using PbeParametersPtr = openssl::Owned<PBEPARAM, PBEPARAM_free>;
using Pbes2ParametersPtr = openssl::Owned<PBE2PARAM, PBE2PARAM_free>;
using Pbkdf2ParametersPtr = openssl::Owned<PBKDF2PARAM, PBKDF2PARAM_free>;
using ScryptParametersPtr = openssl::Owned<SCRYPT_PARAMS, SCRYPT_PARAMS_free>;

template <class Pointer>
Pointer parameters_of(const X509_ALGOR* algorithm, const ASN1_ITEM* form) {
    return Pointer(
        static_cast<typename Pointer::pointer>(ASN1_TYPE_unpack_sequence(form, algorithm->parameter)));
}

// What OpenSSL refuses by itself, a count below one, costs nothing.
std::uint64_t number(const ASN1_INTEGER* integer) {
    std::int64_t value = 0;
    if (ASN1_INTEGER_get_int64(&value, integer) != 1)
        return endless;
    return value < 0 ? 0 : static_cast<std::uint64_t>(value);
}

std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
    return a > endless - b ? endless : a + b;
}
std::uint64_t product(std::uint64_t a, std::uint64_t b) {
    return b != 0 && a > endless / b ? endless : a * b;
}

std::uint64_t rounds_of(const X509_ALGOR* algorithm) {
    if (OBJ_obj2nid(algorithm->algorithm) != NID_pbes2) {
        const auto pbe = parameters_of<PbeParametersPtr>(algorithm, ASN1_ITEM_rptr(PBEPARAM));
        return pbe ? number(pbe->iter) : 0;
    }
    const auto pbes2 = parameters_of<Pbes2ParametersPtr>(algorithm, ASN1_ITEM_rptr(PBE2PARAM));
    if (!pbes2)
        return 0;
    if (OBJ_obj2nid(pbes2->keyfunc->algorithm) == NID_id_scrypt) {
        const auto scrypt = parameters_of<ScryptParametersPtr>(pbes2->keyfunc, ASN1_ITEM_rptr(SCRYPT_PARAMS));
        return scrypt ? product(product(number(scrypt->costParameter), number(scrypt->blockSize)),
                                number(scrypt->parallelizationParameter))
                      : 0;
    }
    const auto pbkdf2 = parameters_of<Pbkdf2ParametersPtr>(pbes2->keyfunc, ASN1_ITEM_rptr(PBKDF2PARAM));
    return pbkdf2 ? number(pbkdf2->iter) : 0;
}

std::uint64_t rounds_of(const X509_SIG* encrypted) {
    const X509_ALGOR* algorithm = nullptr;
    X509_SIG_get0(encrypted, &algorithm, nullptr);
    return rounds_of(algorithm);
}

// Bags in bags: OpenSSL's decoder lets no more than thirty stand inside each other.
std::uint64_t rounds_of(const STACK_OF(PKCS12_SAFEBAG) * bags) {
    std::uint64_t rounds = 0;
    for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); ++i) {
        const PKCS12_SAFEBAG* bag = sk_PKCS12_SAFEBAG_value(bags, i);
        const int type = PKCS12_SAFEBAG_get_nid(bag);
        if (type == NID_pkcs8ShroudedKeyBag)
            rounds = sum(rounds, rounds_of(PKCS12_SAFEBAG_get0_pkcs8(bag)));
        else if (type == NID_safeContentsBag)
            rounds = sum(rounds, rounds_of(PKCS12_SAFEBAG_get0_safes(bag)));
    }
    return rounds;
}

std::uint64_t rounds_of(const PKCS12* file) {
    const ASN1_INTEGER* of_mac = nullptr;
    PKCS12_get0_mac(nullptr, nullptr, nullptr, &of_mac, file);
    std::uint64_t rounds = of_mac != nullptr ? number(of_mac) : 0;
    const SafesPtr safes(PKCS12_unpack_authsafes(file));
    for (int i = 0; i < sk_PKCS7_num(safes.get()); ++i) {
        PKCS7* safe = sk_PKCS7_value(safes.get(), i);
        if (PKCS7_type_is_encrypted(safe) && safe->d.encrypted != nullptr)
            rounds = sum(rounds, rounds_of(safe->d.encrypted->enc_data->algorithm));
        else if (const BagsPtr bags{PKCS12_unpack_p7data(safe)})
            rounds = sum(rounds, rounds_of(bags.get()));
    }
    return rounds;
}

std::uint64_t rounds_of_der(const unsigned char* der, long size) {
    const unsigned char* position = der;
    if (const openssl::EncryptedKeyPtr key{d2i_X509_SIG(nullptr, &position, size)})
        return rounds_of(key.get());
    position = der;
    const openssl::Pkcs12Ptr file(d2i_PKCS12(nullptr, &position, size));
    return file ? rounds_of(file.get()) : 0;
}

} // namespace

std::uint64_t passphrase_rounds(std::string_view file) {
    const openssl::QuietErrors quiet;
    const ByteView octets = as_bytes(file);
    std::uint64_t rounds = rounds_of_der(octets.data(), static_cast<long>(octets.size()));
    const openssl::BioPtr text = openssl::memory_bio(octets);
    char *name = nullptr, *header = nullptr;
    unsigned char* der = nullptr;
    long size = 0;
    while (PEM_read_bio(text.get(), &name, &header, &der, &size) == 1) {
        const openssl::TextPtr owned_name(name), owned_header(header);
        const openssl::OctetsPtr owned_der(der);
        rounds = sum(rounds, rounds_of_der(der, size));
    }
    return rounds;
}

} // namespace mtlsca::x509
