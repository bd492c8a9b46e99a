// Base64 (RFC 4648): strict when reading (padding required, no foreign characters).
#pragma once

#include "bytes.h"

#include <optional>

namespace mtlsca::encoding {

std::string to_base64(ByteView bytes);
Secret to_base64(const Secret& secret);
void append_base64(std::string& to, ByteView bytes);
std::string to_base64url(ByteView bytes); // section 5, without padding: x5t#S256 of RFC 8705
std::optional<Bytes> from_base64(std::string_view text);
std::optional<Secret> from_base64(const Secret& text);

} // namespace mtlsca::encoding
