#include "x509/request/request.h"

#include "encoding/hex.h"
#include "encoding/pem.h"
#include "x509/vectors.h"

#include <catch2/catch.hpp>
#include <map>

using namespace mtlsca;
using namespace mtlsca::x509;

namespace {

Request request(const std::string& name) {
    return Request::parse(vectors::file("requests/" + name), name);
}

std::vector<std::string> rules(const Request& request) {
    std::vector<std::string> found;
    for (const Finding& finding : request.findings)
        found.push_back(finding.rule);
    return found;
}

void check_refused(ByteView bytes, const std::string& reason = "") {
    try {
        Request::parse(bytes, "hostile");
        FAIL_CHECK("was read");
    } catch (const Error& error) {
        CHECK(error.code == Code::refused);
        CHECK(error.object == "hostile");
        CHECK_THAT(error.reason, Catch::Contains(reason));
    }
}

const std::vector<San> alice{{SanType::dns, "alice.example.com"},
                             {SanType::ip, "10.0.0.5"},
                             {SanType::email, "alice@example.com"},
                             {SanType::uri, "spiffe://acme/alice"}};

} // namespace

TEST_CASE("sound requests of openssl and gnutls are read") {
    for (const char* name :
         {"p256.der", "p256.pem", "old_header.pem", "p384.der", "p521.der", "rsa.der", "rsa_sha384.der",
          "rsa_pss.der", "rsa_pss_sha512.der", "ed25519.der", "gnutls_p256.pem", "gnutls_rsa.pem"}) {
        CAPTURE(name);
        const Request read = request(name);
        CHECK(read.findings.empty());
        CHECK(read.key.weaknesses().empty());
        CHECK(read.subject.common_name() == "alice");
        auto sans = read.sans;
        std::sort(sans.begin(), sans.end());
        CHECK(sans == alice);
        CHECK_FALSE((read.asks_for_ca || read.asks_for_cert_sign || read.asks_for_crl_sign));
    }
    CHECK(request("p256.der").der == vectors::file("requests/p256.der"));
    CHECK(request("p256.pem").der == vectors::file("requests/p256.der"));
    CHECK(request("p256.der").sans == alice);
    CHECK(request("p256.der").subject.to_string() == "CN=alice,O=Acme");
}

TEST_CASE("a request without attributes or subject is one") {
    for (const char* name : {"no_attributes.der", "empty_attributes.der", "bare.der",
                             "challenge_password.der", "microsoft.der", "empty_subject.der"}) {
        CAPTURE(name);
        CHECK(request(name).findings.empty());
    }
    CHECK(request("empty_subject.der").subject.empty());
    CHECK(request("microsoft.der").sans.size() == 1);
    CHECK(request("challenge_password.der").sans.size() == 1);
}

TEST_CASE("a request that does not prove possession of its key is found out") {
    for (const char* name :
         {"bad_signature.der", "changed_subject.der", "foreign_key.der", "wrong_algorithm.der",
          "unknown_algorithm.der", "algorithm_with_parameters.der", "rsa_sha1.der", "rsa_md5.der",
          "p256_sha1.der", "rsa_pss_sha1.der", "rsa_pss_mixed.der"}) {
        CAPTURE(name);
        const Request read = request(name);
        CHECK(rules(read) == std::vector<std::string>{"request-signature"});
        CHECK(has_errors(read.findings));
        CHECK(read.subject.values("O") == std::vector<std::string>{"Acme"});
    }
    CHECK_THAT(request("rsa_sha1.der").findings[0].detail, Catch::Contains("sha1WithRSAEncryption"));
}

TEST_CASE("a request for a weak or foreign key is read, and its key says why not") {
    const std::map<std::string, std::string> keys{{"rsa_1024.der", "key-too-small"},
                                                  {"ed448.der", "key-algorithm"},
                                                  {"secp256k1.der", "key-curve"},
                                                  {"explicit.der", "key-curve"}};
    for (const auto& [name, rule] : keys) {
        CAPTURE(name);
        const Request read = request(name);
        REQUIRE(read.key.weaknesses().size() == 1);
        CHECK(read.key.weaknesses()[0].rule == rule);
        // A key that is never computed with proves nothing either.
        CHECK(has_errors(read.findings) == (read.key.handle() == nullptr));
    }
}

TEST_CASE("what a request asks for is told") {
    CHECK(request("ca.der").asks_for_ca);
    CHECK(request("cert_sign.der").asks_for_cert_sign);
    CHECK_FALSE(request("cert_sign.der").asks_for_crl_sign);
    CHECK(request("crl_sign.der").asks_for_crl_sign);
    const Request harmless = request("ca_false.der");
    CHECK_FALSE((harmless.asks_for_ca || harmless.asks_for_cert_sign || harmless.asks_for_crl_sign));
    REQUIRE(harmless.extensions.size() == 3);
    CHECK(harmless.extensions[2].name == "extendedKeyUsage");
    const Request critical = request("unknown_critical.der");
    CHECK(critical.findings.empty());
    REQUIRE(critical.extensions.size() == 1);
    CHECK(critical.extensions[0].oid == "1.2.3.4");
    CHECK(critical.extensions[0].name == "1.2.3.4");
    CHECK(critical.extensions[0].critical);
}

TEST_CASE("what is wrong whatever the profile is a finding") {
    const std::map<std::string, std::vector<std::string>> findings{
        {"version_2.der", {"request-version"}},
        {"two_extension_requests.der", {"extension-duplicate", "attribute-duplicate"}},
        {"two_values.der", {"extension-duplicate", "attribute-duplicate"}},
        {"duplicate_extension.der", {"extension-duplicate"}},
        {"basic_constraints_malformed.der", {"extension-malformed"}},
        {"key_usage_malformed.der", {"extension-malformed"}},
        {"other_names.der", {"san-type", "san-type", "san-type"}},
        {"san_ip_5_octets.der", {"san-malformed"}},
        {"san_empty.der", {"san-malformed"}},
        {"san_nul.der", {"san-malformed"}},
        {"san_newline.der", {"san-malformed"}},
        {"san_not_ascii.der", {"san-malformed"}},
        {"san_escape.der", {"san-malformed"}},
        {"san_truncated.der", {"san-malformed"}},
        {"san_indefinite.der", {"san-malformed"}},
        {"san_constructed_tag.der", {"san-type"}},
        {"san_trailing.der", {"san-malformed"}},
        {"san_no_sequence.der", {"san-malformed"}},
        {"san_wildcards.der", {"san-malformed", "san-malformed", "san-malformed", "san-malformed"}},
    };
    for (const auto& [name, expected] : findings) {
        CAPTURE(name);
        CHECK(rules(request(name)) == expected);
        CHECK(has_errors(request(name).findings));
    }
    CHECK(request("other_names.der").sans == std::vector<San>{{SanType::dns, "a.example.com"}});
    CHECK(request("san_repeated.der").sans == std::vector<San>{{SanType::dns, "a.example.com"}});
    CHECK(request("two_extension_requests.der").sans.size() == 2);
    CHECK(request("two_extension_requests.der").asks_for_ca);
}

TEST_CASE("hostile characters in a subject are read as they are, for policy to judge") {
    CHECK(request("cn_hostile.der").subject.common_name() == std::string("a\0b\"\x1b[m", 7));
    CHECK(request("cn_hostile.der").subject.to_string() == "CN=a\\00b\\\"\\1B[m");
}

TEST_CASE("what is not one request in DER is refused") {
    for (const char* name :
         {"version_negative.der", "no_value.der", "extension_without_value.der", "after_attributes.der",
          "cn_not_utf8.der", "no_key.der", "long_length.der", "indefinite_length.der"}) {
        CAPTURE(name);
        check_refused(vectors::file(std::string("requests/") + name));
    }
    Bytes trailing = vectors::file("requests/p256.der");
    trailing.push_back('\n');
    check_refused(trailing, "follow after its end");
    check_refused({}, "is no certificate request");
    check_refused(as_bytes("hello"), "is no certificate request");
    check_refused(vectors::file("keys/pkcs8.key"), "holds no certificate request");
    check_refused(vectors::file("keys/ec_p256.spki"));
    check_refused(vectors::file("certificates/foreign.der"));
}

TEST_CASE("two requests in a file are refused, other text around one is not") {
    const Bytes pem = vectors::file("requests/p256.pem");
    Bytes twice = pem;
    append(twice, pem);
    check_refused(twice, "holds 2 certificate requests");
    Bytes surrounded = vectors::file("keys/certificate_only.key");
    append(surrounded, as_bytes("some text\n"));
    append(surrounded, pem);
    CHECK(Request::parse(surrounded, "x").findings.empty());
    Bytes damaged = pem;
    damaged.resize(damaged.size() / 2);
    check_refused(damaged);
    const Bytes der = vectors::file("requests/p256.der");
    const Bytes with_tail = [&] {
        Bytes bytes = der;
        bytes.push_back(0);
        return bytes;
    }();
    check_refused(as_bytes(encoding::to_pem("CERTIFICATE REQUEST", with_tail)), "follow after its end");
}

TEST_CASE("no damage to a request goes unnoticed or does more than refuse it") {
    for (const char* name : {"requests/p256.der", "requests/ed25519.der", "requests/other_names.der"}) {
        const Bytes original = vectors::file(name);
        vectors::maltreat(original, [&](ByteView bytes) {
            const Request read = Request::parse(bytes, "hostile");
            if (!std::equal(bytes.begin(), bytes.end(), original.begin(), original.end()))
                CHECK((has_errors(read.findings) || !read.key.weaknesses().empty()));
        });
    }
}

TEST_CASE("requests that are verified together get the findings that each would have alone") {
    Bytes forged = vectors::file("requests/p256.der");
    forged.back() ^= 1;
    std::vector<Bytes> sent;
    for (const char* name : {"p256.der", "p384.der", "rsa_pss.der", "ed25519.der", "p256.pem"})
        sent.push_back(vectors::file(std::string("requests/") + name));
    sent.insert(sent.begin() + 2, forged);
    sent.push_back(forged);
    std::vector<UnverifiedRequest> unverified;
    for (const Bytes& bytes : sent)
        unverified.push_back(UnverifiedRequest::parse(bytes, "one of many"));
    const std::vector<Request> verified = verify_all(std::move(unverified));
    REQUIRE(verified.size() == sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) {
        CAPTURE(i);
        const Request alone = Request::parse(sent[i], "alone");
        CHECK(verified[i].der == alone.der);
        CHECK(rules(verified[i]) == rules(alone));
        CHECK(rules(verified[i]).empty() == (sent[i] != forged));
    }
}
