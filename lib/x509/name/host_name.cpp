#include "x509/name/host_name.h"

#include "encoding/network.h"
#include "encoding/text.h"

#include <algorithm>

namespace mtlsca::x509 {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_one_of(char c, std::string_view characters) {
    return characters.find(c) != std::string_view::npos;
}

template <class Judge>
bool all_of(std::string_view text, Judge judge) {
    return std::all_of(text.begin(), text.end(), judge);
}

// RFC 1035 2.3.1 and RFC 1123 2.1, and "_", which service names have.
std::string label_problem(std::string_view label) {
    if (label.empty())
        return "has an empty label";
    if (label.size() > 63)
        return "has a label of more than 63 characters";
    if (!all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; }))
        return "has characters other than letters, digits, \"-\" and \"_\"; write international names as "
               "xn--…";
    if (label.front() == '-' || label.back() == '-')
        return "has a label that begins or ends with \"-\"";
    return {};
}

// Where the parts of a URI lie (RFC 3986 section 3).
struct UriParts {
    std::string_view scheme;
    bool has_authority = false;
    std::string_view user_info, host, port; // host with its brackets
    bool has_user_info = false, has_port = false;
    std::string_view rest; // path, query and fragment
};

void split_authority(std::string_view authority, UriParts& parts) {
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) {
        parts.has_user_info = true;
        parts.user_info = authority.substr(0, at);
        authority.remove_prefix(at + 1);
    }
    const std::size_t host_end = authority.starts_with('[') ? authority.find(']') : 0;
    const std::size_t colon = host_end == std::string_view::npos ? host_end : authority.find(':', host_end);
    parts.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) {
        parts.has_port = true;
        parts.port = authority.substr(colon + 1);
    }
}

UriParts split_uri(std::string_view uri) {
    UriParts parts;
    const std::size_t colon = uri.find(':');
    if (colon == std::string_view::npos)
        return parts;
    parts.scheme = uri.substr(0, colon);
    parts.rest = uri.substr(colon + 1);
    if (!parts.rest.starts_with("//"))
        return parts;
    parts.has_authority = true;
    const std::string_view behind = parts.rest.substr(2);
    const std::size_t end = std::min(behind.find_first_of("/?#"), behind.size());
    split_authority(behind.substr(0, end), parts);
    parts.rest = behind.substr(end);
    return parts;
}

bool is_unreserved(char c) {
    return is_letter_or_digit(c) || is_one_of(c, "-._~");
}

// Characters of RFC 3986 and whole percent-encoded octets; brackets are looked at with the host.
bool has_uri_characters(std::string_view text) {
    const auto is_hex = [&](std::size_t i) {
        return i < text.size() && (is_digit(text[i]) || is_one_of(text[i], "abcdefABCDEF"));
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' ? !is_hex(i + 1) || !is_hex(i + 2)
                           : !is_unreserved(text[i]) && !is_one_of(text[i], ":/?#@!$&'()*+,;="))
            return false;
    }
    return true;
}

bool is_scheme(std::string_view text) {
    return !text.empty() && is_letter_or_digit(text[0]) && !is_digit(text[0]) &&
           all_of(text, [](char c) { return is_letter_or_digit(c) || is_one_of(c, "+-."); });
}

bool is_address_literal(std::string_view host) {
    return host.size() > 2 && host.starts_with('[') && host.ends_with(']') &&
           encoding::parse_address(host.substr(1, host.size() - 2)).value_or(Bytes{}).size() == 16;
}

// SPIFFE-ID section 2: https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md
std::string spiffe_problem(const UriParts& parts) {
    if (parts.has_port)
        return "has a port, which a SPIFFE ID must not have";
    if (parts.host.size() > 255)
        return "has a trust domain of more than 255 characters";
    if (!all_of(parts.host, [](char c) { return is_letter_or_digit(c) || is_one_of(c, ".-_"); }))
        return "has a trust domain with characters other than letters, digits and \".-_\"";
    std::string_view path = parts.rest;
    if (!path.empty() && path[0] != '/')
        return "has a query or fragment, which a SPIFFE ID must not have";
    while (!path.empty()) {
        path.remove_prefix(1);
        const std::string_view segment = path.substr(0, path.find('/'));
        if (segment.empty() || segment == "." || segment == "..")
            return "has an empty, \".\" or \"..\" path segment, which a SPIFFE ID must not have";
        if (!all_of(segment, [](char c) { return is_letter_or_digit(c) || is_one_of(c, ".-_"); }))
            return "has characters in its path other than letters, digits and \".-_\"";
        path.remove_prefix(segment.size());
    }
    return {};
}

std::string web_problem(const UriParts& parts) {
    if (is_address_literal(parts.host) || encoding::parse_address(parts.host))
        return {};
    const Canonical host = canonical_dns(parts.host);
    return host.value ? "" : "its host " + host.problem;
}

std::string authority_problem(const UriParts& parts, const std::string& scheme) {
    if (parts.has_user_info)
        return "has user info before its host";
    if (parts.host.empty())
        return "has no host";
    if (!all_of(parts.port, is_digit))
        return "has a port that is no number";
    if (!is_address_literal(parts.host) && parts.host.find_first_of("[]") != std::string_view::npos)
        return "has a host that is neither a name nor an address";
    if (scheme == "spiffe")
        return spiffe_problem(parts);
    return scheme == "http" || scheme == "https" ? web_problem(parts) : "";
}

} // namespace

bool is_letter_or_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

Canonical canonical_dns(std::string_view text) {
    if (text.empty())
        return Canonical::no("is empty");
    if (text.size() > longest_dns_name)
        return Canonical::no("is longer than 253 characters");
    if (text.ends_with('.'))
        return Canonical::no("ends with a dot");
    std::string_view rest = text, label;
    for (bool is_last = false; !is_last;) {
        const std::size_t dot = rest.find('.');
        is_last = dot == std::string_view::npos;
        label = rest.substr(0, dot);
        if (label.find('*') != std::string_view::npos)
            return Canonical::no("has a \"*\" that is not the whole leftmost label of several");
        if (std::string problem = label_problem(label); !problem.empty())
            return Canonical::no(std::move(problem));
        if (!is_last)
            rest.remove_prefix(dot + 1);
    }
    // No top-level domain is all digits (RFC 3696 2), and what ends in one is taken for an IPv4 address by
    // some.
    if (all_of(label, is_digit))
        return Canonical::no("looks like an IPv4 address; write ip:ADDRESS");
    return Canonical::yes(encoding::to_lower_ascii(text));
}

Canonical canonical_uri(std::string_view text) {
    // SPIFFE-ID section 2.3: an ID has at most 2048 bytes; a reasonable limit for the others too.
    if (text.size() > 2048)
        return Canonical::no("is longer than 2048 characters");
    const UriParts parts = split_uri(text);
    if (!is_scheme(parts.scheme))
        return Canonical::no("does not begin with a scheme, as in https://example.com/");
    const std::string scheme = encoding::to_lower_ascii(parts.scheme);
    if (!parts.has_authority && (scheme == "http" || scheme == "https" || scheme == "spiffe"))
        return Canonical::no("has no // and host behind its scheme");
    const bool is_literal = is_address_literal(parts.host);
    if (!has_uri_characters(parts.rest) || !has_uri_characters(parts.user_info) ||
        !has_uri_characters(parts.port) || (!is_literal && !has_uri_characters(parts.host)))
        return Canonical::no("has characters that RFC 3986 allows in no URI");
    if (!parts.has_authority && parts.rest.empty())
        return Canonical::no("has nothing behind its scheme");
    if (parts.has_authority)
        if (std::string problem = authority_problem(parts, scheme); !problem.empty())
            return Canonical::no(std::move(problem));
    std::string value = scheme + ":";
    if (parts.has_authority)
        value.append("//").append(encoding::to_lower_ascii(parts.host));
    if (parts.has_port)
        value.append(":").append(parts.port);
    value.append(parts.rest);
    return Canonical::yes(std::move(value));
}

std::string_view uri_host(std::string_view uri) {
    return split_uri(uri).host;
}

} // namespace mtlsca::x509
