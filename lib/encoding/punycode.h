// Punycode (RFC 3492): how DNS spells labels that are not ASCII. Only reading: what is signed is never spelt
// anew. Of our own, because libidn2 with libunistring is 2 MB for these forty lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mtlsca::encoding {

// What the label stands for, in UTF-8; `text` is what comes behind "xn--". Empty where it is no punycode. The
// result may hold whatever Unicode has, also what IDNA forbids.
std::optional<std::string> decode_punycode(std::string_view text);

} // namespace mtlsca::encoding
