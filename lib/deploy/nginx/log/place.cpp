#include "deploy/nginx/log/place.h"

#include "deploy/nginx/site/values.h"
#include "encoding/hex.h"
#include "encoding/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mtlsca::deploy::nginx {
namespace {

std::string decoded(std::string_view path) {
    std::string plain;
    for (std::size_t i = 0; i < path.size(); ++i) {
        const auto octet = path[i] == '%' ? encoding::from_hex(path.substr(i + 1, 2)) : std::nullopt;
        if (!octet || octet->size() != 1) {
            plain += path[i];
            continue;
        }
        plain += static_cast<char>(octet->front());
        i += 2;
    }
    return plain;
}

// What a proxy's client sends, "http://host/path" (RFC 9112 3.2.2), is its path to nginx.
std::string_view without_authority(std::string_view target) {
    constexpr std::string_view mark = "://";
    const std::size_t scheme_end = target.find(mark);
    if (scheme_end == std::string_view::npos || target.substr(0, scheme_end).find('/') != target.npos)
        return target;
    target.remove_prefix(scheme_end + mark.size());
    target.remove_prefix(std::min(target.find_first_of("/?#"), target.size()));
    return target;
}

std::string without_port(std::string_view host) {
    const std::size_t colon = host.rfind(':');
    const bool is_port = colon != std::string_view::npos &&
                         host.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
    return encoding::to_lower_ascii(is_port ? host.substr(0, colon) : host);
}

// 0: another name; a whole name counts more than a wildcard, as it does for nginx.
int rank(const std::string& server_name, const std::string& host) {
    if (server_name == host)
        return 2;
    return server_name.starts_with("*.") && host.size() > server_name.size() - 1 &&
                   host.ends_with(server_name.substr(1))
               ? 1
               : 0;
}

// The length of the location's path where it fits, else empty.
std::optional<std::size_t> fit(const LocationSettings& location, const std::string& path) {
    const auto wanted = parse_location_path(location.path);
    if (!wanted || !path.starts_with(wanted->path))
        return std::nullopt;
    const bool is_whole = path.size() == wanted->path.size() && !wanted->ends_in_slash;
    return is_whole || path[wanted->path.size()] == '/' ? std::optional(wanted->path.size()) : std::nullopt;
}

} // namespace

std::string request_path(std::string_view request) {
    const std::size_t begin = request.find(' ') + 1; // the whole text where there is no method
    const std::string_view target =
        without_authority(request.substr(begin, request.find(' ', begin) - begin));
    const std::string path = decoded(target.substr(0, target.find_first_of("?#")));
    std::string tidy;
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        const std::string_view segment = std::string_view(path).substr(at, end - at);
        const bool is_last = end == path.size();
        if (segment == "..")
            tidy.resize(tidy.empty() ? 0 : tidy.rfind('/'));
        else if (!segment.empty() && segment != ".")
            tidy.append("/").append(segment);
        const bool is_step = segment == "." || segment == "..";
        if (is_last ? is_step : end + 1 == path.size())
            tidy += '/';
        at = end + 1;
    }
    if (tidy.empty())
        return "/";
    return tidy;
}

std::optional<RequestedPlace> find_place(const std::vector<SiteSettings>& sites, std::string_view host,
                                         std::string_view request) {
    const std::string name = without_port(host);
    const SiteSettings* best = nullptr;
    for (const SiteSettings& site : sites)
        if (rank(site.server_name, name) > (best == nullptr ? 0 : rank(best->server_name, name)))
            best = &site;
    if (best == nullptr)
        return std::nullopt;
    const std::string path = request_path(request);
    RequestedPlace place{best->server_name, {}, best->revocation};
    place.location.path = std::string(1, '/');
    std::size_t longest = 0;
    for (const LocationSettings& location : best->locations)
        if (const auto length = fit(location, path); length && *length >= longest) {
            place.location = location;
            longest = *length;
        }
    return place;
}

std::string wanted_by(const LocationSettings& location) {
    if (location.access == "public")
        return "nothing: it is public";
    std::string wanted;
    if (!location.roles.empty())
        wanted = fmt::format("the role {}", fmt::join(location.roles, " or "));
    if (!location.names.empty())
        wanted += fmt::format("{}{}", wanted.empty() ? "" : ", or ", fmt::join(location.names, " or "));
    return wanted.empty() ? "any valid certificate" : wanted;
}

} // namespace mtlsca::deploy::nginx
