#include "x509/certificate/verification.h"

#include "x509/vectors.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::x509;

namespace {

// What an nginx with ssl_client_certificate, ssl_crl and ssl_verify_depth 1 looks at, while the CRLs are
// current.
struct Nginx {
    Bytes root_crl = vectors::file("crls/golden/empty.der");
    Bytes issuing_crl = vectors::file("crls/golden/entries.der");
    VerificationInput input;
    Nginx() {
        input.trusted = {vectors::certificate("golden/root"), vectors::certificate("golden/issuing")};
        input.crls = {root_crl, issuing_crl};
        input.purpose = Purpose::tls_client;
        input.at = vectors::time("2026-02-03T00:00:00Z");
        input.depth = 1;
    }
    // "verify-10 verify-12": the rules of the findings
    std::string verdict(const std::string& name = "golden/client") const {
        std::string rules;
        for (const Finding& finding : verify_chain(vectors::certificate(name), input))
            rules += (rules.empty() ? "" : " ") + finding.rule;
        return rules;
    }
};

} // namespace

TEST_CASE("a good client is let in, in strict mode too") {
    Nginx nginx;
    CHECK(nginx.verdict().empty());
    nginx.input.strict = true;
    CHECK(nginx.verdict().empty());
    nginx.input.trusted = {vectors::certificate("golden/root")};
    nginx.input.intermediates = {vectors::certificate("golden/issuing")};
    CHECK(nginx.verdict().empty());
    nginx.input.purpose = Purpose::tls_server;
    nginx.input.check_revocation = false; // the server's is on the list
    CHECK(nginx.verdict("golden/server").empty());
}

TEST_CASE("whom nginx would refuse is refused, with OpenSSL's number") {
    Nginx nginx;
    CHECK(nginx.verdict("golden/nameless") == "verify-23");  // revoked
    CHECK(nginx.verdict("golden/responder") == "verify-26"); // no clientAuth
    CHECK(nginx.verdict("golden/issuing") == "verify-26");   // a CA's certificate as client
    CHECK(nginx.verdict("foreign").find("verify-34") == 0);  // unknown critical extension

    nginx.input.depth = 0;
    CHECK(nginx.verdict().find("verify-22") == 0); // chain too long
}

TEST_CASE("every CRL up to the root is needed, and must be current") {
    Nginx nginx;
    nginx.input.crls = {nginx.issuing_crl};
    const Findings findings = verify_chain(vectors::certificate("golden/client"), nginx.input);
    REQUIRE(findings.size() ==
            2); // for the issuing CA's certificate and, as OpenSSL wants, for the root's own
    CHECK(findings[0] == Finding{Severity::error, "verify-3", "CN=Acme Issuing,O=Acme,C=DE",
                                 "unable to get certificate CRL"});

    nginx.input.check_revocation = false;
    CHECK(nginx.verdict().empty());
    Nginx later;
    later.input.at = vectors::time("2026-02-09T00:00:00Z");
    CHECK(later.verdict() == "verify-12 verify-12 verify-12"); // expired for all three certificates
    const Bytes partitioned = vectors::file("crls/partitioned.der");
    Nginx other;
    other.input.crls = {other.root_crl, partitioned};
    CHECK(other.verdict().find("verify-44") == 0); // another scope
}

TEST_CASE("a chain must end at a self-signed certificate that is trusted") {
    Nginx nginx;
    nginx.input.trusted = {vectors::certificate("golden/issuing")};
    nginx.input.check_revocation = false;
    CHECK(nginx.verdict() == "verify-2");
    nginx.input.trusted.clear();
    CHECK(nginx.verdict().find("verify-20") == 0);
}

TEST_CASE("all errors are told, not the first one only") {
    Nginx nginx;
    nginx.input.at = vectors::time("2028-01-01T00:00:00Z");
    nginx.input.crls.pop_back();
    const std::string verdict = nginx.verdict("golden/responder");
    for (const char* rule : {"verify-26", "verify-10", "verify-3", "verify-12"})
        CHECK_THAT(verdict, Catch::Contains(rule));
}
