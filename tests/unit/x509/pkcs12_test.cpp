#include "x509/pkcs12.h"

#include "encoding/der.h"
#include "x509/vectors.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::x509;
namespace der = mtlsca::encoding::der;

namespace {

std::vector<Certificate> chain() {
    return {vectors::certificate("golden/issuing"), vectors::certificate("golden/root")};
}

Secret packed(Pkcs12Target target, const std::string& name = "alice", const char* passphrase = "secret") {
    return make_pkcs12(vectors::key("leaf"), vectors::certificate("golden/client"), chain(), name,
                       Secret(std::string_view(passphrase)), target);
}

std::ptrdiff_t count(const Secret& file, const Bytes& wanted) {
    std::ptrdiff_t found = 0;
    std::string_view rest = file.view();
    for (std::size_t at; (at = rest.find(as_text(wanted))) != std::string_view::npos; ++found)
        rest.remove_prefix(at + 1);
    return found;
}

const char* const pbes2 = "1.2.840.113549.1.5.13";
const char* const aes_256_cbc = "2.16.840.1.101.3.4.1.42";
const char* const hmac_sha256 = "1.2.840.113549.2.9";
const char* const sha256_digest = "2.16.840.1.101.3.4.2.1";
const char* const triple_des = "1.2.840.113549.1.12.1.3";
const char* const sha1_digest = "1.3.14.3.2.26";
const char* const local_key_id = "1.2.840.113549.1.9.21";

} // namespace

TEST_CASE("each target gets the algorithms that it reads, for key, certificates and MAC alike") {
    for (const char* name : {"modern", "macos", "ios", "android", "windows", "java8"}) {
        const Pkcs12Target target = parse_pkcs12_target(name).value();
        CHECK(std::string(to_string(target)) == name);
        const Secret file = packed(target);
        const bool modern = target == Pkcs12Target::modern;
        for (const char* oid : {pbes2, aes_256_cbc, hmac_sha256})
            CHECK(count(file, der::oid_element(oid)) == (modern ? 2 : 0));
        CHECK(count(file, der::oid_element(triple_des)) == (modern ? 0 : 2));
        CHECK(count(file, der::oid_element(sha256_digest)) == (modern ? 1 : 0));
        CHECK(count(file, der::oid_element(sha1_digest)) == (modern ? 0 : 1));
    }
    CHECK_FALSE(parse_pkcs12_target("linux"));
}

TEST_CASE("the key carries the identifier by which NSS and Java find its certificate") {
    // The other one lies beside the certificate, encrypted.
    CHECK(count(packed(Pkcs12Target::modern), der::oid_element(local_key_id)) == 1);
}

TEST_CASE("names and passphrases may hold any character") {
    // BMPString of "AäЖ" and U+FFFD in place of U+1F600, which it cannot hold
    const Bytes utf16{0x00, 'A', 0x00, 0xe4, 0x04, 0x16, 0xff, 0xfd};
    CHECK(count(packed(Pkcs12Target::macos, "AäЖ😀", "pässwörd Ж"), utf16) == 1);
    CHECK(packed(Pkcs12Target::modern, "", "pässwörd 😀").size() > 0);
}

TEST_CASE("a passphrase that others could not type is refused") {
    for (const std::string_view wrong :
         {std::string_view(), std::string_view("a\0b", 3), std::string_view("\xe4")})
        try {
            make_pkcs12(vectors::key("leaf"), vectors::certificate("golden/client"), {}, "alice",
                        Secret(wrong), Pkcs12Target::modern);
            FAIL("accepted");
        } catch (const Error& error) {
            CHECK(error.code == Code::secret);
        }
}

TEST_CASE("Java 8 gets no passphrase that Java cannot take") {
    CHECK_THROWS_AS(packed(Pkcs12Target::java8, "alice", "pässwörd"), Error);
    CHECK_NOTHROW(packed(Pkcs12Target::java8, "älice", "password"));
}

TEST_CASE("a key that is not the certificate's is refused") {
    try {
        make_pkcs12(vectors::key("issuing"), vectors::certificate("golden/client"), chain(), "alice",
                    Secret(std::string_view("secret")), Pkcs12Target::modern);
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(error.code == Code::secret);
        CHECK(error.object == "private key");
    }
}

TEST_CASE("a bag of certificates is the one that openssl makes") {
    std::vector<Certificate> certificates = chain();
    certificates.push_back(vectors::certificate("golden/client"));
    certificates.push_back(vectors::certificate("golden/server"));
    CHECK(make_pkcs7(certificates) == vectors::file("pkcs12/chain.p7b"));
}
