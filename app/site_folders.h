// Folders that `nginx site --out` wrote: renewed with every change that nginx should know of.
#pragma once

#include "authority/ca.h"
#include "deploy/nginx/site/files.h"

namespace mtlsca::app {

deploy::nginx::CaFiles ca_files(const authority::Ca& ca);

struct RenewedFolders {
    bool changed = false; // nginx must be reloaded
    bool all_well = true; // false: something could not be renewed, which was told
};
// Trust file, bundle and maps of every remembered folder. A folder that is gone is forgotten.
RenewedFolders renew_site_folders(authority::Ca& ca, Time now);
// The same after certificates were issued, with a note where nginx does not know them yet.
void renew_site_folders_after_issue(authority::Ca& ca, Time now);

} // namespace mtlsca::app
