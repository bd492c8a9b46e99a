// How much a file wants to be computed before its passphrase is a key: whoever wrote the file chose it, and
// OpenSSL 3.0 computes for hours if it says so. Internal to lib/x509.
#pragma once

#include <cstdint>
#include <string_view>

namespace mtlsca::x509 {

// The rounds of PBKDF2 and PKCS#12's own derivation, and the N*r*p of scrypt, of everything in the file that
// says how it is encrypted or authenticated, together; the largest number there is where it cannot be said.
// 0 for what is not encrypted. What lies inside of something encrypted is not seen: it was written by whoever
// knows the passphrase.
std::uint64_t passphrase_rounds(std::string_view file);

// OpenJDK takes as many for each part of a PKCS#12 file (PKCS12KeyStore.MAX_ITERATION_COUNT): some seconds,
// and four times of what the OWASP Password Storage Cheat Sheet (2023) wants at most.
inline constexpr std::uint64_t most_passphrase_rounds = 5'000'000;

} // namespace mtlsca::x509
