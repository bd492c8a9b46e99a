#include "deploy/nginx/site/values.h"

#include "deploy/nginx/language/token.h"
#include "encoding/network.h"
#include "encoding/text.h"
#include "x509/name/san.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx {
namespace {

// Of a location, an upstream or a file: so that a word of two of them, or of one and a file name, stays below
// longest_token even when each character is escaped.
constexpr std::size_t longest_path = 512;

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

std::optional<unsigned> parse_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (problem != std::errc{} || end != text.data() + text.size() || port == 0 || port > 65535 ||
        text[0] == '0')
        return std::nullopt;
    return port;
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(),
                       [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
}

bool is_host_name(std::string_view name) {
    // RFC 1035 2.3.4: 255 octets with the lengths of the labels, 253 characters.
    if (name.empty() || name.size() > 253)
        return false;
    while (true) {
        const auto dot = name.find('.');
        if (!is_label(name.substr(0, dot)))
            return false;
        if (dot == std::string_view::npos)
            return true;
        name.remove_prefix(dot + 1);
    }
}

// The canonical text of an address; IPv6 wants brackets and gets them.
std::optional<std::string> parse_host_address(std::string_view text) {
    const bool bracketed = text.starts_with('[') && text.ends_with(']');
    const auto address = encoding::parse_address(bracketed ? text.substr(1, text.size() - 2) : text);
    if (!address || bracketed != (address->size() == 16))
        return std::nullopt;
    const std::string canonical = encoding::address_text(*address);
    return bracketed ? fmt::format("[{}]", canonical) : canonical;
}

// "10.0.0" and "0x7f.1" are no addresses, but a resolver takes them for one.
bool looks_like_number(std::string_view host) {
    const std::string_view last = host.substr(host.rfind('.') + 1);
    return last.starts_with("0x") || last.starts_with("0X") ||
           std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::string> parse_host(std::string_view text) {
    if (auto address = parse_host_address(text))
        return address;
    if (!is_host_name(text) || looks_like_number(text))
        return std::nullopt;
    return encoding::to_lower_ascii(text);
}

// RFC 3986 3.3 without "%", and without "$" and ";", which mean something to nginx, quoted or not.
bool is_path_character(char c) {
    return is_alphanumeric(c) || std::string_view("/-._~!&'()*+,=:@").find(c) != std::string_view::npos;
}

bool is_tidy_path(std::string_view path) {
    if (!path.starts_with('/') || path.size() > longest_path ||
        !std::all_of(path.begin(), path.end(), is_path_character))
        return false;
    const std::string closed = std::string(path) + '/';
    return path.find("//") == std::string_view::npos && closed.find("/./") == std::string::npos &&
           closed.find("/../") == std::string::npos;
}

} // namespace

std::optional<Listen> parse_listen(std::string_view text) {
    const auto colon = text.rfind(':');
    const std::string_view address = colon == std::string_view::npos ? "0.0.0.0" : text.substr(0, colon);
    const auto host = parse_host_address(address);
    const auto port = parse_port(colon == std::string_view::npos ? text : text.substr(colon + 1));
    if (!host || !port)
        return std::nullopt;
    return Listen{*host, *port};
}

std::string to_string(const Listen& listen) {
    const std::string port = std::to_string(listen.port);
    return listen.address == "0.0.0.0" ? port : listen.address + ":" + port;
}

std::optional<std::string> parse_server_name(std::string_view text) {
    const std::string name = encoding::to_lower_ascii(text);
    if (const auto address = encoding::parse_address(name); address && address->size() == 4)
        return name;
    const std::string_view host = name.starts_with("*.") ? std::string_view(name).substr(2) : name;
    if (!is_host_name(host) || looks_like_number(host) || host == "_")
        return std::nullopt;
    return name;
}

std::optional<Upstream> parse_upstream(std::string_view text) {
    const auto scheme_end = text.find("://");
    const std::string scheme = encoding::to_lower_ascii(text.substr(0, scheme_end));
    if (scheme_end == std::string_view::npos || (scheme != "http" && scheme != "https"))
        return std::nullopt;
    const std::string_view rest = text.substr(scheme_end + 3);
    const auto slash = rest.find('/');
    std::string_view authority = rest.substr(0, slash);
    Upstream upstream;
    if (slash != std::string_view::npos) {
        const std::string_view path = rest.substr(slash);
        if (!is_tidy_path(path))
            return std::nullopt;
        upstream.path = path.substr(0, path.size() - (path.ends_with('/') ? 1 : 0));
    }
    std::string port_text;
    const auto colon = authority.rfind(':');
    if (colon != std::string_view::npos && !authority.ends_with(']')) {
        const auto port = parse_port(authority.substr(colon + 1));
        if (!port)
            return std::nullopt;
        port_text = ":" + std::to_string(*port);
        authority = authority.substr(0, colon);
    }
    const auto host = parse_host(authority);
    if (!host)
        return std::nullopt;
    upstream.origin = scheme + "://" + *host + port_text;
    return upstream;
}

std::optional<Identity> parse_identity(std::string_view text) {
    const auto after = [&](std::string_view prefix) {
        return text.starts_with(prefix) ? std::optional(std::string(text.substr(prefix.size())))
                                        : std::nullopt;
    };
    std::optional<Identity> identity;
    if (const auto name = after("cn:"))
        identity = {Identity::Kind::name, *name};
    else if (const auto owner = after("owner:"))
        identity = {Identity::Kind::owner, *owner};
    else if (const auto san = after("san:"))
        if (const auto parsed = x509::parse_san(*san).san)
            identity = {Identity::Kind::san, x509::to_string(*parsed)};
    // What could not be a value of the maps is nobody's, and its pattern must be a word of nginx, too.
    if (identity &&
        (identity->value.empty() || !map_value(identity->value) || !map_pattern(identity_pattern(*identity))))
        return std::nullopt;
    return identity;
}

std::string identity_pattern(const Identity& identity) {
    const std::string value = escape_regex(identity.value);
    return identity.kind == Identity::Kind::san ? "(?:^| )" + value + "(?: |\\z)" : "^" + value + "\\z";
}

std::optional<Responder> parse_responder(std::string_view text) {
    const auto upstream = parse_upstream(text);
    if (!upstream || upstream->origin.starts_with("https:"))
        return std::nullopt;
    // What is left of "http://10.0.0.5:8889" or "http://[::1]" when the scheme and the port are gone.
    std::string_view host = std::string_view(upstream->origin).substr(std::string_view("http://").size());
    if (!host.ends_with(']'))
        host = host.substr(0, host.rfind(':'));
    return Responder{upstream->origin + upstream->path.value_or("") + '/',
                     parse_host_address(host).has_value()};
}

std::optional<std::string> parse_resolver(std::string_view text) {
    if (auto host = parse_host_address(text))
        return host;
    const auto listen = parse_listen(text);
    if (!listen || text.find(':') == std::string_view::npos)
        return std::nullopt;
    return listen->address + ':' + std::to_string(listen->port);
}

std::optional<LocationPath> parse_location_path(std::string_view text) {
    if (!is_tidy_path(text))
        return std::nullopt;
    const bool ends_in_slash = text.ends_with('/');
    return LocationPath{std::string(text.substr(0, text.size() - (ends_in_slash ? 1 : 0))), ends_in_slash};
}

std::optional<io::Path> parse_file_path(std::string_view text) {
    if (text.empty() || text.find('\0') != std::string_view::npos)
        return std::nullopt;
    io::Path path = std::filesystem::absolute(text).lexically_normal();
    if (!path.has_filename() && path.has_relative_path())
        path = path.parent_path();
    if (path.string().size() > longest_path || !word(path.string()) || !encoding::is_utf8(path.string()))
        return std::nullopt;
    return path;
}

std::optional<io::Path> parse_include_path(std::string_view text) {
    auto path = parse_file_path(text);
    if (path && path->string().find_first_of("*?[") != std::string::npos)
        return std::nullopt;
    return path;
}

} // namespace mtlsca::deploy::nginx
