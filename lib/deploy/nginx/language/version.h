// Which nginx a configuration is written for.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace mtlsca::deploy::nginx {

struct Version {
    unsigned major = 0;
    unsigned minor = 0;
    unsigned patch = 0;
    auto operator<=>(const Version&) const = default;
};
// "1.22.1", or what `nginx -v` says: "nginx version: nginx/1.22.1 (Ubuntu)".
std::optional<Version> parse_version(std::string_view text);
std::string to_string(const Version& version);

// Every directive, parameter and variable that we write is at least this old. The newest are TLSv1.3 in
// ssl_protocols (1.13.0) and the RFC 4514 form of $ssl_client_s_dn (1.11.6).
inline constexpr Version oldest_version{1, 14, 0};

} // namespace mtlsca::deploy::nginx
