// What a person wrote of a site, by flags or in a site file, and how it is remembered. Nothing is judged yet:
// site.h does that.
#pragma once

#include "store/issuer/crls.h"

namespace mtlsca::deploy::nginx {

// Empty where nothing was said.
struct LocationSettings {
    std::string path;
    std::string access;             // "public" or "certificate"; "certificate" where nobody is named
    std::vector<std::string> roles; // any of them may enter, and "gateway"
    std::vector<std::string> names; // or any of these: "cn:billing", "san:uri:spiffe://acme/pay", "owner:ops"
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
    // None at all: those of the default roles, "/api" for client, "/admin" for admin and "/ops" for ops.
    std::vector<LocationSettings> locations;
    std::vector<std::string> revocation; // "crl" (default), "map", "ocsp"
    std::string ocsp_responder;          // URL in place of that in the clients' certificates
    std::vector<std::string> resolver;   // addresses of name servers, for a responder that has a name
    std::string roles_from;              // "dn" (default) or "inventory"
    std::string log_format;              // "text" (default) or "json"
    std::string log_folder;              // default: /var/log/nginx
    std::string site_file;               // where this was read from; empty: flags
    bool operator==(const SiteSettings&) const = default;
};
// The location of this path, a new one where there is none: flags name a path several times.
LocationSettings& location_at(SiteSettings& settings, const std::string& path);

// A site file (mtlsca-nginx(1)). Files and folders in it are meant from its own folder. Error(refused) for
// what is no TOML, and with all keys that are unknown or of another type.
SiteSettings read_site_file(std::string_view toml, const io::Path& file);

// How nginx is told, as it was said last.
struct ReloadTarget {
    std::string nginx;         // the program; default: nginx
    std::string configuration; // its main configuration; default: the program's own
    std::string reload;        // command; default: the program's own way
    std::string pid_file;      // or SIGHUP to this process
    bool operator==(const ReloadTarget&) const = default;
};
// A folder that nginx includes, with all sites in it.
struct RememberedFolder {
    io::Path folder;
    std::vector<SiteSettings> sites; // sorted by server name
    ReloadTarget target;
    std::string loaded; // digest of the files that nginx loaded last (files.h); empty: nobody knows
};
// Replaces the site of this name.
void add_site(RememberedFolder& folder, const SiteSettings& site);

// Error(store) for JSON that to_store() doesn't write.
store::SiteFolder to_store(const RememberedFolder& folder);
RememberedFolder from_store(const store::SiteFolder& row);

} // namespace mtlsca::deploy::nginx
