#include "io/tar.h"

#include "error.h"

#include <algorithm>

namespace mtlsca::io {
namespace {

// Fields of a header block (POSIX.1-1988 10.1.1): offset and size in bytes.
constexpr std::size_t block_bytes = 512;
struct Field {
    std::size_t offset, size;
};
constexpr Field name_field{0, 100}, size_field{124, 12}, checksum_field{148, 8}, type_field{156, 1},
    magic_field{257, 5}, prefix_field{345, 155};

std::string_view field_of(ByteView header, Field field) {
    const std::string_view text = as_text(header.subspan(field.offset, field.size));
    return text.substr(0, text.find('\0'));
}

// Octal digits between blanks. A size of more than 8 GiB (GNU's binary form) is no request's.
std::optional<std::uint64_t> number(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(' ');
    const std::size_t end = text.find_last_not_of(' ');
    if (begin == std::string_view::npos)
        return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text.substr(begin, end - begin + 1)) {
        if (c < '0' || c > '7')
            return std::nullopt;
        value = value * 8 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

// The sum of all octets of the header, with blanks in its own place.
bool has_good_checksum(ByteView header) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < block_bytes; ++i) {
        const bool is_own = i >= checksum_field.offset && i < checksum_field.offset + checksum_field.size;
        sum += is_own ? std::uint8_t{' '} : header[i];
    }
    return number(field_of(header, checksum_field)) == sum;
}

std::string name_of(ByteView header) {
    const std::string name(field_of(header, name_field));
    const std::string_view prefix = field_of(header, prefix_field);
    const bool is_posix =
        as_text(header.subspan(magic_field.offset, magic_field.size + 1)) == std::string_view("ustar\0", 6);
    return prefix.empty() || !is_posix ? name : std::string(prefix) + '/' + name;
}

} // namespace

bool looks_like_tar(InputStream& input) {
    // Whoever types a first line, or sends it through a slow pipe, is not waited for to send half a thousand
    // octets. A header's name ends with zeros.
    for (std::size_t size = 1; size < block_bytes; ++size) {
        const ByteView begin = input.peek(size);
        if (begin.size() < size || begin.back() == '\n')
            return false;
        if (begin.back() == 0)
            break;
    }
    const ByteView header = input.peek(block_bytes);
    return header.size() == block_bytes && field_of(header, magic_field) == "ustar" &&
           has_good_checksum(header);
}

std::optional<TarMember> next_tar_member(InputStream& input, std::size_t max_size) {
    while (!input.peek(1).empty()) {
        const Bytes header = input.take(block_bytes);
        if (std::all_of(header.begin(), header.end(), [](std::uint8_t octet) { return octet == 0; }))
            return std::nullopt; // the first of two blocks of zeros that end it
        const auto size = number(field_of(header, size_field));
        if (!has_good_checksum(header) || !size)
            throw Error(Code::refused, input.name(), "is no tar archive, or a damaged one");
        const std::uint64_t padding = (block_bytes - *size % block_bytes) % block_bytes;
        const char type = static_cast<char>(header[type_field.offset]);
        if (type != '0' && type != '\0') {
            input.skip(*size + padding);
            continue;
        }
        if (*size > max_size)
            throw Error(Code::refused, input.name() + ", " + name_of(header),
                        "is larger than " + std::to_string(max_size) + " bytes");
        TarMember member{name_of(header), input.take(static_cast<std::size_t>(*size))};
        input.skip(padding);
        return member;
    }
    return std::nullopt;
}

} // namespace mtlsca::io
