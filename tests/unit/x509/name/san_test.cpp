#include "x509/name/san.h"

#include "encoding/hex.h"
#include "x509/vectors.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::x509;

namespace {

// The canonical value, or the rule of the finding.
std::string judged(const std::string& text) {
    const SanOrFinding result = parse_san(text);
    REQUIRE(result.san.has_value() != result.finding.has_value());
    return result.san ? to_string(*result.san) : result.finding->rule;
}

SansRead read_hex(const char* hex) {
    return read_sans(encoding::from_hex(hex).value());
}

} // namespace

TEST_CASE("a SAN has one spelling") {
    CHECK(judged("dns:a.example.com") == "dns:a.example.com");
    CHECK(judged("DNS:A.Example.COM") == "dns:a.example.com");
    CHECK(judged("dns:*.Example.com") == "dns:*.example.com");
    CHECK(judged("dns:localhost") == "dns:localhost");
    CHECK(judged("dns:_sip.xn--mller-kva.de") == "dns:_sip.xn--mller-kva.de");
    CHECK(judged("dns:1.a4") == "dns:1.a4");
    CHECK(judged("ip:10.0.0.5") == "ip:10.0.0.5");
    CHECK(judged("ip:2001:0DB8:0:0:0:0:0:1") == "ip:2001:db8::1");
    CHECK(judged("email:O'Brien+x@Example.COM") == "email:O'Brien+x@example.com");
    CHECK(judged("uri:HTTPS://Example.COM:8443/Path?Q#f") == "uri:https://example.com:8443/Path?Q#f");
    CHECK(judged("uri:https://[2001:DB8::1]:80/") == "uri:https://[2001:db8::1]:80/");
    CHECK(judged("uri:https://10.0.0.1/") == "uri:https://10.0.0.1/");
    CHECK(judged("uri:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6") ==
          "uri:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
    CHECK(judged("uri:SPIFFE://Acme.example/ns/Pay_1") == "uri:spiffe://acme.example/ns/Pay_1");
    CHECK(judged("uri:spiffe://acme") == "uri:spiffe://acme");
}

TEST_CASE("what is no dns name is malformed") {
    for (const std::string value :
         {"",     ".",        "a.",  ".a",        "a..b", "-a.b", "a-.b",  "a b",  "a\nb",
          "a\"b", "a$b",      "a/b", "müller.de", "*",    "*.",   "a.*.b", "f*.b", "*.*.b",
          "**.b", "10.0.0.1", "1",   "0x7f.1",    "*.1",  "a:1",  "[::1]"}) {
        CAPTURE(value);
        CHECK(judged("dns:" + value) == "san-malformed");
    }
    CHECK(judged("dns:" + std::string("a\0b", 3)) == "san-malformed");
    CHECK(judged("dns:" + std::string(63, 'a') + ".b") == "dns:" + std::string(63, 'a') + ".b");
    CHECK(judged("dns:" + std::string(64, 'a') + ".b") == "san-malformed");
    std::string longest;
    for (int i = 0; i < 126; ++i)
        longest += "a.";
    CHECK(judged("dns:" + longest + "b") == "dns:" + longest + "b");
    CHECK(judged("dns:" + longest + "bc") == "san-malformed");
    CHECK(judged("dns:*." + longest + "b") == "san-malformed");
}

TEST_CASE("what is no address is malformed") {
    for (const std::string value : {"", "10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.1 ", "10.0.0.0/8", "::g",
                                    "[::1]", "fe80::1%eth0", "::ffff:10.0.0.1", "example.com"}) {
        CAPTURE(value);
        CHECK(judged("ip:" + value) == "san-malformed");
    }
}

TEST_CASE("what is no email address is malformed") {
    for (const std::string value :
         {"", "a", "@b.c", "a@", ".a@b.c", "a.@b.c", "a..b@c.d", "a b@c.d", "\"a\"@b.c", "a@b@c.d",
          "a@[10.0.0.1]", "a@10.0.0.1", "a@*.b", "ä@b.c", "a@b.c\n", "a\\@b.c", "<a@b.c>"}) {
        CAPTURE(value);
        CHECK(judged("email:" + value) == "san-malformed");
    }
    CHECK(judged("email:" + std::string(64, 'a') + "@b.c") == "email:" + std::string(64, 'a') + "@b.c");
    CHECK(judged("email:" + std::string(65, 'a') + "@b.c") == "san-malformed");
}

TEST_CASE("what is no uri is malformed") {
    for (const std::string value : {"",
                                    "x",
                                    "x:",
                                    "1x:y",
                                    ":y",
                                    "https:",
                                    "https:/a",
                                    "https://",
                                    "https:///a",
                                    "https://a b/",
                                    "https://a/\n",
                                    "https://a/\"",
                                    "https://a/<b>",
                                    "https://a/\\",
                                    "https://a/%",
                                    "https://a/%4",
                                    "https://a/%zz",
                                    "https://a/{b}",
                                    "https://ü/",
                                    "https://a:x/",
                                    "https://a_b..c/",
                                    "https://[::1/",
                                    "https://[x]/",
                                    "https://u@a/",
                                    "https://u:p@a/",
                                    "ftp://u@a/",
                                    "file:///etc",
                                    "https://*.a/",
                                    "https://1.2.3/",
                                    "x://a[b/"}) {
        CAPTURE(value);
        CHECK(judged("uri:" + value) == "san-malformed");
    }
    const std::string longest = "https://a/" + std::string(2038, 'b');
    CHECK(judged("uri:" + longest) == "uri:" + longest);
    CHECK(judged("uri:" + longest + "b") == "san-malformed");
}

TEST_CASE("a spiffe ID is what the standard allows") {
    for (const std::string value :
         {"spiffe:acme", "spiffe:///a", "spiffe://acme/", "spiffe://acme//a", "spiffe://acme/a/",
          "spiffe://acme/./a", "spiffe://acme/..", "spiffe://acme?q", "spiffe://acme#f", "spiffe://acme/a?q",
          "spiffe://acme/a#f", "spiffe://acme:1/a", "spiffe://u@acme/a", "spiffe://ac%6de/a",
          "spiffe://acme/%61", "spiffe://acme/a~", "spiffe://[::1]/a", "spiffe://ac+me/a"}) {
        CAPTURE(value);
        CHECK(judged("uri:" + value) == "san-malformed");
    }
    CHECK(judged("uri:spiffe://" + std::string(256, 'a') + "/b") == "san-malformed");
}

TEST_CASE("a SAN without a known type is told so") {
    for (const char* text : {"", "example.com", "rid:1.2.3", "10.0.0.1", "https://example.com/"}) {
        CAPTURE(text);
        CHECK(judged(text) == "san-type");
    }
}

TEST_CASE("a bare name is an address where it is one, else a dns name, else nothing") {
    CHECK(san_from_name("10.0.0.1") == San{SanType::ip, "10.0.0.1"});
    CHECK(san_from_name("::1") == San{SanType::ip, "::1"});
    CHECK(san_from_name("Server.example.com") == San{SanType::dns, "server.example.com"});
    CHECK_FALSE(san_from_name("Alice Liddell"));
    CHECK_FALSE(san_from_name("10.0.0.300"));
}

TEST_CASE("wildcards are told from names") {
    CHECK(is_wildcard({SanType::dns, "*.example.com"}));
    CHECK_FALSE(is_wildcard({SanType::dns, "a.example.com"}));
    CHECK_FALSE(is_wildcard({SanType::uri, "*.example.com"}));
}

TEST_CASE("SANs are written as openssl writes them and read back") {
    const std::vector<San> sans{{SanType::dns, "a.b"},
                                {SanType::ip, "10.0.0.5"},
                                {SanType::ip, "2001:db8::1"},
                                {SanType::email, "a@b.c"},
                                {SanType::uri, "x:y"}};
    // subjectAltName = DNS:a.b, IP:10.0.0.5, IP:2001:db8::1, email:a@b.c, URI:x:y
    const char* expected = "30298203612e6287040a000005871020010db80000000000000000000000018105614062"
                           "2e638603783a79";
    CHECK(encoding::to_hex(sans_der(sans)) == expected);
    CHECK(read_hex(expected).sans == sans);
    CHECK(read_hex(expected).findings.empty());
}

TEST_CASE("what is wrong with one SAN does not hide the others") {
    // IP of 5 octets, registeredID, dns a.b, dns with NUL, dns a.b again in upper case
    const SansRead read = read_hex("301a87050a0000050188022a038203612e628203610062"
                                   "8203412e42");
    CHECK(read.sans == std::vector<San>{{SanType::dns, "a.b"}});
    REQUIRE(read.findings.size() == 3);
    CHECK(read.findings[0].rule == "san-malformed");
    CHECK(read.findings[0].subject == "san ip:0a00000501");
    CHECK(read.findings[1].rule == "san-type");
    CHECK(read.findings[1].subject == "san registeredID:2a03");
    CHECK(read.findings[2].rule == "san-malformed");
}

TEST_CASE("GeneralNames that are none are a finding") {
    for (const char* hex :
         {"3000", "3005820361", "30058203612e62ff", "3080820361 2e620000", "0403616263", "31058203612e62"}) {
        std::string packed(hex);
        packed.erase(std::remove(packed.begin(), packed.end(), ' '), packed.end());
        CAPTURE(packed);
        const SansRead read = read_hex(packed.c_str());
        REQUIRE(read.findings.size() == 1);
        CHECK(read.findings[0].rule == "san-malformed");
    }
    CHECK(read_sans({}).findings.size() == 1);
    // an application tag is no choice of GeneralName
    CHECK(read_hex("30058203612e62").findings.empty());
    CHECK(read_hex("30054203612e62").findings.at(0).rule == "san-type");
}

TEST_CASE("a finding about a huge SAN is not huge") {
    const SanOrFinding huge = make_san(SanType::dns, std::string(60000, ' '));
    CHECK(huge.finding.value().subject.size() < 200);
}
