#include "deploy/nginx/check/responder_url.h"

#include "encoding/network.h"
#include "encoding/text.h"

namespace mtlsca::deploy::nginx::check {

ResponderUrl responder_url(std::string_view url) {
    ResponderUrl parts;
    parts.is_http = encoding::to_lower_ascii(std::string(url.substr(0, 7))) == "http://";
    if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos)
        url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find('/'));
    parts.host = url.starts_with('[') ? std::string(url.substr(1, url.find(']') - 1))
                                      : std::string(url.substr(0, url.find(':')));
    parts.is_address = encoding::parse_address(parts.host).has_value();
    return parts;
}

} // namespace mtlsca::deploy::nginx::check
