// Hexadecimal, as serials and fingerprints are written.
#pragma once

#include "bytes.h"

#include <optional>

namespace mtlsca::encoding {

std::string to_hex(ByteView bytes);       // "0af3": fingerprints, as sha256sum prints them
std::string to_upper_hex(ByteView bytes); // "0AF3": serials, as nginx prints $ssl_client_serial
// Any case, colons between bytes allowed, an even number of digits; empty where the text is none of that.
std::optional<Bytes> from_hex(std::string_view text);

} // namespace mtlsca::encoding
