// Our certificates as OpenSSL's, for what only OpenSSL does: judging chains, packing PKCS#12. Internal to
// lib/x509.
#pragma once

#include "x509/certificate/certificate.h"
#include "x509/openssl.h"

namespace mtlsca::x509 {

// Error(refused) for one that only we can read.
openssl::CertificatePtr to_openssl(const Certificate& certificate);
openssl::CertificatesPtr to_openssl(const std::vector<Certificate>& certificates); // in order

// The subject, or the serial where there is no subject: how errors call a certificate.
std::string display_name(const Certificate& certificate);

} // namespace mtlsca::x509
