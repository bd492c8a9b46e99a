// Distinguished names (RFC 5280 4.1.2.4): attributes in the order of the DER.
#pragma once

#include "bytes.h"
#include "error.h"

#include <optional>

namespace mtlsca::x509 {

struct Attribute {
    std::string type; // short name "CN", "O", "OU", "C", "L", "ST", "serialNumber", "emailAddress", "DC", …;
                      // a dotted OID where OpenSSL knows no name
    std::string value; // UTF-8; may hold any character, control characters too
    bool operator==(const Attribute&) const = default;
};
using RelativeName = std::vector<Attribute>; // one, unless the RDN is multi-valued

class Name {
public:
    Name() = default; // the empty name
    explicit Name(
        std::vector<RelativeName> parts); // Error(refused) for an unknown type or a value that its type
                                          // cannot hold (C is two letters, ub-* of RFC 5280 A.1)

    // What people type: "CN=Root,O=Acme,C=DE" (RFC 4514: most specific first, escapes, "+") or
    // "/C=DE/O=Acme/CN=Root" (openssl -subj). Error(usage) that says where it goes wrong.
    static Name parse(std::string_view text);
    // The DER of a Name, from anybody. Error(refused) where it is none, or a value is not a string of its
    // declared kind.
    static Name from_der(ByteView der);

    // Written as UTF8String, except C, serialNumber and dnQualifier (PrintableString) and emailAddress and DC
    // (IA5String).
    const Bytes& der() const { return der_; } // of a name that was read: the bytes that were read
    const std::vector<RelativeName>& parts() const { return parts_; }
    bool empty() const { return parts_.empty(); }
    std::vector<std::string> values(std::string_view type) const; // in order of the DER
    std::string common_name() const;                              // the last CN (most specific), or ""

    // RFC 4514, most specific first: "CN=alice,OU=Admin,O=Acme". Escapes "," "+" "\"" "\\" "<" ">" ";",
    // leading "#" and space, trailing space; control characters as \0A; other UTF-8 as it is.
    std::string to_string() const;

    bool operator==(const Name& other) const { return der_ == other.der_; }

private:
    std::vector<RelativeName> parts_;
    Bytes der_{0x30, 0x00};
};

} // namespace mtlsca::x509
