// Publishing as every command does it that changes what is revoked: CRLs and bundle, remembered nginx
// folders, then the hook.
#pragma once

#include "applying.h"
#include "command.h"

#include "authority/crl/publication.h"
#include "io/process.h"

namespace mtlsca::app {

struct PublishingOptions : authority::PublicationOptions {
    bool retry_hook = false; // run a hook that failed before, also when nothing is published now:
                             // `on_change`, or without one the command that failed
    bool apply = false;      // bring it into nginx by `nginx apply`, in place of writing into its folders
    io::Path copy_to;        // a copy of the bundle, for the hook to find
};

struct Published {
    authority::Publication publication;
    std::string hook; // the command that was run; empty: none
    AppliedFolders applied;
    int status = 0; // 1 where a folder or the hook failed, which was told
};

// What a command that is told may want to know; mtlsca-crl(1) lists it.
std::vector<io::Variable> hook_variables(const Session& session, const authority::Ca& ca);

// Predecessors whose revocation was planned (authority/renewal.h) and whose time has come; each is told. Not
// published yet. Returns how many.
std::uint64_t revoke_as_planned(Session& session, authority::Ca& ca);

// Where it changed, or is not there yet; no `target`: nowhere.
void copy_bundle(const authority::Publication& publication, const io::Path& target);

Published publish_and_tell(Session& session, authority::Ca& ca, const PublishingOptions& options);

// No revocation waits for settings: tells what is wrong with them, and that it goes on without.
void warn_of_settings(const Error& problem);

void add_apply_flag(Options& options, bool& apply);
// "number 2, 0 entries, good until 2027-06-30 00:00 UTC"
std::string crl_words(std::uint64_t number, std::uint64_t entries, Time next_update);
void print_published(Session& session, const Published& published);

} // namespace mtlsca::app
