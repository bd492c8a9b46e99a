#include "site_folders.h"

#include "output.h"

namespace mtlsca::app {
namespace {

void forget(authority::Ca& ca, const std::string& folder) {
    store::Transaction transaction(ca.database());
    store::forget_site(transaction, folder);
    transaction.commit();
    note(folder + ": is gone and was forgotten; mtlsca nginx site writes it again");
}

} // namespace

deploy::nginx::CaFiles ca_files(const authority::Ca& ca) {
    const authority::CaFolder& folder = ca.folder();
    return {std::filesystem::absolute(folder.home), std::filesystem::absolute(folder.chain()),
            std::filesystem::absolute(folder.bundle())};
}

RenewedFolders renew_site_folders(authority::Ca& ca, Time now) {
    RenewedFolders renewed;
    for (const store::SiteFolder& site : store::remembered_sites(ca.database())) {
        if (!io::exists(site.folder)) {
            forget(ca, site.folder);
            continue;
        }
        try {
            if (deploy::nginx::refresh_site(site, ca.config(), ca.database(), ca_files(ca), now))
                renewed.changed = true;
        } catch (const Error& error) {
            warn(error.object + ": " + error.reason + (error.hint.empty() ? "" : "; " + error.hint));
            renewed.all_well = false;
        }
    }
    return renewed;
}

void renew_site_folders_after_issue(authority::Ca& ca, Time now) {
    if (renew_site_folders(ca, now).changed)
        note("nginx knows names, owners and bindings of new certificates after its next reload: nginx -s "
             "reload");
}

} // namespace mtlsca::app
