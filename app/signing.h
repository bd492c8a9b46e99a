// What `issue` and `sign` share: the options that say what may go into a certificate, and telling the
// outcome.
#pragma once

#include "authority/certificate/issuance.h"
#include "command.h"

namespace mtlsca::app {

class SigningFlags {
public:
    void add_to(Options& options);
    // Of the profile's name in the settings; Error(not_found) lists those there are.
    const policy::Profile& profile(const authority::Ca& ca) const {
        return policy::find_profile(ca.config(), profile_);
    }
    const std::string& profile_name() const { return profile_; }
    policy::SigningOptions options() const;
    bool dry_run() const { return dry_run_; }
    store::Database::Access database_access() const {
        return dry_run_ ? store::Database::Access::read : store::Database::Access::write;
    }

private:
    std::string profile_ = "client", owner_;
    std::vector<std::string> sans_, ous_, attributes_, labels_, bindings_, deployments_;
    std::optional<Duration> validity_;
    bool dry_run_ = false;
};

// The plan, or Error(refused) with all findings; its notes and warnings are told.
policy::CertificatePlan granted(const std::string& object, policy::Planned planned);

// What to do about it: the first refusal that says so itself.
std::string hint_of_refusal(const Findings& findings);

// What --dry-run prints: requested → granted, changed, dropped or refused, field by field. Returns the exit
// status.
int print_plan(Session& session, const std::string& object, const policy::Planned& planned);
Json plan_json(const std::string& object, const policy::Planned& planned);

// A certificate that is recorded and could not be written: the same error, and how to get at it.
enum class KeyFate { elsewhere, written, lost };
[[noreturn]] void throw_undelivered(const Error& error, const store::Certificate& certificate, KeyFate key);

void print_issued(Session& session, const store::Certificate& certificate,
                  const std::string& certificate_file, const std::string& key_file,
                  const char* done = "issued");

} // namespace mtlsca::app
