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

bool renew_site_folders(authority::Ca& ca, Time now) {
    bool all_well = true;
    for (const store::SiteFolder& site : store::remembered_sites(ca.database())) {
        if (!io::exists(site.folder)) {
            forget(ca, site.folder);
            continue;
        }
        try {
            deploy::nginx::refresh_site(site, ca.config(), ca.database(), ca_files(ca), now);
        } catch (const Error& error) {
            warn(error.object + ": " + error.reason + (error.hint.empty() ? "" : "; " + error.hint));
            all_well = false;
        }
    }
    return all_well;
}

} // namespace mtlsca::app
