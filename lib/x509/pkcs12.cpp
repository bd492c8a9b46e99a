// PKCS#12 (RFC 7292).
//
// Who reads what. "3DES" is pbeWithSHAAnd3-KeyTripleDES-CBC with a MAC of SHA-1; "AES" is PBES2 with
// AES-256-CBC and PBKDF2-HMAC-SHA256 with a MAC of SHA-256. A reader that lacks an algorithm mostly says
// "wrong password".
//
//   target    written  because
//   modern    AES      OpenSSL 3 writes and reads it by default (migration_guide(7), "PKCS#12 API updates");
//                      Java since 16 writes it, and reads it since 8u301 and 11.0.12 (JDK-8228481,
//                      JDK-8267701)
//   macos     3DES     up to 14 a MAC of SHA-256 is "wrong password" (openradar FB8988319, ruby/openssl#654,
//                      xca#360, xca#474 on 13.6); 26 still guesses wrong on AES unless it is told the format
//                      (tauri#15844)
//   ios       3DES     SecPKCS12Import fails on AES with -25293 (openssl#19495, openssl#19871);
//                      "iOS is not compatible with SHA256" (pyopenssl#1266, October 2023)
//   android   3DES     9 has no PBKDF2 for it (aprsdroid#359), 11 to 13 say "wrong password"
//                      (strongswan-docs#5, xca#383)
//   windows   3DES     AES since Windows 10 1709 and Server 2019 only (learn.microsoft.com,
//                      PKCS12_PBES2_EXPORT_PARAMS); Server 2016 fails (xca#559). Every version reads 3DES,
//                      and whoever has newer ones only takes "modern"
//   java8     3DES     before 8u301 no MAC of SHA-256 (JDK-8267701) and broken PBES2 parameters (JDK-8202837)
//
// Tried with OpenSSL 3.0, NSS 3.87, GnuTLS 3.7 and OpenJDK 17 of Debian 12: each reads both.
//
// Each of them reads 3DES for certificates too (xca#389, pyca/cryptography#7293), so the 40-bit RC2 that was
// customary there, and OpenSSL's legacy provider for it, are not needed anywhere.
#include "x509/pkcs12.h"

#include "encoding/text.h"
#include "x509/certificate/openssl_certificate.h"
#include "x509/wiped_memory.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace mtlsca::x509 {
namespace {

constexpr std::array<std::pair<Pkcs12Target, const char*>, 6> targets{{
    {Pkcs12Target::modern, "modern"},
    {Pkcs12Target::macos, "macos"},
    {Pkcs12Target::ios, "ios"},
    {Pkcs12Target::android, "android"},
    {Pkcs12Target::windows, "windows"},
    {Pkcs12Target::java8, "java8"},
}};

struct Algorithms {
    int encryption; // of the key and of the certificates
    const EVP_MD* mac;
};

Algorithms algorithms_of(Pkcs12Target target) {
    if (target == Pkcs12Target::modern)
        return {NID_aes_256_cbc, EVP_sha256()};
    return {NID_pbe_WithSHA1And3_Key_TripleDES_CBC, EVP_sha1()};
}

// What Java 8 and 11 put into MACs by themselves (JDK-8267701), so old readers take it; many more would be
// refused where somebody bounds the work (.NET's Pkcs12LoaderLimits).
constexpr int rounds = 100'000;

// A passphrase as the reader understands it. OpenSSL takes a C string, and what is not UTF-8 it would take
// for Latin-1 (RFC 7292 B.1 wants a BMPString made of characters).
std::string_view checked(const Secret& passphrase, Pkcs12Target target) {
    const std::string_view text = passphrase.view();
    const std::string object = "passphrase of the PKCS#12 file";
    if (text.empty())
        throw Error(Code::secret, object, "is empty", "give one with --p12-pass");
    if (text.find('\0') != std::string_view::npos || !encoding::is_utf8(text))
        throw Error(Code::secret, object, "is not text in UTF-8", "choose one that can be typed everywhere");
    // Java, until today: PBEKey says "Password is not ASCII", keytool "password was incorrect".
    if (target == Pkcs12Target::java8 && !encoding::is_ascii(text))
        throw Error(Code::secret, object, "is not ASCII, and Java reads no other", "choose one in ASCII");
    return text;
}

// A friendly name is a BMPString, which ends at U+FFFF: what lies above becomes U+FFFD.
std::string within_bmp(std::string_view utf8) {
    std::string name;
    for (std::size_t i = 0; i < utf8.size(); ++i)
        if (static_cast<std::uint8_t>(utf8[i]) < 0xf0) {
            name += utf8[i];
        } else {
            name += "\xef\xbf\xbd";
            i += 3; // four octets, whose form has been checked
        }
    return name;
}

// PKCS12_create and PKCS12_parse take C strings.
Secret terminated(std::string_view text) {
    Secret result(text.size() + 1);
    std::memcpy(result.data(), text.data(), text.size());
    return result;
}

Secret private_octets(EVP_PKEY* key) {
    const int size = i2d_PrivateKey(key, nullptr);
    openssl::must(size, "private key", "cannot be exported");
    Secret octets(static_cast<std::size_t>(size));
    auto* position = reinterpret_cast<unsigned char*>(octets.data());
    openssl::must(i2d_PrivateKey(key, &position), "private key", "cannot be exported");
    return octets;
}

openssl::Pkcs12Ptr pack(const PrivateKey& key, const Certificate& certificate,
                        const std::vector<Certificate>& chain, const std::string& friendly_name,
                        const Secret& password, Pkcs12Target target) {
    const auto [encryption, mac] = algorithms_of(target);
    constexpr int no_mac_yet = -1; // PKCS12_create knows no other MAC than SHA-256
    constexpr int no_key_usage = 0;
    openssl::Pkcs12Ptr file(
        PKCS12_create(password.view().data(), friendly_name.empty() ? nullptr : friendly_name.c_str(),
                      key.handle(), to_openssl(certificate).get(), to_openssl(chain).get(), encryption,
                      encryption, rounds, no_mac_yet, no_key_usage));
    openssl::must(file.get(), "pkcs12", "cannot be made");
    // A length of -1 and no salt: up to the terminator, and 8 random octets as PKCS12_create takes them.
    openssl::must(PKCS12_set_mac(file.get(), password.view().data(), -1, nullptr, 0, rounds, mac), "pkcs12",
                  "cannot be authenticated");
    return file;
}

bool holds(STACK_OF(X509) * read, const std::vector<Certificate>& chain) {
    const auto count = static_cast<std::size_t>(std::max(sk_X509_num(read), 0)); // -1 without a stack
    if (count != chain.size())
        return false;
    for (std::size_t i = 0; i < count; ++i)
        if (openssl::to_der<i2d_X509>(sk_X509_value(read, static_cast<int>(i)), "pkcs12") != chain[i].der())
            return false;
    return true;
}

// "wrong password" on a phone is found out too late.
void read_back(ByteView der, const Secret& password, const PrivateKey& key, const Certificate& certificate,
               const std::vector<Certificate>& chain) {
    const auto file = openssl::from_der<openssl::Pkcs12Ptr, d2i_PKCS12>(der);
    openssl::must(file.get(), "pkcs12", "cannot be read back");
    EVP_PKEY* key_read = nullptr;
    X509* certificate_read = nullptr;
    STACK_OF(X509)* chain_read = nullptr;
    const int parsed =
        PKCS12_parse(file.get(), password.view().data(), &key_read, &certificate_read, &chain_read);
    const openssl::PkeyPtr owned_key(key_read);
    const openssl::CertificatePtr owned_certificate(certificate_read);
    const openssl::CertificatesPtr owned_chain(chain_read);
    openssl::must(parsed, "pkcs12", "cannot be read back");
    if (key_read == nullptr || private_octets(key_read).view() != private_octets(key.handle()).view() ||
        certificate_read == nullptr ||
        openssl::to_der<i2d_X509>(certificate_read, "pkcs12") != certificate.der() ||
        !holds(chain_read, chain))
        throw Error(Code::failed, "pkcs12", "holds something else when it is read back");
}

} // namespace

std::optional<Pkcs12Target> parse_pkcs12_target(std::string_view text) {
    for (const auto& [target, name] : targets)
        if (text == name)
            return target;
    return std::nullopt;
}

const char* to_string(Pkcs12Target target) {
    for (const auto& [known, name] : targets)
        if (target == known)
            return name;
    return "";
}

Secret make_pkcs12(const PrivateKey& key, const Certificate& certificate,
                   const std::vector<Certificate>& chain, const std::string& friendly_name,
                   const Secret& passphrase, Pkcs12Target target) {
    const StackWipe wipe;
    const Secret password = terminated(checked(passphrase, target));
    if (friendly_name.find('\0') != std::string::npos || !encoding::is_utf8(friendly_name))
        throw Error(Code::refused, "friendly name", "is not text in UTF-8");
    EVP_PKEY* certified = certificate.public_key().handle();
    if (certified == nullptr || EVP_PKEY_eq(certified, key.handle()) != 1)
        throw Error(Code::secret, "private key", "is not the key of " + display_name(certificate),
                    "give the key that was made for this certificate");

    const openssl::Pkcs12Ptr file =
        pack(key, certificate, chain, within_bmp(friendly_name), password, target);
    const int size = i2d_PKCS12(file.get(), nullptr);
    openssl::must(size, "pkcs12", "cannot be encoded");
    Secret der(static_cast<std::size_t>(size));
    auto* position = reinterpret_cast<unsigned char*>(der.data());
    openssl::must(i2d_PKCS12(file.get(), &position), "pkcs12", "cannot be encoded");
    read_back(as_bytes(der.view()), password, key, certificate, chain);
    return der;
}

} // namespace mtlsca::x509
