#include "deploy/nginx/log/reason.h"

#include <catch2/catch.hpp>
#include <openssl/x509_vfy.h>

using namespace mtlsca::deploy::nginx;

TEST_CASE("what refuses clients is known in the words of this machine's OpenSSL") {
    struct Row {
        int error;
        const char* cause;
        bool for_everyone;
    };
    const Row row = GENERATE(values<Row>({
        {X509_V_ERR_CERT_REVOKED, "revoked", false},
        {X509_V_ERR_CERT_HAS_EXPIRED, "expired", false},
        {X509_V_ERR_CERT_NOT_YET_VALID, "not-yet-valid", false},
        {X509_V_ERR_UNABLE_TO_GET_CRL, "crl-missing", true},
        {X509_V_ERR_CRL_HAS_EXPIRED, "crl-expired", true},
        {X509_V_ERR_CRL_NOT_YET_VALID, "crl-not-yet-valid", true},
        {X509_V_ERR_CRL_SIGNATURE_FAILURE, "crl-broken", true},
        {X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE, "crl-broken", true},
        {X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, "crl-broken", true},
        {X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, "crl-broken", true},
        {X509_V_ERR_DIFFERENT_CRL_SCOPE, "crl-broken", true},
        {X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, "crl-broken", true},
        {X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD, "crl-broken", true},
        {X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD, "crl-broken", true},
        {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "foreign", false},
        {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, "chain-incomplete", false},
        {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "foreign", false},
        {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "foreign", false},
        {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "foreign", false},
        {X509_V_ERR_CERT_UNTRUSTED, "foreign", false},
        {X509_V_ERR_CERT_REJECTED, "foreign", false},
        {X509_V_ERR_CERT_SIGNATURE_FAILURE, "forged", false},
        {X509_V_ERR_INVALID_PURPOSE, "purpose", false},
        {X509_V_ERR_CERT_CHAIN_TOO_LONG, "depth", false},
        {X509_V_ERR_PATH_LENGTH_EXCEEDED, "chain-broken", false},
        {X509_V_ERR_INVALID_CA, "chain-broken", false},
        {X509_V_ERR_PERMITTED_VIOLATION, "name-constraints", false},
        {X509_V_ERR_EXCLUDED_VIOLATION, "name-constraints", false},
        {X509_V_ERR_EE_KEY_TOO_SMALL, "weak", false},
        {X509_V_ERR_CA_MD_TOO_WEAK, "weak", true},
        {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, "malformed", false},
    }));
    const std::string text = X509_verify_cert_error_string(row.error);
    CAPTURE(text);
    const Reason reason = verification_reason(text);
    CHECK(reason.cause == std::string(row.cause));
    CHECK(reason.for_everyone == row.for_everyone);
    CHECK(message_reason("client SSL certificate verify error: (" + std::to_string(row.error) + ":" + text +
                         ") while reading client request headers")
              .cause == std::string(row.cause));
}

TEST_CASE("the words of OpenSSL 1.1.1 and of nginx's OCSP are known too") {
    CHECK(verification_reason("self signed certificate").cause == std::string("foreign"));
    CHECK(verification_reason("unsupported certificate purpose").cause == std::string("purpose"));
    CHECK(verification_reason("certificate status request failed").for_everyone);
    CHECK(
        message_reason("client SSL certificate verify error: certificate status unknown while reading client "
                       "request headers")
            .cause == std::string("ocsp-unknown"));
}

TEST_CASE("a reason that nobody knows is told as it stands, and a long one not as a whole") {
    const Reason reason = verification_reason("proxy path length constraint exceeded");
    CHECK(reason.cause == std::string("other"));
    CHECK_THAT(reason.why, Catch::Contains("proxy path length constraint exceeded"));
    CHECK(verification_reason(std::string(100'000, 'x')).why.size() < 1000);
}

TEST_CASE("a message of the error log is told from its neighbours") {
    struct Row {
        const char* message;
        const char* cause;
    };
    const Row row = GENERATE(values<Row>({
        {"client sent no required SSL certificate while reading client request headers", "no-certificate"},
        {"SSL_do_handshake() failed (SSL: error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert "
         "number 48) "
         "while SSL handshaking",
         "server-untrusted"},
        {"SSL_do_handshake() failed (SSL: error:0A000102:SSL routines::unsupported protocol) while SSL "
         "handshaking",
         "tls-version"},
        {"SSL_do_handshake() failed (SSL: error:0A0000C1:SSL routines::no shared cipher) while SSL "
         "handshaking",
         "no-cipher"},
        {"peer closed connection in SSL handshake while SSL handshaking", "client-left"},
        {"limiting requests, excess: 5.000 by zone \"one\"", "limited"},
        {"access forbidden by rule", "address-rule"},
        {"connect() failed (111: Connection refused) while connecting to upstream", "backend"},
        {"signal process started", ""},
        {"", ""},
    }));
    CAPTURE(row.message);
    CHECK(message_reason(row.message).cause == std::string(row.cause));
}
