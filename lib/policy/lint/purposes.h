// Extended key usages that rules speak of (RFC 5280 4.2.1.12, RFC 6960 4.2.2.2). Internal to lib/policy.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace mtlsca::policy {

inline constexpr const char* server_auth = "1.3.6.1.5.5.7.3.1";
inline constexpr const char* client_auth = "1.3.6.1.5.5.7.3.2";
inline constexpr const char* ocsp_signing = "1.3.6.1.5.5.7.3.9";
inline constexpr const char* any_extended_key_usage = "2.5.29.37.0";

inline bool has_purpose(const std::vector<std::string>& extended_key_usages, const char* oid) {
    return std::find(extended_key_usages.begin(), extended_key_usages.end(), oid) !=
           extended_key_usages.end();
}

} // namespace mtlsca::policy
