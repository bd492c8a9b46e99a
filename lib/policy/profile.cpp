#include "policy/profile.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mtlsca::policy {
namespace {

Finding refused(const char* rule, const x509::San& san, std::string detail) {
    return {Severity::error, rule, "san " + x509::to_string(san), std::move(detail)};
}

// "example.com" allows itself and what lies below it.
bool has_suffix(std::string_view name, std::string_view suffix) {
    if (!name.ends_with(suffix))
        return false;
    const std::size_t rest = name.size() - suffix.size();
    return rest == 0 || name[rest - 1] == '.';
}

std::optional<Finding> judge_dns(const Profile& profile, const x509::San& san) {
    if (san.value.starts_with("*.") && !profile.wildcard_dns)
        return refused("san-wildcard", san,
                       fmt::format("profile {} allows no wildcards (wildcard_dns)", profile.name));
    const auto& allowed = profile.dns_suffixes;
    if (allowed.empty() || std::any_of(allowed.begin(), allowed.end(), [&](const std::string& suffix) {
            return has_suffix(san.value, suffix);
        }))
        return std::nullopt;
    return refused("san-not-allowed", san,
                   fmt::format("profile {} allows names in {}", profile.name, fmt::join(allowed, ", ")));
}

std::optional<Finding> judge_ip(const Profile& profile, const x509::San& san) {
    const auto address = encoding::parse_network(san.value);
    std::vector<std::string> allowed;
    for (const encoding::Network& network : profile.networks) {
        if (address && network.contains(*address))
            return std::nullopt;
        allowed.push_back(network.to_string());
    }
    if (allowed.empty())
        return std::nullopt;
    return refused("san-not-allowed", san,
                   fmt::format("profile {} allows addresses in {}", profile.name, fmt::join(allowed, ", ")));
}

std::optional<Finding> judge_email(const Profile& profile, const x509::San& san) {
    const auto& allowed = profile.email_domains;
    const std::string domain = san.value.substr(san.value.rfind('@') + 1);
    if (allowed.empty() || std::find(allowed.begin(), allowed.end(), domain) != allowed.end())
        return std::nullopt;
    return refused("san-not-allowed", san,
                   fmt::format("profile {} allows addresses at {}", profile.name, fmt::join(allowed, ", ")));
}

std::optional<Finding> judge_uri(const Profile& profile, const x509::San& san) {
    const auto& allowed = profile.uri_prefixes;
    if (allowed.empty() || std::any_of(allowed.begin(), allowed.end(), [&](const std::string& prefix) {
            return has_uri_prefix(san.value, prefix);
        }))
        return std::nullopt;
    return refused("san-not-allowed", san,
                   fmt::format("profile {} allows URIs below {}", profile.name, fmt::join(allowed, ", ")));
}

// "." and "..", also percent-encoded, which lead out of the folder that a prefix names (RFC 3986 5.2.4).
bool is_dot_segment(std::string_view segment) {
    std::size_t dots = 0;
    while (!segment.empty()) {
        const bool encoded = segment.starts_with("%2e") || segment.starts_with("%2E");
        if (!encoded && segment[0] != '.')
            return false;
        segment.remove_prefix(encoded ? 3 : 1);
        ++dots;
    }
    return dots == 1 || dots == 2;
}

bool has_dot_segment(std::string_view uri) {
    const std::string_view path = uri.substr(0, uri.find_first_of("?#"));
    for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
         slash = path.find('/', slash + 1)) {
        const std::string_view rest = path.substr(slash + 1);
        if (is_dot_segment(rest.substr(0, rest.find('/'))))
            return true;
    }
    return false;
}

} // namespace

std::optional<RequestSans> parse_request_sans(std::string_view text) {
    if (text == "check")
        return RequestSans::check;
    if (text == "take")
        return RequestSans::take;
    if (text == "ignore")
        return RequestSans::ignore;
    return std::nullopt;
}

std::optional<Finding> judge_san(const Profile& profile, const x509::San& san) {
    if (!profile.san_types.contains(san.type)) {
        std::vector<std::string> allowed;
        for (x509::SanType type : profile.san_types)
            allowed.emplace_back(x509::to_string(type));
        return refused(
            "san-type", san,
            fmt::format("profile {} allows {}", profile.name,
                        allowed.empty() ? "no SANs" : fmt::format("{}", fmt::join(allowed, ", "))));
    }
    switch (san.type) {
    case x509::SanType::dns:
        return judge_dns(profile, san);
    case x509::SanType::ip:
        return judge_ip(profile, san);
    case x509::SanType::email:
        return judge_email(profile, san);
    case x509::SanType::uri:
        break;
    }
    return judge_uri(profile, san);
}

bool has_uri_prefix(std::string_view uri, std::string_view prefix) {
    if (!uri.starts_with(prefix) || has_dot_segment(uri))
        return false;
    const std::string_view rest = uri.substr(prefix.size());
    if (rest.empty() || prefix.ends_with('/') || prefix.ends_with(':'))
        return true;
    // Behind a host a ":" begins a port, or makes the host a password: "https://acme:x@evil".
    const std::string_view boundaries = prefix.find("://") == std::string_view::npos ? "/?#:" : "/?#";
    return boundaries.find(rest[0]) != std::string_view::npos;
}

} // namespace mtlsca::policy
