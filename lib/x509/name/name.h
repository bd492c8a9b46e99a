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
    // Error(refused) with attribute_findings() where there are any. What was read from somebody may break
    // these rules: policy looks at it attribute by attribute.
    explicit Name(std::vector<RelativeName> parts);

    // What people type, in one of two forms:
    //   RFC 4514, most specific first: "CN=Root,O=Acme,C=DE"
    //   openssl -subj, least specific first, where the text begins with "/": "/C=DE/O=Acme/CN=Root"
    // In both "+" joins the attributes of one RDN, blanks around types, values and separators don't count,
    // and a backslash takes away the meaning of the character behind it or stands, with two hex digits, for a
    // byte of UTF-8. Types are short, long or dotted ("CN", "cn", "commonName", "2.5.4.3"); "#" and hex
    // digits are the DER of a string. Unescaped quotes, "<", ">" and ";" are refused, as RFC 4514 wants. ""
    // is the empty name. Error(usage) that says where it goes wrong; then as the constructor.
    static Name parse(std::string_view text);
    // The DER of a Name, from anybody, of any length. Error(refused) where it is none, is not DER (a SET that
    // is not sorted, for example), or a value is not a string of its declared kind: UTF8String, IA5String,
    // PrintableString ("*", "&", "@" and "_" are let pass), VisibleString, NumericString, BMPString,
    // UniversalString, or TeletexString, which is read as Latin-1.
    static Name from_der(ByteView der);

    // Written as UTF8String, except C, serialNumber and dnQualifier (PrintableString) and emailAddress and DC
    // (IA5String).
    const Bytes& der() const { return der_; } // of a name that was read: the bytes that were read
    const std::vector<RelativeName>& parts() const { return parts_; }
    bool empty() const { return parts_.empty(); }
    std::vector<std::string> values(std::string_view type) const; // in order of the DER
    std::string common_name() const;                              // the last CN (most specific), or ""

    // RFC 4514, most specific first: "CN=alice,OU=Admin,O=Acme". For ASCII exactly what nginx's
    // $ssl_client_s_dn prints: "," "+" "\"" "\\" "<" ">" ";", a leading "#" or space and a trailing space are
    // escaped, control characters are \0A, a type without a name is dotted and its value "#" and hex DER.
    // Other UTF-8 stays as it is.
    std::string to_string() const;

    bool operator==(const Name& other) const { return der_ == other.der_; }

private:
    std::vector<RelativeName> parts_;
    Bytes der_{0x30, 0x00};
};

// Why this attribute cannot be written as RFC 5280 wants it; empty where it can. Rules: "name-type"
// (unknown), "name-empty", "name-too-long" (ub-* of RFC 5280 A.1, in characters), "name-characters" (not
// UTF-8, or not of the kind of string of its type; C is two letters).
Findings attribute_findings(const Attribute& attribute);

} // namespace mtlsca::x509
