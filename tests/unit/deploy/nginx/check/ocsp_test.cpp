#include "deploy/nginx/check/judging.h"
#include "deploy/nginx/check/responder_url.h"

#include <catch2/catch.hpp>

using namespace mtlsca::deploy::nginx::check;

namespace {

using Texts = std::vector<std::string>;

// Each line of `lines` is one of the file, the first one is line 2; without the note of every ssl_ocsp.
Texts in_server(const std::string& lines, const std::string& verify = "on; ssl_crl x;") {
    Texts ids = told("http { server { listen 443 ssl; ssl_verify_client " + verify + "\n" + lines + "\n} }");
    std::erase_if(ids, [](const std::string& id) { return id.starts_with("ocsp-fails-closed"); });
    return ids;
}

} // namespace

TEST_CASE("a responder that nginx cannot look up, or only once, is told") {
    CHECK(in_server("ssl_ocsp leaf;\nssl_ocsp_responder http://ocsp.test/;") ==
          Texts{"ocsp-without-resolver 3"});
    CHECK(in_server("ssl_ocsp leaf;") == Texts{"ocsp-without-resolver 2"});
    for (const char* settings :
         {"ssl_ocsp_responder http://127.0.0.1:8888/;", "ssl_ocsp_responder http://[::1]:8888;",
          "ssl_ocsp_responder HTTP://localhost;", "ssl_ocsp_responder http://a.test/; resolver ::1;",
          "resolver 127.0.0.1;"})
        CHECK(in_server("ssl_ocsp on;" + std::string(settings)).empty());
    CHECK(in_server("ssl_ocsp on;\nssl_ocsp_responder https://127.0.0.1/;") == Texts{"ocsp-not-http 3"});
    CHECK(in_server("ssl_ocsp off;\nssl_ocsp_responder https://127.0.0.1/;").empty());
}

TEST_CASE("ssl_ocsp that asks nobody, or that nginx does not take, is told") {
    const std::string asks = "ssl_ocsp on; ssl_ocsp_responder http://127.0.0.1;";
    CHECK(in_server(asks, "off;") == Texts{"ocsp-asks-nobody 2"});
    CHECK(in_server(asks, "optional_no_ca; ssl_crl x;") == Texts{"ocsp-without-trust 2"});
    CHECK(in_server(asks, "optional; ssl_crl x;").empty());
    // Of a server beside one that asks, in words for both.
    CHECK(told("http { ssl_ocsp off; server { listen 443 ssl; } }").empty());
}

TEST_CASE("what ssl_ocsp leaves open is told: intermediates, and kept answers") {
    const std::string asks = "ssl_ocsp_responder http://127.0.0.1; ";
    CHECK(in_server(asks + "\nssl_ocsp leaf;", "on;") == Texts{"ocsp-leaf-only 3"});
    CHECK(in_server(asks + "ssl_ocsp leaf;").empty()); // the CRL tells of intermediates
    CHECK(in_server(asks + "ssl_ocsp on;\nssl_ocsp_cache shared:ocsp:1m;") ==
          Texts{"ocsp-cache-outlives-revocation 3"});
    CHECK(in_server(asks + "ssl_ocsp on;\nssl_ocsp_cache off;").empty());
}

TEST_CASE("the default server of an address judges clients without SNI, by its own ssl_ocsp") {
    const std::string asks = "ssl_ocsp on; ssl_ocsp_responder http://127.0.0.1; ";
    const auto both = [&](const std::string& first, const std::string& second) {
        Texts ids = told("http { ssl_client_certificate a; server { listen 443 ssl; ssl_verify_client on; " +
                         first + "}\nserver { listen 443 ssl; ssl_verify_client on; " + second + "} }");
        std::erase_if(ids, [](const std::string& id) { return !id.starts_with("default-server"); });
        return ids;
    };
    CHECK(both("", asks) == Texts{"default-server-decides 2"});
    CHECK(both(asks, asks).empty());
    CHECK(both(asks, "").empty());
}

TEST_CASE("the host of a responder's URL is what nginx connects to") {
    CHECK(responder_url("http://a.test:80/b:c").host == "a.test");
    CHECK(responder_url("http://[2001:db8::1]:80/").is_address);
    CHECK(responder_url("http://10.0.0.1").is_address);
    CHECK_FALSE(responder_url("http://10.0.0.1.test").is_address);
    CHECK_FALSE(responder_url("https://10.0.0.1").is_http);
    CHECK_FALSE(responder_url("10.0.0.1").is_http);
    CHECK_FALSE(responder_url("").is_http);
}
