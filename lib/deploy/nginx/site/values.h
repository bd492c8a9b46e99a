// What a site is made of: addresses, names, URLs and paths in their one spelling.
//
// Each parse function is empty for text that nginx would refuse, or read as something else than it says. What
// it returns holds nothing but the characters named here, none of which has a meaning in nginx's language.
#pragma once

#include "io/file.h"

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace mtlsca::deploy::nginx {

// "443", "10.0.0.5:8443", "[::]:443". Numbers only: nginx would look up a name once, when it starts.
struct Listen {
    std::string address; // "0.0.0.0" where the text had a port only; IPv6 in brackets
    unsigned port = 0;
    auto operator<=>(const Listen&) const = default;
};
std::optional<Listen> parse_listen(std::string_view text);
std::string to_string(const Listen& listen);

// A host name in lower case (letters, digits, "-", "_", labels of at most 63 characters, 253 together),
// "*." before one, or an IPv4 address. nginx's other forms (".example.com", "~regex", "_", "") are refused:
// they mean more than one name, or none.
std::optional<std::string> parse_server_name(std::string_view text);

// "http://127.0.0.1:8080", "https://app.internal/base/": where requests go.
struct Upstream {
    std::string origin;              // "http://127.0.0.1:8080"
    std::optional<std::string> path; // what takes the place of the location's path; without its last "/"
    bool operator==(const Upstream&) const = default;
};
std::optional<Upstream> parse_upstream(std::string_view text);

// A path and everything below it. nginx compares locations with the path it has decoded and tidied up, so
// "%", "//", "/./" and "/../" would never match and are refused.
struct LocationPath {
    std::string path;          // without its last "/": "/admin", "" for the root
    bool ends_in_slash = true; // as it was written
    auto operator<=>(const LocationPath& other) const { return path <=> other.path; }
    bool operator==(const LocationPath& other) const { return path == other.path; }
};
std::optional<LocationPath> parse_location_path(std::string_view text);

// A file or folder in nginx's configuration: absolute, made so from the working folder; at most 512 bytes.
// Empty where nginx would see a variable ("$") or a control character.
std::optional<io::Path> parse_file_path(std::string_view text);
// The same for a path that stands in an `include`, which would take "*", "?" and "[" for a pattern.
std::optional<io::Path> parse_include_path(std::string_view text);

// Who may enter, by what the inventory says: "cn:billing", "san:uri:spiffe://acme/pay",
// "owner:team-payments".
struct Identity {
    enum class Kind { name, san, owner };
    Kind kind = Kind::name;
    std::string value; // a SAN in canonical form, the others as they are
    auto operator<=>(const Identity&) const = default;
};
std::optional<Identity> parse_identity(std::string_view text);
// What the value of a map must match: with case, all of a name or an owner, one of a list of SANs.
std::string identity_pattern(const Identity& identity);

// "http://127.0.0.1:8889/": a path of its own, no "https://", which nginx's ssl_ocsp_responder doesn't speak.
// `is_address` tells one that needs no resolver.
struct Responder {
    std::string url;
    bool is_address = false;
};
std::optional<Responder> parse_responder(std::string_view text);

// An address of a name server, "10.0.0.53" or "[2001:db8::53]:5353".
std::optional<std::string> parse_resolver(std::string_view text);

} // namespace mtlsca::deploy::nginx
