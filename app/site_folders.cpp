#include "site_folders.h"

#include "output.h"

#include <algorithm>

namespace mtlsca::app {
namespace {

namespace nginx = deploy::nginx;

void forget(authority::Ca& ca, const std::string& folder) {
    store::Transaction transaction(ca.database());
    store::forget_site(transaction, folder);
    transaction.commit();
    note(folder + ": is gone and was forgotten; mtlsca nginx site writes it again");
}

nginx::CaFiles ca_files(const authority::Ca& ca) {
    const authority::CaFolder& folder = ca.folder();
    return {std::filesystem::absolute(folder.home), std::filesystem::absolute(folder.chain()),
            std::filesystem::absolute(folder.bundle())};
}

// Sites whose files were removed by somebody who wants them no longer.
bool drop_removed_sites(nginx::RememberedFolder& folder) {
    const auto is_removed = [&](const nginx::SiteSettings& site) {
        const io::Path file = nginx::site_file(site, folder.folder);
        const bool is_there = io::exists(file);
        if (!is_there)
            note(file.string() + ": is gone, and the site is forgotten");
        return !is_there;
    };
    const std::size_t before = folder.sites.size();
    folder.sites.erase(std::remove_if(folder.sites.begin(), folder.sites.end(), is_removed),
                       folder.sites.end());
    return folder.sites.size() != before;
}

} // namespace

nginx::Source site_source(const authority::Ca& ca, Time now) {
    return {ca.config(), ca.database(), ca_files(ca), now};
}

std::vector<nginx::RememberedFolder> site_folders(authority::Ca& ca) {
    std::vector<nginx::RememberedFolder> folders;
    for (const store::SiteFolder& row : store::remembered_sites(ca.database())) {
        nginx::RememberedFolder folder = nginx::from_store(row);
        const bool dropped = drop_removed_sites(folder);
        if (folder.sites.empty() || !io::exists(folder.folder)) {
            forget(ca, row.folder);
            continue;
        }
        if (dropped)
            remember(ca, folder);
        folders.push_back(std::move(folder));
    }
    return folders;
}

nginx::RememberedFolder site_folder(const authority::Ca& ca, const io::Path& folder) {
    for (const store::SiteFolder& row : store::remembered_sites(ca.database()))
        if (row.folder == folder) {
            nginx::RememberedFolder remembered = nginx::from_store(row);
            drop_removed_sites(remembered);
            return remembered;
        }
    return {.folder = folder, .sites = {}, .target = {}, .loaded = {}};
}

void remember(authority::Ca& ca, const nginx::RememberedFolder& folder) {
    store::Transaction transaction(ca.database());
    store::remember_site(transaction, nginx::to_store(folder));
    transaction.commit();
}

RenewedFolders renew_site_folders(authority::Ca& ca, Time now) {
    RenewedFolders renewed;
    if (store::remembered_sites(ca.database()).empty())
        return renewed;
    // Two at once could leave what the older one read.
    const io::FolderLock lock = ca.lock();
    const std::optional<Error> problem = ca.settings_problem();
    for (const nginx::RememberedFolder& folder : site_folders(ca)) {
        try {
            if (problem ? nginx::refresh_revocations(folder, ca_files(ca), ca.database(), now)
                        : nginx::refresh_folder(folder, site_source(ca, now)))
                renewed.changed = true;
            if (problem) {
                warn(folder.folder.string() +
                     ": who is revoked is up to date, roles and names are not, for " + problem->object +
                     " is broken");
                renewed.all_well = false;
            }
        } catch (const Error& error) {
            warn(error.object + ": " + error.reason + (error.hint.empty() ? "" : "; " + error.hint));
            renewed.all_well = false;
        }
    }
    return renewed;
}

void renew_site_folders_after_issue(authority::Ca& ca, Time now) {
    if (renew_site_folders(ca, now).changed)
        note("nginx knows names, owners and bindings of certificates after its next reload: mtlsca nginx "
             "apply");
}

} // namespace mtlsca::app
