// Folders that `nginx site --out` wrote: renewed with every change that nginx should know of.
#pragma once

#include "authority/ca.h"
#include "deploy/nginx/site/files.h"

namespace mtlsca::app {

deploy::nginx::Source site_source(const authority::Ca& ca, Time now); // for as long as the CA is open

// Those whose folder is there; sites whose files somebody removed are left out. What is gone is forgotten,
// and told.
std::vector<deploy::nginx::RememberedFolder> site_folders(authority::Ca& ca);
// What is remembered of this folder, or a new one.
deploy::nginx::RememberedFolder site_folder(const authority::Ca& ca, const io::Path& folder);
void remember(authority::Ca& ca, const deploy::nginx::RememberedFolder& folder);

struct RenewedFolders {
    bool changed = false; // nginx must be reloaded
    bool all_well = true; // false: something could not be renewed, which was told
};
// Trust file, bundle and maps of every remembered folder. Takes the CA's lock.
RenewedFolders renew_site_folders(authority::Ca& ca, Time now);
// The same after certificates were issued, with a note where nginx does not know them yet.
void renew_site_folders_after_issue(authority::Ca& ca, Time now);

} // namespace mtlsca::app
