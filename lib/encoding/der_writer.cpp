#include "encoding/der.h"
#include "encoding/der_builder.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <stdexcept>

namespace mtlsca::encoding::der {
namespace {

// Big-endian, without leading zeros, at least one octet.
Bytes shortest(std::uint64_t value) {
    Bytes bytes;
    for (int shift = 56; shift >= 0; shift -= 8)
        if (value >> shift != 0 || shift == 0)
            bytes.push_back(static_cast<std::uint8_t>(value >> shift));
    return bytes;
}

void append_base128(Bytes& to, std::uint64_t value) {
    const int septets = (static_cast<int>(std::bit_width(value)) + 6) / 7;
    for (int shift = 7 * (septets - 1); shift > 0; shift -= 7)
        to.push_back(static_cast<std::uint8_t>(0x80 | (value >> shift & 0x7f)));
    to.push_back(static_cast<std::uint8_t>(value & 0x7f));
}

// The next arc of a dotted identifier, which is shortened by it and its dot.
std::uint64_t take_arc(std::string_view& dotted) {
    std::uint64_t arc = 0;
    const char* end = dotted.data() + dotted.size();
    const auto [stop, problem] = std::from_chars(dotted.data(), end, arc);
    const auto size = static_cast<std::size_t>(stop - dotted.data());
    const bool has_next = stop != end && *stop == '.' && stop + 1 != end;
    if (problem != std::errc{} || (size > 1 && dotted[0] == '0') || (stop != end && !has_next))
        throw std::invalid_argument("not an object identifier");
    dotted.remove_prefix(has_next ? size + 1 : size);
    return arc;
}

// Tag and length, at most as long as the largest length says.
struct Head {
    std::array<std::uint8_t, 2 + sizeof(std::uint64_t)> octets;
    std::size_t size;
    operator ByteView() const { return ByteView(octets).first(size); }
};

Head head_of(std::uint8_t tag, std::uint64_t content_size) {
    Head head{{tag, static_cast<std::uint8_t>(content_size)}, 2};
    if (content_size < 0x80)
        return head;
    for (int shift = 56; shift >= 0; shift -= 8)
        if (content_size >> shift != 0)
            head.octets[head.size++] = static_cast<std::uint8_t>(content_size >> shift);
    head.octets[1] = static_cast<std::uint8_t>(0x80 | (head.size - 2));
    return head;
}

void write_digits(std::span<char> to, unsigned value) {
    for (std::size_t i = to.size(); i > 0; value /= 10)
        to[--i] = static_cast<char>('0' + value % 10);
}

using TimeText = std::array<char, 15>; // "YYYYMMDDHHMMSSZ"

TimeText time_text(Time time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const int year = static_cast<int>(date.year());
    if (year < 0 || year > 9999)
        throw std::invalid_argument("a time that DER cannot say");
    const auto seconds = static_cast<unsigned>((time - day).count());
    TimeText text;
    const std::span<char> digits(text);
    write_digits(digits.first(4), static_cast<unsigned>(year));
    write_digits(digits.subspan(4, 2), static_cast<unsigned>(date.month()));
    write_digits(digits.subspan(6, 2), static_cast<unsigned>(date.day()));
    write_digits(digits.subspan(8, 2), seconds / 3600);
    write_digits(digits.subspan(10, 2), seconds / 60 % 60);
    write_digits(digits.subspan(12, 2), seconds % 60);
    text.back() = 'Z';
    return text;
}

std::string_view view(const TimeText& text) {
    return {text.data(), text.size()};
}

} // namespace

// Grows to twice its size, at its free end.
std::uint8_t* Builder::take(std::size_t size) {
    if (size > begin_) {
        Bytes larger(std::max<std::size_t>(1024, 2 * (this->size() + size)));
        const std::size_t begin = larger.size() - this->size();
        std::copy(octets_.begin() + static_cast<std::ptrdiff_t>(begin_), octets_.end(),
                  larger.begin() + static_cast<std::ptrdiff_t>(begin));
        octets_.swap(larger);
        begin_ = begin;
    }
    begin_ -= size;
    return octets_.data() + begin_;
}

void Builder::put(ByteView octets) {
    std::copy(octets.begin(), octets.end(), take(octets.size()));
}

void Builder::put_element(std::uint8_t tag, ByteView content) {
    put(content);
    put(head_of(tag, content.size()));
}

void Builder::enclose(std::uint8_t tag, std::size_t content_end) {
    put(head_of(tag, size() - content_end));
}

void Builder::put_generalized_time(Time time) {
    const TimeText text = time_text(time);
    const std::size_t end = size();
    put(as_bytes(view(text)));
    enclose(generalized_time, end);
}

Bytes head(std::uint8_t tag, std::size_t content_size) {
    const Head head = head_of(tag, content_size);
    const ByteView octets = head;
    return {octets.begin(), octets.end()};
}

Bytes element(std::uint8_t tag, ByteView content) {
    return element(tag, {content});
}

Bytes element(std::uint8_t tag, std::initializer_list<ByteView> parts) {
    std::size_t size = 0;
    for (const ByteView part : parts)
        size += part.size();
    const Head head = head_of(tag, size);
    Bytes bytes;
    bytes.reserve(head.size + size);
    append(bytes, head);
    for (const ByteView part : parts)
        append(bytes, part);
    return bytes;
}

Bytes integer_element(std::uint64_t value) {
    return unsigned_element(shortest(value));
}

Bytes unsigned_element(ByteView big_endian) {
    while (big_endian.size() > 1 && big_endian[0] == 0)
        big_endian = big_endian.subspan(1);
    constexpr std::uint8_t sign = 0;
    const bool looks_negative = big_endian.empty() || big_endian[0] >= 0x80;
    return element(integer, {ByteView(&sign, looks_negative ? 1 : 0), big_endian});
}

Bytes boolean_element(bool value) {
    return {boolean, 1, static_cast<std::uint8_t>(value ? 0xff : 0)};
}

Bytes oid_element(std::string_view dotted) {
    std::string_view rest = dotted;
    const std::uint64_t root = take_arc(rest), second = rest.empty() ? UINT64_MAX : take_arc(rest);
    // X.660: below the roots 0 and 1 the arcs end with 39.
    if (root > 2 || (root < 2 && second > 39) || second > UINT64_MAX - 80)
        throw std::invalid_argument("not an object identifier: " + std::string(dotted));
    Bytes content;
    content.reserve(dotted.size());
    append_base128(content, root * 40 + second);
    while (!rest.empty())
        append_base128(content, take_arc(rest));
    return element(object_identifier, content);
}

Bytes bit_string_element(ByteView content, unsigned unused_bits) {
    const auto unused = static_cast<std::uint8_t>(unused_bits);
    return element(bit_string, {ByteView(&unused, 1), content});
}

Bytes octet_string_element(ByteView content) {
    return element(octet_string, content);
}

Bytes text_element(std::uint8_t tag, std::string_view text) {
    return element(tag, as_bytes(text));
}

Bytes time_element(Time time) {
    const TimeText octets = time_text(time);
    const std::string_view text = view(octets);
    if (text < "1950" || text >= "2050")
        return text_element(generalized_time, text);
    return text_element(utc_time, text.substr(2));
}

Bytes generalized_time_element(Time time) {
    return text_element(generalized_time, view(time_text(time)));
}

Bytes set_of(std::vector<Bytes> elements) {
    std::sort(elements.begin(), elements.end(),
              [](const Bytes& a, const Bytes& b) { return as_text(a) < as_text(b); });
    Bytes content;
    for (const Bytes& one : elements)
        append(content, one);
    return element(set, content);
}

} // namespace mtlsca::encoding::der
