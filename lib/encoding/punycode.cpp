#include "encoding/punycode.h"

#include "encoding/text.h"

#include <algorithm>
#include <cstdint>

namespace mtlsca::encoding {
namespace {

// RFC 3492 section 5
constexpr std::uint32_t base = 36, smallest_threshold = 1, largest_threshold = 26, skew = 38, damp = 700;
constexpr std::uint32_t initial_bias = 72, initial_point = 0x80;
constexpr std::size_t longest_text = 253; // of a whole name (RFC 1035 2.3.4); a sample of the RFC is no label

std::optional<std::uint32_t> digit_of(char c) {
    if (c >= '0' && c <= '9')
        return static_cast<std::uint32_t>(c - '0') + 26;
    const char lower = static_cast<char>(c | 0x20);
    if (lower >= 'a' && lower <= 'z')
        return static_cast<std::uint32_t>(lower - 'a');
    return std::nullopt;
}

// Section 6.1
std::uint32_t adapted_bias(std::uint64_t delta, std::uint64_t count, bool is_first) {
    delta /= is_first ? damp : 2;
    delta += delta / count;
    std::uint32_t bias = 0;
    for (; delta > (base - smallest_threshold) * largest_threshold / 2; bias += base)
        delta /= base - smallest_threshold;
    return bias + static_cast<std::uint32_t>((base - smallest_threshold + 1) * delta / (delta + skew));
}

// A number of variable length, which ends with the first digit below its threshold (section 3.3). As many
// digits as there may be are far more than 64 bits hold, so that it is bounded on the way.
std::optional<std::uint64_t> read_delta(std::string_view& text, std::uint32_t bias) {
    constexpr std::uint64_t largest = 0x110000ULL * (longest_text + 1); // any point at any place
    std::uint64_t delta = 0, weight = 1;
    for (std::uint32_t k = base; !text.empty(); k += base) {
        const auto digit = digit_of(text.front());
        text.remove_prefix(1);
        if (!digit || *digit > (largest - delta) / weight)
            return std::nullopt;
        delta += *digit * weight;
        const std::uint32_t threshold =
            k <= bias ? smallest_threshold : std::clamp(k - bias, smallest_threshold, largest_threshold);
        if (*digit < threshold)
            return delta;
        weight = std::min(weight * (base - threshold), largest + 1);
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string> decode_punycode(std::string_view text) {
    if (text.size() > longest_text || !is_ascii(text))
        return std::nullopt;
    const std::size_t hyphen = text.rfind('-');
    const std::size_t basic = hyphen == std::string_view::npos ? 0 : hyphen;
    std::u32string points(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(basic));
    text.remove_prefix(basic > 0 ? basic + 1 : 0);
    std::uint64_t point = initial_point, place = 0;
    for (std::uint32_t bias = initial_bias; !text.empty();) {
        const auto delta = read_delta(text, bias);
        if (!delta)
            return std::nullopt;
        const std::uint64_t count = points.size() + 1;
        bias = adapted_bias(*delta, count, points.size() == basic);
        place += *delta;
        point += place / count;
        place %= count;
        if (point > 0x10ffff)
            return std::nullopt;
        points.insert(static_cast<std::size_t>(place++), 1, static_cast<char32_t>(point));
    }
    std::string decoded;
    for (const char32_t each : points)
        if (!append_utf8(decoded, each)) // a surrogate
            return std::nullopt;
    return decoded;
}

} // namespace mtlsca::encoding
