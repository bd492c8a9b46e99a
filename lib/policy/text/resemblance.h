// OUs that a person could take for a role. Internal to lib/policy.
#pragma once

#include "policy/settings/config.h"

namespace mtlsca::policy {

// How a text looks to somebody who doesn't look closely: without case, width, spaces, and with the letters of
// other scripts that look like Latin ones (the few that spell words; Unicode TR 39 has thousands).
std::string appearance(std::string_view text);

// The OU of the role that `ou` looks like without being it: "admin", "Admin ", "Аdmin" with a Cyrillic
// letter, or "x,OU=Admin", which holds it as if it were an attribute. Empty for a role itself and for all
// else.
std::optional<std::string> resembled_role(const Roles& roles, std::string_view ou);

} // namespace mtlsca::policy
