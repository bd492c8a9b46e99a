#include "x509/name/attribute_type.h"

#include "encoding/der.h"
#include "encoding/text.h"
#include "x509/openssl.h"

#include <algorithm>
#include <array>

namespace mtlsca::x509 {

namespace der = encoding::der;

namespace {

// Tags of the types of string that we read and never write (X.680 table 8): those that OpenSSL reads in a
// name (X509_NAME_ENTRY's ASN1_PRINTABLE). It reads no name with a VisibleString, which RFC 5280 does not
// know either.
enum OldStringTag : std::uint8_t {
    numeric_string = 0x12,
    teletex_string = 0x14,
    universal_string = 0x1c,
    bmp_string = 0x1e,
};

struct KnownType {
    const char* name; // OpenSSL's short name
    const char* oid;
    std::uint8_t tag;
    std::size_t longest_characters;
};

// Upper bounds: RFC 5280 A.1 (ub-*); X.520 annex C for street, postalCode, businessCategory and description;
// RFC 1274 9.3.1 for UID. What has none gets that of RFC 5280's X520name.
constexpr std::size_t longest_name = 32768;
constexpr std::array known_types{
    KnownType{"CN", "2.5.4.3", der::utf8_string, 64},
    KnownType{"O", "2.5.4.10", der::utf8_string, 64},
    KnownType{"OU", "2.5.4.11", der::utf8_string, 64},
    KnownType{"C", "2.5.4.6", der::printable_string, 2},
    KnownType{"L", "2.5.4.7", der::utf8_string, 128},
    KnownType{"ST", "2.5.4.8", der::utf8_string, 128},
    KnownType{"serialNumber", "2.5.4.5", der::printable_string, 64},
    KnownType{"emailAddress", "1.2.840.113549.1.9.1", der::ia5_string, 255},
    KnownType{"DC", "0.9.2342.19200300.100.1.25", der::ia5_string, longest_name},
    KnownType{"UID", "0.9.2342.19200300.100.1.1", der::utf8_string, 256},
    KnownType{"title", "2.5.4.12", der::utf8_string, 64},
    KnownType{"dnQualifier", "2.5.4.46", der::printable_string, longest_name},
    KnownType{"pseudonym", "2.5.4.65", der::utf8_string, 128},
    KnownType{"street", "2.5.4.9", der::utf8_string, 128},
    KnownType{"postalCode", "2.5.4.17", der::utf8_string, 40},
    KnownType{"businessCategory", "2.5.4.15", der::utf8_string, 128},
    KnownType{"description", "2.5.4.13", der::utf8_string, 1024},
};

// X.680 41.4, and "*", "&", "@" and "_", which are no part of it but stand in PrintableStrings that CAs have
// written for decades; what could end a line or a quotation is not among them.
bool is_printable_string(std::string_view value, std::string_view tolerated) {
    constexpr std::string_view marks = " '()+,-./:=?";
    return std::all_of(value.begin(), value.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               marks.find(c) != std::string_view::npos || tolerated.find(c) != std::string_view::npos;
    });
}

// Characters of a fixed width, big-endian. BMPString is UCS-2 (X.680 41.15): a surrogate in it is malformed.
std::optional<std::string> decode_wide(ByteView content, std::size_t width) {
    if (content.size() % width != 0)
        return std::nullopt;
    std::string text;
    for (std::size_t i = 0; i < content.size(); i += width) {
        std::uint32_t code_point = 0;
        for (std::size_t k = 0; k < width; ++k)
            code_point = code_point << 8 | content[i + k];
        if (!encoding::append_utf8(text, code_point))
            return std::nullopt;
    }
    return text;
}

AttributeType from_known(const KnownType& known) {
    constexpr std::ptrdiff_t head_octets = 2; // all of these are short
    const Bytes oid = der::oid_element(known.oid);
    return {known.name, Bytes(oid.begin() + head_octets, oid.end()), known.tag, known.longest_characters};
}

} // namespace

std::optional<AttributeType> find_attribute_type(std::string_view text) {
    const std::string lower = encoding::to_lower_ascii(text);
    for (const KnownType& known : known_types)
        if (encoding::to_lower_ascii(known.name) == lower)
            return from_known(known);
    Bytes oid = openssl::object_identifier(std::string(text));
    const std::string dotted = der::oid_text(oid);
    if (dotted.empty())
        return std::nullopt;
    for (const KnownType& known : known_types)
        if (known.oid == dotted)
            return from_known(known);
    return AttributeType{openssl::object_name(dotted), std::move(oid), der::utf8_string, longest_name};
}

std::string attribute_type_name(const std::string& oid) {
    for (const KnownType& known : known_types)
        if (known.oid == oid)
            return known.name;
    return openssl::object_name(oid);
}

std::optional<std::string> decode_string(std::uint8_t tag, ByteView content) {
    const std::string_view text = as_text(content);
    switch (tag) {
    case teletex_string: {
        // Nobody writes T.61; what stands in TeletexStrings is Latin-1, and OpenSSL reads it as such.
        return decode_wide(content, 1);
    }
    case bmp_string:
        return decode_wide(content, 2);
    case universal_string:
        return decode_wide(content, 4);
    case der::printable_string:
        return is_printable_string(text, "*&@_") ? std::optional(std::string(text)) : std::nullopt;
    default:
        return is_string_of(tag, text) ? std::optional(std::string(text)) : std::nullopt;
    }
}

bool is_string_of(std::uint8_t tag, std::string_view value) {
    switch (tag) {
    case der::utf8_string:
        return encoding::is_utf8(value);
    case der::printable_string:
        return is_printable_string(value, "");
    case der::ia5_string:
        return encoding::is_ascii(value);
    case numeric_string:
        return value.find_first_not_of("0123456789 ") == std::string_view::npos;
    default:
        return false;
    }
}

} // namespace mtlsca::x509
