// What a client may be: one map for each role, from the OUs in its subject or in the inventory.
//
// The maps define $mtlsca_role_NAME, "NAME," for whoever has the role and "" for everybody else, and
// $mtlsca_roles, all of them separated by commas. One map for each role, because a map stops at its first
// match and several OUs add up.
#pragma once

#include "deploy/nginx/language/token.h"
#include "policy/settings/config.h"

#include <set>
#include <string>

namespace mtlsca::deploy::nginx {

// Who may go everywhere. It has a map even where no OU means it.
inline constexpr const char* gateway_role = "gateway";

std::string
role_variable(const std::string& role); // "$mtlsca_role_admin"; a role is a word (policy/settings/config.h)

Token role_value(const std::string& role); // "admin,"

// Those of the settings, and those that a site names: one that has left the settings since then is a role
// that nobody has, and not a variable that nginx doesn't know.
std::set<std::string> all_roles(const policy::Roles& roles, const std::set<std::string>& named);
// The maps from the subject, as nginx sees it; SerialMaps do the same from the inventory.
std::string roles_by_dn(const policy::Roles& roles, const std::set<std::string>& all);
std::string roles_joined(const std::set<std::string>& all); // $mtlsca_roles

// A value of a subject as $ssl_client_s_dn shows it: RFC 4514 as OpenSSL writes it, in ASCII.
std::string dn_text(std::string_view value);

} // namespace mtlsca::deploy::nginx
