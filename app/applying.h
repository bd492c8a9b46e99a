// `nginx apply` as every command does it that changes what nginx should know.
#pragma once

#include "session.h"

#include "deploy/nginx/apply/apply.h"

namespace mtlsca::app {

struct AppliedFolders {
    bool changed = false, reloaded = false;
    bool all_well = true; // false: something failed, which was told; the next run tries again
};
// All remembered folders, nginx by nginx. Takes the CA's lock.
AppliedFolders apply_site_folders(Session& session, authority::Ca& ca);
// Some folder holds what its nginx has not loaded, as far as can be told without writing it anew.
bool is_applying_due(const authority::Ca& ca);

// Some of one nginx, under the CA's lock, which the caller holds: throws what apply() throws, after it is
// remembered that it has to be tried again. Their findings are told.
deploy::nginx::Applied apply_folders(Session& session, authority::Ca& ca,
                                     const std::vector<deploy::nginx::RememberedFolder>& folders,
                                     bool reload);
void print_applied(Session& session, const deploy::nginx::Applied& applied);

} // namespace mtlsca::app
