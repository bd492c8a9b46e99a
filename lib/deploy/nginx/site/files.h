// A site on disk: the folder that nginx includes.
//
//   DIR/http.conf                 once per nginx
//   DIR/SERVER_NAME.conf          the servers
//   DIR/maps/roles.map identities.map bindings.map
//   DIR/chain.pem DIR/bundle.pem  copies of the CA's, byte for byte
//
// Every path inside is absolute. Each file is written atomically and only where its content changes; all of
// them can be any size. Errors: Error(failed) from writing, Error(not_found) where the CA's files are
// missing.
#pragma once

#include "deploy/nginx/site/inventory_maps.h"
#include "deploy/nginx/site/site.h"
#include "store/crls.h"

namespace mtlsca::deploy::nginx {

// What a site takes from the CA's folder; absolute.
struct CaFiles {
    io::Path home;
    io::Path chain;  // chain.pem
    io::Path bundle; // crl/bundle.pem
};

// Everything, into `folder`, which is made where it is missing. What to remember in the store afterwards is
// remembered(). True where a file changed, so that nginx must be reloaded.
bool write_site(const Site& site, const policy::Config& config, const store::Database& database,
                const CaFiles& ca, const io::Path& folder, Time now);
io::Path site_file(const Site& site,
                   const io::Path& folder); // DIR/SERVER_NAME.conf; "_" for a "*" in the name
store::SiteFolder remembered(const Site& site, const io::Path& folder);

// Everything but SERVER_NAME.conf, after a certificate was issued or a CRL published. A folder that is gone
// is Error(not_found): nginx may still read what was there.
bool refresh_site(const store::SiteFolder& site, const policy::Config& config,
                  const store::Database& database, const CaFiles& ca, Time now);

// All of it as one text to be included in http { }, with the maps inside, which refers to the CA's own files.
// Nothing renews it.
void write_site_text(const Site& site, const policy::Config& config, const store::Database& database,
                     const CaFiles& ca, Time now, const Sink& sink);

} // namespace mtlsca::deploy::nginx
