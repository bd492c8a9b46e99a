// Which targets of the settings ([deploy.NAME]) a certificate is brought to, and that it is to be brought
// there. Bringing it is another's work, after the fact: what is wanted is recorded until it has arrived.
#pragma once

#include "authority/ca.h"

namespace mtlsca::authority {

// "deploy:" and a name: the target of a delivery (store/work/deliveries.h).
inline constexpr std::string_view deploy_target = "deploy:";

// Of all targets, its own and its profile's, as deliveries; those that the settings know no more are left
// out.
std::vector<std::string> deploy_deliveries(const policy::Config& config, const std::string& profile,
                                           const std::vector<std::string>& deployments);

struct DeploymentWish {
    std::vector<std::string> deployments; // also there from now on, and so are its renewals
    std::string key_file;                 // absolute; empty: as the last delivery said, else none
};
// All of them, as soon as somebody delivers; returns its record as it is then. Error(not_found) for an
// unknown target, Error(refused) for a certificate that is not valid or has no target at all.
store::Certificate want_deployment(Ca& ca, const Run& run, const store::Certificate& certificate,
                                   const DeploymentWish& wish);

} // namespace mtlsca::authority
