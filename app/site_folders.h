// Folders that `nginx site --out` wrote: renewed with every change that nginx should know of.
#pragma once

#include "authority/ca.h"
#include "deploy/nginx/site_files.h"

namespace mtlsca::app {

deploy::nginx::CaFiles ca_files(const authority::Ca& ca);

// Trust file, bundle and maps of every remembered folder. What cannot be renewed is told; false then. A
// folder that is gone is forgotten.
bool renew_site_folders(authority::Ca& ca, Time now);

} // namespace mtlsca::app
