// The settings, checked.
#pragma once

#include "policy/profile.h"
#include "policy/settings/deploy_target.h"
#include "policy/settings/ocsp_config.h"
#include "policy/settings/settings.h"

namespace mtlsca::policy {

using Roles = std::map<std::string, std::string>; // OU → role

struct Config {
    std::string ca_name;
    Duration backdate{};
    std::string crl_url, issuer_url, ocsp_url; // folder URLs end in "/"
    Duration next_update{}, overlap{}, root_next_update{}, root_overlap{};
    OcspConfig ocsp;
    Roles roles;
    std::map<std::string, Profile> profiles;
    std::map<std::string, DeployTarget> deploy_targets;
};

// How late a CRL is that ends at `next_update`: a warning inside its overlap, an error in the last quarter of
// it and once it is over (cli.md, `status`). Nothing before.
std::optional<Severity> crl_lateness(Time next_update, Duration overlap, Time now);

// Error(refused) with every finding: "profiles.client.validity: …".
Config check_settings(const Settings& settings, const std::string& object);
// Error(not_found) that lists the profiles there are.
const Profile& find_profile(const Config& config, const std::string& name);

} // namespace mtlsca::policy
