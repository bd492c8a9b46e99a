#include "encoding/hex.h"

namespace mtlsca::encoding {
namespace {

std::string with_digits(ByteView bytes, const char* digits) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 0x0f];
    }
    return text;
}

int digit_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

} // namespace

std::string to_hex(ByteView bytes) {
    return with_digits(bytes, "0123456789abcdef");
}

std::string to_upper_hex(ByteView bytes) {
    return with_digits(bytes, "0123456789ABCDEF");
}

std::optional<Bytes> from_hex(std::string_view text) {
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    std::size_t position = 0;
    while (position < text.size()) {
        if (position > 0 && text[position] == ':')
            ++position;
        if (text.size() - position < 2)
            return std::nullopt;
        const int high = digit_value(text[position]);
        const int low = digit_value(text[position + 1]);
        if (high < 0 || low < 0)
            return std::nullopt;
        bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
        position += 2;
    }
    return bytes;
}

} // namespace mtlsca::encoding
