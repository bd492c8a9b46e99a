// What a client may be, as nginx sees it: one map for each role from the subject's OUs.
//
// The maps define $mtlsca_role_NAME, "NAME," for whoever has the role and "" for everybody else, and
// $mtlsca_roles, all of them separated by commas. One map for each role, because a map stops at its first
// match and several OUs add up.
#pragma once

#include "policy/config.h"

#include <set>
#include <string>

namespace mtlsca::deploy::nginx {

// Who may go everywhere. It has a map even where no OU means it.
inline constexpr const char* gateway_role = "gateway";

std::string
role_variable(const std::string& role); // "$mtlsca_role_admin"; a role is a word (policy/config.h)

// The text of maps/roles.map below its first line. `named` are roles that a site names: one that has left the
// settings since then is a role that nobody has, and not a variable that nginx doesn't know.
std::string roles_map(const policy::Roles& roles, const std::set<std::string>& named);

// A value of a subject as $ssl_client_s_dn shows it: RFC 4514 as OpenSSL writes it, in ASCII.
std::string dn_text(std::string_view value);

} // namespace mtlsca::deploy::nginx
