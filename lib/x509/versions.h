#pragma once

#include <string>

namespace mtlsca::x509 {

std::string crypto_version(); // "OpenSSL 3.0.22": of the library that runs, not of the headers

} // namespace mtlsca::x509
