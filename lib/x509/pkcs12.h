// PKCS#12 (RFC 7292) for browsers and devices, and certs-only PKCS#7.
#pragma once

#include "x509/certificate/certificate.h"

namespace mtlsca::x509 {

// Who has to read it; the table of who reads what, with its sources, stands in pkcs12.cpp.
//   modern: PBES2 with AES-256-CBC and PBKDF2-HMAC-SHA256, MAC of SHA-256
//   macos, ios, android, windows, java8: 3DES (PKCS#12's own, with SHA-1), MAC of SHA-1, which every version
//   of theirs reads
enum class Pkcs12Target { modern, macos, ios, android, windows, java8 };
std::optional<Pkcs12Target> parse_pkcs12_target(std::string_view text);
const char* to_string(Pkcs12Target target);

// Key, certificate, the chain above it (as given) and the friendly name under one passphrase. Read back and
// compared before it is returned. Error(secret): a passphrase that is empty, not UTF-8 or, for Java, not
// ASCII; a key that is not the certificate's.
Secret make_pkcs12(const PrivateKey& key, const Certificate& certificate,
                   const std::vector<Certificate>& chain, const std::string& friendly_name,
                   const Secret& passphrase, Pkcs12Target target);

// DER, signed-data without signers. Its certificates are a SET, which DER sorts: the leaf need not be first.
Bytes make_pkcs7(const std::vector<Certificate>& certificates);

} // namespace mtlsca::x509
