#include "x509/ocsp/request.h"

#include "../vectors.h"
#include "encoding/der.h"
#include "refusal.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::x509;
namespace der = mtlsca::encoding::der;

namespace {

Bytes request_file(const std::string& name) {
    return vectors::file("ocsp/" + name + ".der");
}

Bytes sequence(std::initializer_list<ByteView> parts) {
    return der::element(der::sequence, parts);
}

const Bytes sha1_id = sequence({der::oid_element("1.3.14.3.2.26"), der::element(der::null, ByteView{})});

Bytes certificate_id(ByteView algorithm = sha1_id, std::size_t hash_size = 20) {
    const Bytes hash = der::octet_string_element(Bytes(hash_size, 7));
    return sequence({algorithm, hash, hash, der::integer_element(5)});
}

Bytes request_of(ByteView list, ByteView extensions = {}) {
    const Bytes tagged =
        extensions.empty() ? Bytes{} : der::element(der::context_constructed(2), {extensions});
    return sequence({sequence({der::element(der::sequence, list), tagged})});
}

Bytes with_extension(const char* oid, bool critical, const Bytes& value) {
    const Bytes extension = sequence({der::oid_element(oid), critical ? der::boolean_element(true) : Bytes{},
                                      der::octet_string_element(value)});
    return request_of(sequence({certificate_id()}), sequence({extension}));
}

Bytes with_nonce(std::size_t size) {
    return with_extension("1.3.6.1.5.5.7.48.1.2", false, der::octet_string_element(Bytes(size, 1)));
}

Code code_of_reading(const Bytes& bytes) {
    return code_of([&] { OcspRequest::read(bytes); });
}

} // namespace

TEST_CASE("requests of OpenSSL and GnuTLS name the issuer by each hash, and the serial") {
    const Certificate issuer = vectors::certificate("golden/issuing");
    for (const auto& [name, hash] :
         {std::pair{"plain", OcspHash::sha1}, std::pair{"gnutls", OcspHash::sha1},
          std::pair{"signed", OcspHash::sha1}, std::pair{"sha256", OcspHash::sha256},
          std::pair{"sha384", OcspHash::sha384}, std::pair{"sha512", OcspHash::sha512}}) {
        INFO(name);
        const Bytes bytes = request_file(name);
        const OcspRequest request = OcspRequest::read(bytes);
        REQUIRE(request.certificates.size() == 1);
        const OcspCertificateId& id = request.certificates[0];
        CHECK(id.hash == hash);
        CHECK(Bytes(id.issuer_name_hash.begin(), id.issuer_name_hash.end()) ==
              ocsp_digest(hash, issuer.subject().der()));
        CHECK(Bytes(id.issuer_key_hash.begin(), id.issuer_key_hash.end()) ==
              ocsp_digest(hash, issuer.public_key().key_octets()));
        CHECK(id.serial == vectors::certificate("golden/client").serial());
        CHECK_FALSE(request.nonce);
    }
}

TEST_CASE("the request that answers are found by is the one that clients send, octet for octet") {
    const Certificate issuer = vectors::certificate("golden/issuing");
    const Bytes serial = vectors::certificate("golden/client").serial();
    const auto ours = [&](OcspHash hash) {
        return encode_ocsp_request(encode_ocsp_certificate_id(issuer, hash, serial));
    };
    CHECK(ours(OcspHash::sha1) == request_file("plain"));
    CHECK(ours(OcspHash::sha1) == request_file("gnutls"));
    CHECK(ours(OcspHash::sha256) == request_file("sha256"));
    CHECK(ours(OcspHash::sha512) == request_file("sha512"));
}

TEST_CASE("a hash that nobody computes leaves the issuer unknown, and is no malformed request") {
    const Bytes bytes = request_file("md5");
    CHECK_FALSE(OcspRequest::read(bytes).certificates.at(0).hash);
}

TEST_CASE("several certificates are read in their order, each with its own hash") {
    const Bytes bytes = request_file("several");
    const OcspRequest request = OcspRequest::read(bytes);
    REQUIRE(request.certificates.size() == 3);
    CHECK(request.certificates[1].serial == Bytes{0x12, 0x34});
    CHECK(request.certificates[2].serial == Bytes{0x80}); // without its sign octet
    CHECK(request.certificates[2].hash == OcspHash::sha256);
}

TEST_CASE("a nonce of 1 to 128 octets is taken, any other is malformed (RFC 9654)") {
    const Bytes openssl = request_file("nonce");
    CHECK(OcspRequest::read(openssl).nonce.value().size() == 16);
    for (const std::size_t size : {1U, 32U, 33U, 128U}) {
        const Bytes bytes = with_nonce(size);
        CHECK(OcspRequest::read(bytes).nonce.value().size() == size);
    }
    CHECK(code_of_reading(with_nonce(0)) == Code::refused);
    CHECK(code_of_reading(with_nonce(129)) == Code::refused);
    // Octets without their OCTET STRING around them.
    CHECK(code_of_reading(with_extension("1.3.6.1.5.5.7.48.1.2", false, Bytes(16, 1))) == Code::refused);
}

TEST_CASE("an unknown extension is ignored unless it is critical") {
    CHECK(code_of_reading(with_extension("1.2.3.4", false, {5, 0})) == Code::done);
    CHECK(code_of_reading(with_extension("1.2.3.4", true, {5, 0})) == Code::refused);
}

TEST_CASE("what is no request is refused") {
    const Bytes one = sequence({certificate_id()});
    CHECK(code_of_reading(request_of(one)) == Code::done);
    CHECK(code_of_reading({}) == Code::refused);
    CHECK(code_of_reading(request_of({})) == Code::refused); // about nobody
    CHECK(code_of_reading(request_of(sequence({certificate_id(sha1_id, 32)}))) == Code::refused);
    const Bytes with_parameters = sequence({der::oid_element("1.3.14.3.2.26"), der::integer_element(1)});
    CHECK(code_of_reading(request_of(sequence({certificate_id(with_parameters)}))) == Code::refused);
    Bytes trailing = request_of(one);
    trailing.push_back(0);
    CHECK(code_of_reading(trailing) == Code::refused);
    const Bytes version_2 = der::element(der::context_constructed(0), der::integer_element(1));
    CHECK(code_of_reading(sequence({sequence({version_2, sequence({one})})})) == Code::refused);
}

TEST_CASE("more certificates or octets than anybody needs are refused") {
    const Bytes one = sequence({certificate_id()});
    Bytes list;
    for (std::size_t i = 0; i < OcspRequest::certificates_max; ++i)
        append(list, one);
    CHECK(code_of_reading(request_of(list)) == Code::done);
    append(list, one);
    CHECK(code_of_reading(request_of(list)) == Code::refused);
    CHECK(code_of_reading(Bytes(OcspRequest::octets_max + 1, 0x30)) == Code::refused);
}

TEST_CASE("nesting as deep as a request is long is refused without recursion") {
    Bytes nested;
    while (nested.size() < 60000)
        nested = der::element(der::sequence, nested);
    CHECK(code_of_reading(nested) == Code::refused);
}

TEST_CASE("requests that are cut off or changed in one octet are read or refused") {
    for (const char* name : {"nonce", "signed", "several"})
        vectors::maltreat(request_file(name), [](ByteView view) {
            try {
                OcspRequest::read(view);
            } catch (const Error& error) {
                CHECK(error.object == "OCSP request");
            }
        });
}
