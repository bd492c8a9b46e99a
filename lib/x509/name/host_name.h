// The grammar of host names and URIs, as far as SANs and name constraints are made of them. Internal to
// lib/x509.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mtlsca::x509 {

// A text in its one spelling, or what is wrong with it ("has an empty label").
struct Canonical {
    std::optional<std::string> value;
    std::string problem;

    static Canonical yes(std::string value) { return {std::move(value), {}}; }
    static Canonical no(std::string problem) { return {std::nullopt, std::move(problem)}; }
};

inline constexpr std::size_t longest_dns_name = 253; // RFC 1035 3.1: 255 octets with length octets and root

bool is_letter_or_digit(char c);                // ASCII
Canonical canonical_dns(std::string_view text); // without wildcard
Canonical canonical_uri(std::string_view text);

// The host of a URI with an authority, without port and user info; empty where it has none.
std::string_view uri_host(std::string_view uri);

} // namespace mtlsca::x509
