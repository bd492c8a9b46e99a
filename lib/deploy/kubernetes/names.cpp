#include "deploy/kubernetes/names.h"

#include "encoding/text.h"

#include <algorithm>
#include <vector>

namespace mtlsca::deploy::kubernetes {
namespace {

// Kubernetes, "Object Names and IDs" and "Labels and Selectors".
constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_subdomain = 253;

bool is_lower_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_alphanumeric(char c) {
    return is_lower_alphanumeric(c) || (c >= 'A' && c <= 'Z');
}

std::vector<std::string_view> parts_of(std::string_view text) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t dot = text.find('.');
        parts.push_back(text.substr(0, dot));
        if (dot == std::string_view::npos)
            return parts;
        text.remove_prefix(dot + 1);
    }
}

bool is_qualified_word(std::string_view text) {
    return !text.empty() && text.size() <= longest_label && is_alphanumeric(text.front()) &&
           is_alphanumeric(text.back()) && std::all_of(text.begin(), text.end(), [](char c) {
               return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
           });
}

std::string_view without_dashes_around(std::string_view text) {
    while (text.starts_with('-'))
        text.remove_prefix(1);
    while (text.ends_with('-'))
        text.remove_suffix(1);
    return text;
}

} // namespace

bool is_dns_label(std::string_view text) {
    return !text.empty() && text.size() <= longest_label && is_lower_alphanumeric(text.front()) &&
           is_lower_alphanumeric(text.back()) &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_lower_alphanumeric(c) || c == '-'; });
}

bool is_dns_subdomain(std::string_view text) {
    const std::vector<std::string_view> parts = parts_of(text);
    return text.size() <= longest_subdomain && std::all_of(parts.begin(), parts.end(), is_dns_label);
}

std::string to_dns_subdomain(std::string_view name) {
    std::string replaced;
    for (const char c : encoding::to_lower_ascii(name)) {
        const bool is_fine = is_lower_alphanumeric(c) || c == '.';
        if (is_fine || !replaced.ends_with('-'))
            replaced += is_fine ? c : '-';
    }
    std::string subdomain;
    for (const std::string_view part : parts_of(replaced)) {
        const std::string_view label =
            without_dashes_around(without_dashes_around(part).substr(0, longest_label));
        const std::size_t size = subdomain.empty() ? label.size() : subdomain.size() + 1 + label.size();
        if (label.empty() || size > longest_subdomain)
            continue;
        subdomain += subdomain.empty() ? "" : ".";
        subdomain += label;
    }
    return subdomain;
}

bool is_label_key(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos)
        return is_qualified_word(text);
    return is_dns_subdomain(text.substr(0, slash)) && is_qualified_word(text.substr(slash + 1));
}

bool is_label_value(std::string_view text) {
    return text.empty() || is_qualified_word(text);
}

} // namespace mtlsca::deploy::kubernetes
