// Which of our sites a request was for, and which of its paths.
#pragma once

#include "deploy/nginx/site/settings.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtlsca::deploy::nginx {

struct RequestedPlace {
    std::string server_name;
    LocationSettings location; // "/" for any certificate where the site says nothing else
    std::vector<std::string> revocation;
};

// The path of "GET /a/../b%20c?x HTTP/1.1" as nginx compares it: decoded, without "//", "." and "..": "/b c".
std::string request_path(std::string_view request);

// By the longest path that fits. `host` may have a port. Empty where none of the sites has this name.
std::optional<RequestedPlace> find_place(const std::vector<SiteSettings>& sites, std::string_view host,
                                         std::string_view request);

// "any valid certificate", "the role admin or ops, or cn:billing", "nobody in particular: it is public".
std::string wanted_by(const LocationSettings& location);

} // namespace mtlsca::deploy::nginx
