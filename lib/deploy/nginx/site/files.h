// Sites on disk: a folder that nginx includes.
//
//   DIR/http.conf                 once per nginx
//   DIR/SERVER_NAME.conf          the servers, one file a site
//   DIR/maps/roles.map identities.map bindings.map revoked.map
//   DIR/chain.pem DIR/bundle.pem  copies of the CA's, byte for byte
//
// Every path inside is absolute. Each file is written atomically and only where its content changes; all of
// them can be any size. Errors: Error(failed) from writing, Error(not_found) where the CA's files are
// missing.
#pragma once

#include "deploy/nginx/site/serial_map.h"
#include "deploy/nginx/site/site.h"

namespace mtlsca::deploy::nginx {

// What a site takes from the CA's folder; absolute.
struct CaFiles {
    io::Path home;
    io::Path chain;  // chain.pem
    io::Path bundle; // crl/bundle.pem
};
// What the files are made from. For the length of a call.
struct Source {
    const policy::Config& config;
    const store::Database& database;
    CaFiles ca;
    Time now;
};

io::Path site_file(const SiteSettings& site,
                   const io::Path& folder); // DIR/SERVER_NAME.conf; "_" for a "*" in the name

// Adds the site to those of the folder, or replaces it. Error(refused) where they cannot stand in one folder:
// two names of one file, or roles from different places.
void join(RememberedFolder& folder, const Site& site);

// What several sites share, and this site, which was joined to the folder. The folder is made where it is
// missing. True where a file changed, so that nginx must be reloaded.
bool write_site(const Site& site, const RememberedFolder& folder, const Source& source);

// Everything but SERVER_NAME.conf, after a certificate was issued or a CRL published. A folder that is gone
// is Error(not_found): nginx may still read what was there.
bool refresh_folder(const RememberedFolder& folder, const Source& source);

// The same of what keeps revoked clients out, which needs no settings: trust file, bundle, revoked.map.
bool refresh_revocations(const RememberedFolder& folder, const CaFiles& ca, const store::Database& database,
                         Time now);

// Everything, into `place`, which is to take the place of the folder; `place` holds what the folder holds.
// Sites are checked again: Error(refused). True where a file differs from the folder's.
bool write_staged(const RememberedFolder& folder, const io::Path& place, const Source& source);

// SHA-256 in hex of all files of the folder's sites, as they lie in `place`.
std::string digest(const RememberedFolder& folder, const io::Path& place);

// All of it as one text to be included in http { }, with the maps inside, which refers to the CA's own files.
// Nothing renews it.
void write_site_text(const Site& site, const Source& source, const Sink& sink);

} // namespace mtlsca::deploy::nginx
