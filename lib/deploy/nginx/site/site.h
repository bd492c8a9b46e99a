// A server of nginx that asks for client certificates, checked: SiteSettings (settings.h) become a Site.
#pragma once

#include "deploy/nginx/language/version.h"
#include "deploy/nginx/site/settings.h"
#include "deploy/nginx/site/values.h"
#include "policy/settings/config.h"

#include <vector>

namespace mtlsca::deploy::nginx {

struct Backend {
    std::optional<Upstream> upstream; // else `root`
    io::Path root;
};
enum class Access { open, certificate, named };
struct Location {
    LocationPath path;
    Access access = Access::certificate;
    // Sorted; one of them not empty where access is for those that are named.
    std::vector<std::string> roles;
    std::vector<Identity> identities;
    Backend backend;
};
// How a revoked client is kept out; any of them, or several.
struct RevocationWays {
    bool crl = false;  // ssl_crl: in the handshake, the whole chain
    bool map = false;  // per request, by serial
    bool ocsp = false; // ssl_ocsp: in the handshake, asks a responder
};
struct Site {
    std::string server_name;
    io::Path cert, key;
    std::vector<Listen> listens; // not empty
    std::vector<Listen> http_listens;
    bool only_tls_1_3 = false;
    std::vector<Location>
        locations; // sorted; "/" is always there, for any certificate unless it was said otherwise
    RevocationWays revocation;
    std::optional<Responder> ocsp_responder; // none: that of each certificate
    std::vector<std::string> resolver;
    bool roles_from_inventory = false;
    bool json_log = false;
    io::Path log_folder;
    SiteSettings settings; // the same again, with absolute paths: what to remember
};

// Error(refused) with every finding: "location \"/admin\": …". `version` is the target's, where it is known.
Site check_site(const SiteSettings& settings, const policy::Config& config,
                const std::optional<Version>& version);

} // namespace mtlsca::deploy::nginx
