#include "encoding/der.h"

#include "encoding/hex.h"
#include "error.h"

#include <algorithm>

namespace mtlsca::encoding::der {
namespace {

std::string tag_text(std::uint8_t tag) {
    return "0x" + to_hex({&tag, 1});
}

// Decimal digits of an arc, from its base-128 octets.
std::string decimal(ByteView groups) {
    std::string digits = "0"; // the lowest first
    for (const std::uint8_t group : groups) {
        unsigned carry = group & 0x7f;
        for (char& digit : digits) {
            carry += static_cast<unsigned>(digit - '0') * 128;
            digit = static_cast<char>('0' + carry % 10);
            carry /= 10;
        }
        for (; carry > 0; carry /= 10)
            digits += static_cast<char>('0' + carry % 10);
    }
    std::reverse(digits.begin(), digits.end());
    return digits;
}

// X.690 8.19.4: the first two arcs share one number, 40 * first + second, where only first 2 may have a
// second above 39.
std::string first_two_arcs(ByteView groups) {
    constexpr std::size_t sixty_three_bits = 9;
    if (groups.size() > sixty_three_bits)
        return {};
    std::uint64_t value = 0;
    for (const std::uint8_t group : groups)
        value = value << 7 | (group & 0x7f);
    const std::uint64_t first = std::min<std::uint64_t>(value / 40, 2);
    return std::to_string(first) + "." + std::to_string(value - 40 * first);
}

// Two decimal digits, or -1.
int two_digits(std::string_view text, std::size_t position) {
    const auto is_digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    if (!is_digit(position) || !is_digit(position + 1))
        return -1;
    return (text[position] - '0') * 10 + (text[position + 1] - '0');
}

// "YYYYMMDDHHMMSSZ", the only form that RFC 5280 4.1.2.5.2 leaves of GeneralizedTime.
std::optional<Time> parse_der_time(std::string_view text) {
    if (text.size() != 15 || text[14] != 'Z')
        return std::nullopt;
    int pairs[7];
    for (std::size_t i = 0; i < 7; ++i)
        if ((pairs[i] = two_digits(text, 2 * i)) < 0)
            return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(pairs[0] * 100 + pairs[1]),
                                           std::chrono::month(static_cast<unsigned>(pairs[2])),
                                           std::chrono::day(static_cast<unsigned>(pairs[3]))};
    if (!date.ok() || pairs[4] > 23 || pairs[5] > 59 || pairs[6] > 59)
        return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(pairs[4]) + std::chrono::minutes(pairs[5]) +
           std::chrono::seconds(pairs[6]);
}

} // namespace

void Reader::fail(const std::string& reason) const {
    throw Error(Code::refused, std::string(object_), "malformed DER: " + reason);
}

Element Reader::next() {
    if (rest_.size() < 2)
        fail(rest_.empty() ? "ends where an element should begin" : "an element is cut off");
    const std::uint8_t tag = rest_[0];
    if ((tag & 0x1f) == 0x1f || tag == 0)
        fail("an element has the tag " + tag_text(tag) + ", which nothing here uses");
    std::size_t size = rest_[1];
    std::size_t head_size = 2;
    if (size >= 0x80) {
        const std::size_t octets = size & 0x7f;
        if (octets == 0)
            fail("an element has an indefinite length");
        if (octets > rest_.size() - head_size || octets > sizeof(size))
            fail("an element is cut off");
        size = 0;
        for (std::size_t i = 0; i < octets; ++i)
            size = size << 8 | rest_[head_size + i];
        // X.690 10.1: the shortest form, or one object would have several encodings and fingerprints.
        if (size < 0x80 || rest_[head_size] == 0)
            fail("a length is longer than it needs to be");
        head_size += octets;
    }
    if (size > rest_.size() - head_size)
        fail("an element is cut off");
    const Element found{tag, rest_.subspan(head_size, size), rest_.first(head_size + size)};
    rest_ = rest_.subspan(head_size + size);
    return found;
}

Element Reader::expect(std::uint8_t tag) {
    if (!next_is(tag))
        fail("the tag " + tag_text(tag) + " should stand where " +
             (rest_.empty() ? "the content ends" : tag_text(rest_[0]) + " stands"));
    return next();
}

Reader Reader::enter(std::uint8_t tag) {
    return {expect(tag).content, object_};
}

void Reader::expect_end() const {
    if (!rest_.empty())
        fail(std::to_string(rest_.size()) + " bytes follow after its end");
}

// X.690 8.3.2: never the same sign in the first nine bits.
ByteView Reader::integer_content() {
    const ByteView content = expect(integer).content;
    if (content.empty())
        fail("an INTEGER is empty");
    if (content[0] >= 0x80)
        fail("an INTEGER is negative");
    if (content.size() > 1 && content[0] == 0 && content[1] < 0x80)
        fail("an INTEGER is longer than it needs to be");
    return content;
}

std::uint64_t Reader::small_integer() {
    const ByteView content = integer_content();
    if (content.size() > 8)
        fail("an INTEGER is too large");
    std::uint64_t value = 0;
    for (const std::uint8_t byte : content)
        value = value << 8 | byte;
    return value;
}

Bytes Reader::unsigned_integer() {
    ByteView content = integer_content();
    if (content.size() > 1 && content[0] == 0)
        content = content.subspan(1);
    return {content.begin(), content.end()};
}

Bytes Reader::enclosed_in_bit_string() {
    const ByteView content = expect(bit_string).content;
    if (content.empty() || content[0] != 0)
        fail("a BIT STRING has no whole octets");
    return {content.begin() + 1, content.end()};
}

bool Reader::boolean_value() {
    const ByteView content = expect(boolean).content;
    if (content.size() != 1 || (content[0] != 0 && content[0] != 0xff))
        fail("a BOOLEAN is neither 00 nor FF");
    return content[0] != 0;
}

std::string Reader::oid() {
    std::string text = oid_text(expect(object_identifier).content);
    if (text.empty())
        fail("an OBJECT IDENTIFIER is malformed");
    return text;
}

Time Reader::time() {
    const bool is_utc_time = next_is(utc_time);
    const std::string_view text = as_text(expect(is_utc_time ? utc_time : generalized_time).content);
    // RFC 5280 4.1.2.5.1: YY of 50 and more is 19YY, else 20YY.
    const char* century = !is_utc_time ? "" : !text.empty() && text[0] >= '5' ? "19" : "20";
    const auto time = parse_der_time(std::string(century).append(text));
    if (!time)
        fail("a time is not of the form YYMMDDHHMMSSZ (UTCTime) or YYYYMMDDHHMMSSZ (GeneralizedTime)");
    return *time;
}

std::string oid_text(ByteView content) {
    // The longest arcs in use are UUIDs of 128 bits below 2.25 (X.667): 19 groups of 7 bits.
    constexpr std::size_t longest_arc = 19;
    std::string text;
    for (std::size_t begin = 0; begin < content.size();) {
        std::size_t end = begin;
        while (end < content.size() && content[end] >= 0x80)
            ++end;
        const bool is_padded = content[begin] == 0x80; // X.690 8.19.2 forbids it
        if (end == content.size() || is_padded || end - begin >= longest_arc)
            return {};
        const ByteView groups = content.subspan(begin, end + 1 - begin);
        if (begin == 0)
            text = first_two_arcs(groups);
        else
            text.append(".").append(decimal(groups));
        if (text.empty())
            return {};
        begin = end + 1;
    }
    return text;
}

} // namespace mtlsca::encoding::der
