// What the commands share that change the CAs themselves: shown before, carried out, published.
#pragma once

#include "command.h"
#include "publishing.h"

#include "authority/tier/ca_change.h"

#include <functional>

namespace mtlsca::app {

class CaChanging {
public:
    // `dry_run_help` where not every form of the command takes --dry-run.
    void add_to(Options& options, const char* dry_run_help = "Say what would be done, and change nothing");
    bool dry_run() const { return dry_run_; }
    authority::Ca open(Session& session) const;

    // Plans, carries out and publishes, or only shows what is planned. What is done already was perhaps not
    // published by a run that died: then it is now, before the Error(already), or
    // Error(not_found) of what is undone. `next`: what a person does
    // next.
    using Plan = std::function<authority::CaChange(authority::Ca&)>;
    int change(Session& session, authority::Ca& ca, const Plan& plan, const std::string& next) const;
    // After a change that was made otherwise.
    Published publish(Session& session, authority::Ca& ca, bool trust_changed) const;

private:
    authority::CaChange planned(Session& session, authority::Ca& ca, const Plan& plan) const;
    std::string on_change_;
    bool apply_ = false, dry_run_ = false;
};

} // namespace mtlsca::app
