// The text of nginx's configuration for a site.
#pragma once

#include "deploy/nginx/site/serial_map.h"
#include "deploy/nginx/site/site.h"

namespace mtlsca::deploy::nginx {

// The first line of every file: who wrote it and how it is written again. `folder` is what --out said; empty
// where it goes to standard output.
std::string first_line(const SiteSettings& settings, const io::Path& home, const io::Path& folder);

// What all sites in a folder share.
struct SharedSettings {
    std::size_t longest_server_name = 0;
    bool with_revoked = false; // $mtlsca_revoked is there: somebody wants revocation by map
};
// http.conf below its first line. `includes` are the maps.
std::string http_text(const SharedSettings& shared, const HashSizes& sizes,
                      const std::vector<io::Path>& includes);

// What a server trusts.
struct Trust {
    io::Path chain;
    io::Path bundle;
    unsigned verify_depth = 1;
};
// SERVER_NAME.conf below its first line.
std::string site_text(const Site& site, const Trust& trust);

} // namespace mtlsca::deploy::nginx
