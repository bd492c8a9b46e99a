// What a live TLS server shows: its certificates, whoever signed them.
#pragma once

#include "x509/certificate/certificate.h"

namespace mtlsca::x509 {

// "host:443" or "[::1]:443": connects, says SNI where it is a name, and returns what the server sends, leaf
// first. Nothing is verified: this is for looking at. No answer within ten seconds, or no TLS there:
// Error(failed).
std::vector<Certificate> peer_certificates(const std::string& host_and_port);

} // namespace mtlsca::x509
