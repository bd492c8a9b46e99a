// PKCS#12 (RFC 7292) for browsers and devices, and certs-only PKCS#7.
#pragma once

#include "x509/certificate.h"

namespace mtlsca::x509 {

// Who has to read it. The algorithms are what each one is known to read; the table with its sources stands in
// pkcs12.cpp.
//   modern, ios, windows: PBES2 AES-256-CBC with HMAC-SHA256, MAC SHA-256 (windows: Windows 10 1709 and
//   Server 2019 or newer; ios: 15 or newer … as researched) macos, android, java8: PBE-SHA1-3DES, MAC SHA-1 …
//   (RC2-40 for certificates only where the target reads nothing else, through OpenSSL's legacy provider)
enum class Pkcs12Target { modern, macos, ios, android, windows, java8 };
std::optional<Pkcs12Target> parse_pkcs12_target(std::string_view text);
const char* to_string(Pkcs12Target target);

// Key, certificate, the chain above it (as given) and the friendly name under one passphrase. Read back and
// compared before it is returned. An empty passphrase is Error(secret); a key that is not the certificate's
// is Error(secret).
Secret make_pkcs12(const PrivateKey& key, const Certificate& certificate,
                   const std::vector<Certificate>& chain, const std::string& friendly_name,
                   const Secret& passphrase, Pkcs12Target target);

Bytes make_pkcs7(const std::vector<Certificate>& certificates); // DER, signed-data without signers

} // namespace mtlsca::x509
