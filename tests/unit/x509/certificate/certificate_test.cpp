#include "x509/certificate/certificate.h"

#include "encoding/der.h"
#include "encoding/hex.h"
#include "x509/vectors.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::x509;
namespace der = mtlsca::encoding::der;

namespace {

Bytes identifier(const PublicKey& key) {
    const Sha1 hash = key.key_identifier();
    return {hash.begin(), hash.end()};
}

CertificateContent ca_content(const char* serial, const PublicKey& key) {
    CertificateContent content;
    content.serial = encoding::from_hex(serial).value();
    content.not_before = vectors::time("2026-01-01T00:00:00Z");
    content.spki = key.spki();
    content.ca = true;
    content.key_usages = {KeyUsage::key_cert_sign, KeyUsage::crl_sign};
    content.subject_key_identifier = identifier(key);
    return content;
}

CertificateContent root_content(const PublicKey& key) {
    CertificateContent content = ca_content("01", key);
    content.subject = Name::parse("/C=DE/O=Acme/CN=Acme Root");
    content.issuer = content.subject.der();
    content.not_after = vectors::time("2056-01-01T00:00:00Z"); // GeneralizedTime
    return content;
}

CertificateContent issuing_content(const PublicKey& key, const PublicKey& root) {
    CertificateContent content = ca_content("7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", key);
    content.subject = Name::parse("/C=DE/O=Acme/CN=Acme Issuing");
    content.issuer = Name::parse("/C=DE/O=Acme/CN=Acme Root").der();
    content.not_after = vectors::time("2049-12-31T23:59:59Z"); // the last UTCTime
    content.path_length = 0;
    content.authority_key_identifier = identifier(root);
    content.crl_url = "http://ca.example.com/crl/root.crl";
    content.ocsp_url = "http://ocsp.example.com/";
    content.issuer_url = "http://ca.example.com/root.crt";
    content.name_constraints.permitted = {parse_subtree("dns:example.com"), parse_subtree("ip:10.0.0.0/8"),
                                          parse_subtree("ip:2001:db8::/32")};
    content.name_constraints.excluded = {parse_subtree("dns:secret.example.com")};
    return content;
}

CertificateContent leaf_content(const char* serial, const char* subject) {
    const PublicKey key = vectors::key("leaf").public_key();
    CertificateContent content;
    content.serial = encoding::from_hex(serial).value();
    content.issuer = Name::parse("/C=DE/O=Acme/CN=Acme Issuing").der();
    content.not_before = vectors::time("2026-01-02T03:04:05Z");
    content.not_after = vectors::time("2027-01-02T03:04:05Z");
    content.subject = Name::parse(subject);
    content.spki = key.spki();
    content.key_usages = {KeyUsage::digital_signature};
    content.subject_key_identifier = identifier(key);
    content.authority_key_identifier = identifier(vectors::key("issuing").public_key());
    return content;
}

San san(std::string_view text) {
    return parse_san(text).san.value();
}

// The certificate with other extensions and a signature that fits nothing.
Bytes with_extensions(const Bytes& certificate, const std::function<Bytes(ByteView)>& change) {
    der::Reader outer(certificate, "test");
    der::Reader parts = outer.enter(der::sequence);
    der::Reader fields = parts.enter(der::sequence);
    Bytes tbs;
    while (!fields.next_is(der::context_constructed(3)))
        append(tbs, fields.next().whole);
    der::Reader holder = fields.enter(der::context_constructed(3));
    const Bytes extensions = change(holder.expect(der::sequence).content);
    append(tbs, der::element(der::context_constructed(3), {der::element(der::sequence, extensions)}));
    return der::element(der::sequence,
                        {der::element(der::sequence, tbs), parts.next().whole, parts.next().whole});
}

} // namespace

TEST_CASE("a CA's certificate is the one that openssl makes of the same content, byte for byte") {
    const PrivateKey root = vectors::key("root");
    const PublicKey issuing = vectors::key("issuing").public_key();
    CHECK(sign_certificate(root_content(root.public_key()), root) ==
          vectors::file("certificates/golden/root.der"));
    CHECK(sign_certificate(issuing_content(issuing, root.public_key()), root) ==
          vectors::file("certificates/golden/issuing.der"));
}

TEST_CASE("a leaf's certificate is the one that openssl makes of the same content, byte for byte") {
    const PrivateKey issuing = vectors::key("issuing");

    CertificateContent server =
        leaf_content("80112233445566778899AABBCCDDEEFF", "/O=Acme/CN=server.example.com");
    server.extended_key_usages = {parse_extended_key_usage("serverAuth").value()};
    server.sans = {san("dns:server.example.com"), san("ip:10.1.2.3"), san("ip:2001:db8::1")};
    server.crl_url = "http://ca.example.com/crl/issuing.crl";
    server.ocsp_url = "http://ocsp.example.com/";
    server.issuer_url = "http://ca.example.com/issuing.crt";
    CHECK(sign_certificate(server, issuing) == vectors::file("certificates/golden/server.der"));

    CertificateContent nameless = leaf_content("0102", "");
    nameless.subject = Name();
    nameless.key_usages = {KeyUsage::digital_signature, KeyUsage::key_encipherment};
    nameless.extended_key_usages = {parse_extended_key_usage("clientAuth").value(),
                                    parse_extended_key_usage("serverAuth").value()};
    nameless.sans = {san("uri:spiffe://example.com/pay"), san("email:alice@example.com")};
    CHECK(sign_certificate(nameless, issuing) == vectors::file("certificates/golden/nameless.der"));

    CertificateContent responder = leaf_content("0103", "/O=Acme/CN=Äcme Respönder");
    responder.extended_key_usages = {parse_extended_key_usage("OCSPSigning").value()};
    responder.ocsp_no_check = true;
    CHECK(sign_certificate(responder, issuing) == vectors::file("certificates/golden/responder.der"));
}

TEST_CASE("a serial number that RFC 5280 forbids is never written") {
    CertificateContent content = leaf_content("01", "/CN=x");
    const Bytes algorithm = signature_algorithm(vectors::key("issuing").public_key());
    const auto encode = [&](const std::string& serial) {
        content.serial = encoding::from_hex(serial).value();
        return encode_tbs(content, algorithm);
    };
    CHECK_THROWS_AS(encode(""), Error);
    CHECK_THROWS_AS(encode("0000"), Error);
    CHECK_THROWS_AS(encode("80" + std::string(38, '0')), Error); // 20 octets and the sign
    CHECK_NOTHROW(encode("7F" + std::string(38, 'F')));
}

TEST_CASE("every type of key signs certificates that verify under it and under no other") {
    const PublicKey stranger = vectors::key("leaf").public_key();
    for (const KeyType type :
         {KeyType::ec_p256, KeyType::ec_p384, KeyType::ec_p521, KeyType::rsa_2048, KeyType::ed25519}) {
        const PrivateKey key = PrivateKey::generate(type);
        const Certificate certificate =
            Certificate::from_der(sign_certificate(root_content(key.public_key()), key), to_string(type));
        CHECK(certificate.is_signed_by(key.public_key()));
        CHECK_FALSE(certificate.is_signed_by(stranger));
    }
}

TEST_CASE("what was written is read back") {
    const Certificate issuing = vectors::certificate("golden/issuing");
    CHECK(encoding::to_upper_hex(issuing.serial()) == "7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF");
    CHECK(issuing.subject().to_string() == "CN=Acme Issuing,O=Acme,C=DE");
    CHECK(issuing.issuer().to_string() == "CN=Acme Root,O=Acme,C=DE");
    CHECK(issuing.not_before() == vectors::time("2026-01-01T00:00:00Z"));
    CHECK(issuing.not_after() == vectors::time("2049-12-31T23:59:59Z"));
    CHECK(issuing.public_key().algorithm() == "rsa-2048");
    CHECK(issuing.is_ca());
    CHECK(issuing.key_usages() == std::vector<KeyUsage>{KeyUsage::key_cert_sign, KeyUsage::crl_sign});
    CHECK(issuing.name_constraints().permitted.size() == 3);
    CHECK(issuing.name_constraints().excluded ==
          std::vector<Subtree>{parse_subtree("dns:secret.example.com")});
    CHECK(issuing.crl_urls() == std::vector<std::string>{"http://ca.example.com/crl/root.crl"});
    CHECK(issuing.issuer_urls() == std::vector<std::string>{"http://ca.example.com/root.crt"});
    CHECK(issuing.ocsp_urls() == std::vector<std::string>{"http://ocsp.example.com/"});
    CHECK(issuing.signature_algorithm() == "ED25519");

    const Certificate server = vectors::certificate("golden/server");
    CHECK(encoding::to_upper_hex(server.serial()) == "80112233445566778899AABBCCDDEEFF");
    CHECK_FALSE(server.is_ca());
    CHECK(server.sans() ==
          std::vector<San>{san("dns:server.example.com"), san("ip:10.1.2.3"), san("ip:2001:db8::1")});
    CHECK(server.extended_key_usages() == std::vector<std::string>{"1.3.6.1.5.5.7.3.1"});
    CHECK(server.authority_key_identifier() == issuing.subject_key_identifier());
    CHECK(server.signature_algorithm() == "sha256WithRSAEncryption");
    CHECK(server.is_signed_by(issuing.public_key()));
    CHECK_FALSE(server.is_signed_by(server.public_key()));
    CHECK(vectors::certificate("golden/nameless").subject().empty());
}

TEST_CASE("certificates of other makers are read, and what we do not speak is left out") {
    const Certificate foreign = vectors::certificate("foreign");
    CHECK(foreign.sans() == std::vector<San>{san("dns:alice.example.com")});
    CHECK(foreign.crl_urls() ==
          std::vector<std::string>{"http://a.example.com/1.crl", "ldap://a.example.com/cn=1"});
    CHECK(foreign.key_usages() == std::vector<KeyUsage>{KeyUsage::digital_signature,
                                                        KeyUsage::content_commitment,
                                                        KeyUsage::key_agreement});
    CHECK(foreign.authority_key_identifier() ==
          vectors::certificate("golden/issuing").subject_key_identifier());

    const Certificate gnutls = vectors::certificate("gnutls");
    CHECK(gnutls.sans().size() == 3);
    CHECK(gnutls.is_signed_by(vectors::certificate("golden/issuing").public_key()));

    const Certificate version1 = vectors::certificate("version1");
    CHECK(version1.serial() == Bytes{5});
    CHECK_FALSE(version1.is_ca());
}

TEST_CASE("a file is read as PEM or as DER, whichever it is") {
    const Bytes pem = vectors::file("certificates/chain.pem");
    const Certificate server = vectors::certificate("golden/server");
    CHECK(Certificate::parse(pem, "chain").der() == server.der());
    CHECK(Certificate::parse(server.der(), "server").der() == server.der());
    CHECK(Certificate::parse(as_bytes(server.to_pem()), "server").der() == server.der());
    const std::vector<Certificate> all = Certificate::parse_all(pem, "chain");
    REQUIRE(all.size() == 3);
    CHECK(all[2].der() == vectors::file("certificates/golden/root.der"));
    CHECK_THROWS_AS(Certificate::parse(as_bytes("-----BEGIN X-----\n-----END X-----\n"), "x"), Error);
    CHECK_THROWS_AS(Certificate::parse({}, "empty"), Error);
}

TEST_CASE("a certificate that says two things is refused") {
    const Bytes server = vectors::file("certificates/golden/server.der");
    Bytes trailing = server;
    trailing.push_back(0);
    CHECK_THROWS_AS(Certificate::from_der(trailing, "trailing"), Error);

    const auto unchanged = [](ByteView extensions) { return Bytes(extensions.begin(), extensions.end()); };
    CHECK_NOTHROW(Certificate::from_der(with_extensions(server, unchanged), "unchanged"));
    const auto doubled = [](ByteView extensions) {
        Bytes twice(extensions.begin(), extensions.end());
        append(twice, der::Reader(extensions, "test").next().whole);
        return twice;
    };
    CHECK_THROWS_WITH(Certificate::from_der(with_extensions(server, doubled), "doubled"),
                      Catch::Contains("2.5.29.19 twice"));

    // sha256WithRSAEncryption becomes sha384WithRSAEncryption in the outer, unsigned place only.
    Bytes contradiction = server;
    const Bytes rsa_sha256 = der::oid_element("1.2.840.113549.1.1.11");
    const auto outer =
        std::find_end(contradiction.begin(), contradiction.end(), rsa_sha256.begin(), rsa_sha256.end());
    outer[static_cast<std::ptrdiff_t>(rsa_sha256.size() - 1)] = 12;
    CHECK_THROWS_WITH(Certificate::from_der(contradiction, "contradiction"),
                      Catch::Contains("two different signature algorithms"));
}

TEST_CASE("hostile certificates are refused with their file's name, or read, but never crash") {
    for (const char* name : {"golden/issuing", "golden/server", "foreign"})
        vectors::maltreat(vectors::file(std::string("certificates/") + name + ".der"), [](ByteView bytes) {
            const Certificate certificate = Certificate::from_der(bytes, "hostile");
            CHECK_FALSE(certificate.signature_algorithm().empty());
        });
}

TEST_CASE("usages have the names of RFC 5280") {
    CHECK(parse_key_usage("digitalSignature") == KeyUsage::digital_signature);
    CHECK(parse_key_usage("nonRepudiation") == KeyUsage::content_commitment);
    CHECK(parse_key_usage(to_string(KeyUsage::crl_sign)) == KeyUsage::crl_sign);
    CHECK_FALSE(parse_key_usage("digital_signature"));
    CHECK(parse_extended_key_usage("clientAuth") == "1.3.6.1.5.5.7.3.2");
    CHECK(extended_key_usage_name("1.3.6.1.5.5.7.3.9") == "OCSPSigning");
    CHECK(parse_extended_key_usage("1.3.6.1.4.1.311.20.2.2") == "1.3.6.1.4.1.311.20.2.2");
    for (const char* wrong :
         {"", "clientauth", "1", "1.", ".1", "3.1", "1.40", "1..2", "1.02", "1.2x", "1.99999999999"})
        CHECK_FALSE(parse_extended_key_usage(wrong));
}
