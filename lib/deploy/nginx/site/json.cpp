#include "deploy/nginx/site/site.h"

#include <nlohmann/json.hpp>

namespace mtlsca::deploy::nginx {

// A member that is missing gets its default, so that sites remembered by an older program can be read.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(LocationSettings, path, access, roles, upstream, root)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SiteSettings, server_name, cert, key, listen, redirect_http,
                                                http_listen, tls, upstream, root, locations, revocation,
                                                log_folder)

std::string to_json(const SiteSettings& settings) {
    return nlohmann::json(settings).dump();
}

SiteSettings site_from_json(std::string_view text) try {
    return nlohmann::json::parse(text).get<SiteSettings>();
} catch (const nlohmann::json::exception& problem) {
    throw Error(Code::store, "remembered nginx site", problem.what(),
                "write it again: mtlsca nginx site --out DIR");
}

} // namespace mtlsca::deploy::nginx
