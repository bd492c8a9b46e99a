// What the inventory says of whoever showed a certificate. Internal to this folder.
#pragma once

#include "deploy/nginx/log/explanation.h"
#include "deploy/nginx/log/place.h"

namespace mtlsca::deploy::nginx {

// Fills in who, successor and roles.
void introduce(Explanation& explanation, const Known& known, const store::Certificate& certificate);

bool is_client(const store::Certificate& certificate); // has clientAuth, or no extended key usage
bool may_enter(const store::Certificate& certificate, const std::vector<std::string>& roles,
               const LocationSettings& location);
// Not bound, or bound to a network that holds this address.
bool is_at_home(const store::Certificate& certificate, std::string_view address);

// "was revoked 2026-11-22 10:00 UTC (keyCompromise)", "is on hold since …"
std::string revocation_text(const store::Revocation& revocation);
// The command that issues one like it, with further OUs.
std::string issue_command(const store::Certificate& certificate,
                          const std::vector<std::string>& more_ous = {});

} // namespace mtlsca::deploy::nginx
