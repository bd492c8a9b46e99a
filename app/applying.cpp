#include "applying.h"

#include "site_folders.h"

#include "io/interruption.h"

#include <algorithm>

namespace mtlsca::app {
namespace {

namespace nginx = deploy::nginx;

void tell_findings(const nginx::check::Findings& findings) {
    for (const nginx::check::Finding& finding : findings)
        if (finding.severity != Severity::note)
            warn(to_string(finding.place) + ": " + finding.effect + " (" + finding.id + "); " + finding.fix);
}

// So that the next run applies again, although nothing may have changed until then. What is remembered is
// what was there before: sites and flags that failed are not.
void remember_as_unknown(authority::Ca& ca, const std::vector<nginx::RememberedFolder>& folders) {
    for (const nginx::RememberedFolder& failed : folders) {
        nginx::RememberedFolder folder = site_folder(ca, failed.folder);
        folder.loaded.clear();
        if (!folder.sites.empty())
            remember(ca, folder);
    }
}

// Folders that one nginx reads, together.
std::vector<std::vector<nginx::RememberedFolder>> by_target(std::vector<nginx::RememberedFolder> folders) {
    std::vector<std::vector<nginx::RememberedFolder>> groups;
    for (nginx::RememberedFolder& folder : folders) {
        const auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& others) {
            return others.front().target == folder.target;
        });
        if (group == groups.end())
            groups.push_back({std::move(folder)});
        else
            group->push_back(std::move(folder));
    }
    return groups;
}

} // namespace

nginx::Applied apply_folders(Session& session, authority::Ca& ca,
                             const std::vector<nginx::RememberedFolder>& folders, bool reload) {
    session.out.flush();
    // Between the exchange of the folders and the end of the test nobody may stop us.
    const io::Interruption held_back;
    const nginx::Program program(folders.front().target);
    try {
        nginx::Applied applied = nginx::apply(folders, site_source(ca, session.now()), program, reload);
        tell_findings(applied.findings);
        for (const nginx::RememberedFolder& folder : applied.folders)
            remember(ca, folder);
        return applied;
    } catch (const Error&) {
        remember_as_unknown(ca, folders);
        throw;
    }
}

void print_applied(Session& session, const nginx::Applied& applied) {
    if (session.json()) {
        Json folders = Json::array();
        for (const nginx::RememberedFolder& folder : applied.folders)
            folders.push_back(folder.folder.string());
        session.out.json(
            {{"changed", applied.changed}, {"reloaded", applied.reloaded}, {"folders", folders}});
        return;
    }
    for (const nginx::RememberedFolder& folder : applied.folders)
        session.out.line(folder.folder.string() + (applied.changed ? ": exchanged" : ": is as it should be"));
    session.out.line(applied.reloaded ? "nginx was reloaded" : "nginx was not reloaded");
}

bool is_applying_due(const authority::Ca& ca) {
    const std::vector<store::SiteFolder> rows = store::remembered_sites(ca.database());
    return std::any_of(rows.begin(), rows.end(), [](const store::SiteFolder& row) {
        return !nginx::is_loaded(nginx::from_store(row));
    });
}

AppliedFolders apply_site_folders(Session& session, authority::Ca& ca) {
    AppliedFolders all;
    const io::FolderLock lock = ca.lock();
    for (const std::vector<nginx::RememberedFolder>& group : by_target(site_folders(ca))) {
        try {
            const nginx::Applied applied = apply_folders(session, ca, group, true);
            all.changed = all.changed || applied.changed;
            all.reloaded = all.reloaded || applied.reloaded;
        } catch (const Error& error) {
            warn("--apply: " + error.object + ": " + error.reason +
                 "; nothing was changed there, and the next mtlsca crl --if-due --apply tries again");
            for (const Finding& finding : error.findings)
                warn(finding.subject + ": " + finding.detail);
            all.all_well = false;
        }
    }
    return all;
}

} // namespace mtlsca::app
