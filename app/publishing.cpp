#include "publishing.h"

#include "site_folders.h"
#include "told_command.h"

#include "authority/certificate/renewal.h"

#include <fmt/format.h>

namespace mtlsca::app {
namespace {

bool run_hook(Session& session, authority::Ca& ca, const std::string& command) {
    session.out.flush();
    try {
        run_told_command(command, hook_variables(session, ca));
    } catch (const Error& error) {
        warn("--on-change: " + error.object + " " + error.reason +
             "; the next mtlsca crl --if-due runs it again");
        return false;
    }
    store::Transaction transaction(ca.database());
    store::clear_pending_hook(transaction);
    transaction.commit();
    return true;
}

// Which command is to be told now; empty: none.
std::string hook_to_run(const authority::Ca& ca, const PublishingOptions& options, bool changed) {
    const bool failed_before = options.retry_hook && store::pending_hook(ca.database()).has_value();
    if (!changed && !failed_before)
        return {};
    if (!options.on_change.empty())
        return options.on_change;
    return failed_before ? *store::pending_hook(ca.database()) : std::string();
}

} // namespace

std::vector<io::Variable> hook_variables(const Session& session, const authority::Ca& ca) {
    return {{"MTLSCA_HOME", std::filesystem::absolute(session.home())},
            {"MTLSCA_COMMAND", session.command()},
            {"MTLSCA_BUNDLE", std::filesystem::absolute(ca.folder().bundle())}};
}

std::uint64_t revoke_as_planned(Session& session, authority::Ca& ca) {
    std::uint64_t revoked = 0;
    for (bool more = true; more;) {
        const auto done = authority::carry_out_planned_revocations(ca, session.run());
        tell(done.notes);
        for (const store::Certificate& certificate : done.revoked)
            note("revoked " + store::object_of(certificate) + ", superseded, as its renewal planned");
        revoked += done.revoked.size();
        more = !done.is_complete;
    }
    return revoked;
}

void copy_bundle(const authority::Publication& publication, const io::Path& target) {
    if (target.empty() || (!publication.changed && io::exists(target)))
        return;
    const io::MappedFile bundle(publication.bundle);
    io::write_file(target, bundle.bytes(), io::Mode::public_file);
}

Published publish_and_tell(Session& session, authority::Ca& ca, const PublishingOptions& options) {
    Published published;
    published.publication = authority::publish(ca, session.run(), options);
    const authority::Publication& publication = published.publication;
    tell(publication.warnings);
    copy_bundle(publication, options.copy_to);
    bool all_well = true;
    const bool applies = options.apply && !ca.settings_problem(); // whose sites nobody could check
    if (applies) {
        if (publication.changed || is_applying_due(ca))
            published.applied = apply_site_folders(session, ca);
        all_well = published.applied.all_well;
    } else if (publication.changed) {
        all_well = renew_site_folders(ca, session.now()).all_well;
    }
    if (options.apply && !applies) {
        warn("--apply: nginx was not reloaded, for " + ca.folder().settings().string() +
             " is broken; nginx -s reload makes it read who is revoked");
        all_well = false;
    }
    published.hook = hook_to_run(ca, options, publication.changed);
    if (!published.hook.empty())
        all_well = run_hook(session, ca, published.hook) && all_well;
    published.status = all_well ? 0 : static_cast<int>(Code::failed);
    return published;
}

void warn_of_settings(const Error& problem) {
    warn(problem.object + ": " + problem.reason + "; revocations and CRLs don't wait for it");
    for (const Finding& finding : problem.findings)
        warn(finding.subject + ": " + finding.detail);
}

void add_apply_flag(Options& options, bool& apply) {
    options.flag("--apply", apply, "Bring it into nginx, safely, as mtlsca nginx apply does");
}

std::string crl_words(std::uint64_t number, std::uint64_t entries, Time next_update) {
    return fmt::format("number {}, {}, good until {}", number, count_of(entries, "entry"),
                       to_minutes(next_update));
}

void print_published(Session& session, const Published& published) {
    const authority::Publication& publication = published.publication;
    session.out.line(publication.changed ? "published the CRLs" : "nothing was due");
    for (const authority::CrlFile& file : publication.crls)
        session.out.field(file.issuer, crl_words(file.crl.number, file.crl.entries, file.crl.next_update));
    session.out.field("bundle", publication.bundle.string());
    for (const std::string& name : publication.dropped)
        session.out.field("dropped", name + ": its last certificate has expired; nobody needs to trust it");
    session.out.field("nginx", published.applied.reloaded ? "was reloaded" : "");
    session.out.field("told", published.hook);
}

} // namespace mtlsca::app
