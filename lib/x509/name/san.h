// Subject alternative names (RFC 5280 4.2.1.6): the four kinds that we certify, checked and in canonical
// form.
#pragma once

#include "bytes.h"
#include "error.h"

#include <compare>
#include <optional>

namespace mtlsca::x509 {

enum class SanType { dns, ip, email, uri };
std::optional<SanType> parse_san_type(std::string_view text); // "dns", "ip", "email", "uri", any case
const char* to_string(SanType type);

// A value in canonical form that cannot hold anything but its kind: printable ASCII without spaces, double
// quotes, backslashes, "<" and ">". What else a file format may take for syntax ("$", "'", ";", "{") stands
// in an email or uri where its RFC allows it: whoever writes such a file escapes it.
//
// dns    lower case, "a.example.com" or "*.example.com" (a wildcard as the whole leftmost label only,
//        RFC 9525 6.3), at most 253 characters, labels of 1 to 63 letters, digits, "-" (inside) or "_"; no
//        trailing dot; never what looks like an IPv4 address: the last label is not all digits
// ip     "10.0.0.5", "2001:db8::1" (RFC 5952); no IPv4-mapped IPv6 address
// email  local part of RFC 5321 atoms (as given, at most 64) "@" domain in lower case, at most 254
// uri    scheme ":" …, characters of RFC 3986, scheme and host in lower case, at most 2048; with "//" it
//        has a host and no user info (RFC 5280 wants a host, and verifiers disagree about where user info
//        ends); http, https and spiffe have "//"; the host of http(s) is a dns name or an address. A
//        spiffe:// ID is what the SPIFFE standard allows: trust domain of letters, digits, ".-_", no query,
//        fragment or port, path segments of letters, digits, ".-_", none empty or "." or ".."
struct San {
    SanType type;
    std::string value;
    auto operator<=>(const San&) const = default;
};
std::string to_string(const San& san); // "dns:example.com"
bool is_wildcard(const San& san);      // a dns name that begins with "*."

// From what people type, "dns:example.com", "ip:10.0.0.5": a Finding with rule "san-malformed" (or
// "san-type") in place of a San that would not be one.
struct SanOrFinding {
    std::optional<San> san;
    std::optional<Finding> finding;
};
SanOrFinding parse_san(std::string_view text);
SanOrFinding make_san(SanType type, std::string_view value);
// A bare NAME as the server profile takes it: an IP address where it is one, else dns, else nothing.
std::optional<San> san_from_name(std::string_view name);

// GeneralNames DER, from anybody; never throws.
struct SansRead {
    std::vector<San> sans; // in order, each once
    Findings
        findings; // "san-malformed", and "san-type" for otherName, directoryName, …: the rest is still read
};
SansRead read_sans(ByteView general_names_der);
Bytes san_der(const San& san);                // one GeneralName
Bytes sans_der(const std::vector<San>& sans); // GeneralNames

} // namespace mtlsca::x509
