#include "deploy/kubernetes/names.h"

#include <catch2/catch.hpp>

using namespace mtlsca::deploy::kubernetes;

TEST_CASE("a DNS label and a subdomain are what the API server takes, to the last character",
          "[kubernetes]") {
    const std::string longest(63, 'x');
    for (const std::string& label : {std::string("a"), std::string("0"), std::string("a-b"), longest})
        CHECK(is_dns_label(label));
    for (const std::string& other :
         {std::string(), std::string("-a"), std::string("a-"), std::string("A"), std::string("a_b"),
          std::string("a.b"), std::string("a\n"), longest + 'x'})
        CHECK_FALSE(is_dns_label(other));

    const std::string three = longest + '.' + longest + '.' + longest + '.';
    CHECK(is_dns_subdomain("a.b-c.0"));
    CHECK(is_dns_subdomain(three + std::string(61, 'x')));
    CHECK_FALSE(is_dns_subdomain(three + std::string(62, 'x')));
    for (const char* other : {"", ".", "a.", ".a", "a..b", "a.-b", "a.B", "a/b"})
        CHECK_FALSE(is_dns_subdomain(other));
}

TEST_CASE("any name becomes a subdomain that Kubernetes takes, or nothing", "[kubernetes]") {
    CHECK(to_dns_subdomain("www.example.com") == "www.example.com");
    CHECK(to_dns_subdomain("Alice Müller") == "alice-m-ller");
    CHECK(to_dns_subdomain("*.example.com") == "example.com");
    CHECK(to_dns_subdomain("--a--b--.-c") == "a-b.c");
    CHECK(to_dns_subdomain("äöü...").empty());
    CHECK(to_dns_subdomain("").empty());
    std::string every;
    for (int octet = 0; octet < 256; ++octet)
        every += static_cast<char>(octet);
    for (const std::string& name : {every, std::string(300, 'x'), std::string(62, 'x') + "--y", every + every,
                                    "a" + std::string(126, '.') + std::string(400, 'b')})
        CHECK(is_dns_subdomain(to_dns_subdomain(name)));
}

TEST_CASE("labels are Kubernetes' own", "[kubernetes]") {
    for (const char* key : {"a", "A_b.c-D", "example.com/tier", "0"})
        CHECK(is_label_key(key));
    for (const char* key : {"", "/a", "a/", "a/b/c", "Example.com/tier", "-a", "a-", "a b", "ä"})
        CHECK_FALSE(is_label_key(key));
    CHECK(is_label_value(""));
    CHECK(is_label_value("A_b.c-D"));
    CHECK_FALSE(is_label_value("a b"));
    CHECK_FALSE(is_label_value("a\n"));
    CHECK_FALSE(is_label_value(std::string(64, 'x')));
}
