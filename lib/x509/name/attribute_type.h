// What RFC 5280 and X.520 say about the types of attributes in a name. Internal to lib/x509.
#pragma once

#include "bytes.h"

#include <optional>

namespace mtlsca::x509 {

struct AttributeType {
    std::string name;                   // "CN"; dotted where OpenSSL has no name
    Bytes oid;                          // content of the OBJECT IDENTIFIER
    std::uint8_t tag = 0;               // how we write its values
    std::size_t longest_characters = 0; // its upper bound
};

// From a short name in any case ("cn"), a long one ("commonName") or a dotted OID.
std::optional<AttributeType> find_attribute_type(std::string_view text);
// The name of the type with this dotted OID, or the OID again.
std::string attribute_type_name(const std::string& oid);

// The content of a string of any kind (X.680 table 8) as UTF-8; empty where the tag is no type of
// string or the content is not of its kind.
std::optional<std::string> decode_string(std::uint8_t tag, ByteView content);
// The bytes are what a string with this tag may hold; for those whose bytes are ASCII or UTF-8.
bool is_string_of(std::uint8_t tag, std::string_view value);

} // namespace mtlsca::x509
