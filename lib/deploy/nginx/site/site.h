// A server of nginx that asks for client certificates: what a person wrote (SiteSettings), and the same
// checked (Site).
#pragma once

#include "deploy/nginx/site/values.h"
#include "deploy/nginx/language/version.h"
#include "error.h"
#include "policy/config.h"

#include <vector>

namespace mtlsca::deploy::nginx {

// Text as it came from flags or a site file; empty where nothing was said. Nothing is judged yet.
struct LocationSettings {
    std::string path;
    std::string access;             // "public" or "certificate"; "certificate" where there are no roles
    std::vector<std::string> roles; // any of them may enter, and "gateway"
    std::string upstream, root;     // other than the site's
    bool operator==(const LocationSettings&) const = default;
};
struct SiteSettings {
    std::string server_name;
    std::string cert, key;           // the server's own, as files
    std::vector<std::string> listen; // default: 443
    bool redirect_http = false;
    std::vector<std::string>
        http_listen;            // where redirect_http answers; default: port 80 of each address of `listen`
    std::string tls;            // lowest version: "1.2" (default) or "1.3"
    std::string upstream, root; // one of them, unless each location has its own
    std::vector<LocationSettings> locations;
    std::vector<std::string> revocation; // "crl" (default)
    std::string log_folder;              // default: /var/log/nginx
    bool operator==(const SiteSettings&) const = default;
};
// The location of this path, a new one where there is none: flags name a path several times.
LocationSettings& location_at(SiteSettings& settings, const std::string& path);

// As it is remembered in the store. Error(store) for JSON that to_json() doesn't write.
std::string to_json(const SiteSettings& settings);
SiteSettings site_from_json(std::string_view json);

struct Backend {
    std::optional<Upstream> upstream; // else `root`
    io::Path root;
};
enum class Access { open, certificate, roles };
struct Location {
    LocationPath path;
    Access access = Access::certificate;
    std::vector<std::string> roles; // sorted; not empty where access is by role
    Backend backend;
};
struct Site {
    std::string server_name;
    io::Path cert, key;
    std::vector<Listen> listens; // not empty
    std::vector<Listen> http_listens;
    bool only_tls_1_3 = false;
    std::vector<Location>
        locations; // sorted; "/" is always there, for any certificate unless it was said otherwise
    io::Path log_folder;
    SiteSettings settings; // the same again, with absolute paths: what to remember
};

// Error(refused) with every finding: "location \"/admin\": …". `version` is the target's, where it is known.
Site check_site(const SiteSettings& settings, const policy::Config& config,
                const std::optional<Version>& version);

} // namespace mtlsca::deploy::nginx
