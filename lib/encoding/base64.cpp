#include "encoding/base64.h"

#include <algorithm>
#include <array>

namespace mtlsca::encoding {
namespace {

constexpr char standard_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char url_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t foreign = 0xff;

constexpr std::array<std::uint8_t, 256> make_values() {
    std::array<std::uint8_t, 256> values{};
    values.fill(foreign);
    for (std::uint8_t i = 0; i < 64; ++i)
        values[static_cast<unsigned char>(standard_alphabet[i])] = i;
    return values;
}
constexpr std::array<std::uint8_t, 256> values = make_values();

std::size_t padded_size(std::size_t size) {
    return (size + 2) / 3 * 4;
}

// Returns the end of what it wrote: at most padded_size().
char* encode(char* out, ByteView bytes, const char* alphabet, bool padded) {
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const unsigned group = static_cast<unsigned>(bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2]);
        *out++ = alphabet[group >> 18];
        *out++ = alphabet[group >> 12 & 63];
        *out++ = alphabet[group >> 6 & 63];
        *out++ = alphabet[group & 63];
    }
    const std::size_t left = bytes.size() - i;
    if (left == 0)
        return out;
    const unsigned group = static_cast<unsigned>(bytes[i] << 16 | (left == 2 ? bytes[i + 1] << 8 : 0));
    *out++ = alphabet[group >> 18];
    *out++ = alphabet[group >> 12 & 63];
    if (left == 2)
        *out++ = alphabet[group >> 6 & 63];
    return padded ? std::fill_n(out, 3 - left, '=') : out;
}

void append_encoded(std::string& text, ByteView bytes, const char* alphabet, bool padded) {
    const std::size_t before = text.size();
    text.resize(before + padded_size(bytes.size()));
    const char* end = encode(text.data() + before, bytes, alphabet, padded);
    text.resize(static_cast<std::size_t>(end - text.data()));
}

std::size_t padding_of(std::string_view text) {
    std::size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=')
        ++padding;
    return padding;
}

// Writes three octets for each four characters, also where padding says that the last ones are none; `out`
// has room for them. False where it is no base64.
bool decode(std::string_view text, std::uint8_t* out) {
    if (text.size() % 4 != 0)
        return false;
    const std::size_t padding = padding_of(text);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        const bool is_last = i + 4 == text.size();
        const auto value = [&](std::size_t k) -> std::uint32_t {
            return is_last && k >= 4 - padding ? 0 : values[static_cast<unsigned char>(text[i + k])];
        };
        const std::uint32_t a = value(0), b = value(1), c = value(2), d = value(3);
        if (((a | b | c | d) & 0xc0) != 0)
            return false;
        const std::uint32_t group = a << 18 | b << 12 | c << 6 | d;
        // RFC 4648 section 3.5: bits that carry nothing must be zero, or one value would have several texts.
        if (is_last && (group & ((1U << 8 * padding) - 1)) != 0)
            return false;
        *out++ = static_cast<std::uint8_t>(group >> 16);
        *out++ = static_cast<std::uint8_t>(group >> 8);
        *out++ = static_cast<std::uint8_t>(group);
    }
    return true;
}

} // namespace

std::string to_base64(ByteView bytes) {
    std::string text;
    append_base64(text, bytes);
    return text;
}

Secret to_base64(const Secret& secret) {
    Secret text(padded_size(secret.size()));
    encode(text.data(), as_bytes(secret.view()), standard_alphabet, true);
    return text;
}

void append_base64(std::string& to, ByteView bytes) {
    append_encoded(to, bytes, standard_alphabet, true);
}

std::string to_base64url(ByteView bytes) {
    std::string text;
    append_encoded(text, bytes, url_alphabet, false);
    return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
    Bytes bytes(text.size() / 4 * 3);
    if (!decode(text, bytes.data()))
        return std::nullopt;
    bytes.resize(bytes.size() - padding_of(text));
    return bytes;
}

std::optional<Secret> from_base64(const Secret& text) {
    Secret bytes(text.size() / 4 * 3);
    if (!decode(text.view(), reinterpret_cast<std::uint8_t*>(bytes.data())))
        return std::nullopt;
    bytes.truncate(bytes.size() - padding_of(text.view()));
    return bytes;
}

} // namespace mtlsca::encoding
