// A relying party's judgement, by OpenSSL: would this chain be accepted.
#pragma once

#include "x509/certificate/certificate.h"
#include "x509/crl/crl.h"

namespace mtlsca::x509 {

enum class Purpose { any, tls_client, tls_server };

struct VerificationInput {
    std::vector<Certificate> trusted; // as in ssl_client_certificate: every one is looked at, but a chain
                                      // must end at a self-signed one (nginx sets no partial chain)
    std::vector<Certificate> intermediates; // sent along by the peer
    std::vector<ByteView> crls;             // DER; kept alive by the caller
    bool check_revocation = true; // of the whole chain (X509_V_FLAG_CRL_CHECK | _ALL): a missing CRL refuses
    Purpose purpose = Purpose::any;
    Time at;
    int depth = 100;     // ssl_verify_depth
    bool strict = false; // X509_V_FLAG_X509_STRICT
};

// Empty: accepted. Else one finding an error that OpenSSL reports, in order, rule "verify-" and OpenSSL's
// number, subject the certificate's name, detail its text. With a purpose, libssl's defaults for a peer hold,
// its security level 2 too. Error(refused) for a certificate or CRL that only we can read.
Findings verify_chain(const Certificate& certificate, const VerificationInput& input);

} // namespace mtlsca::x509
