// OUs: what nginx makes roles of. The operator and the profile grant them, never the requester alone.
#include "policy/plan/draft.h"
#include "policy/text/resemblance.h"
#include "policy/text/subject_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mtlsca::policy {
namespace {

// nginx passes the subject on in one header line of at most 8 KB by default (large_client_header_buffers).
constexpr std::size_t most_ous = 32;

std::string field_of(const std::string& ou) {
    return "ou " + ou;
}

std::string allowed_ous(const Profile& profile) {
    if (profile.ous.empty())
        return fmt::format("profile {} allows none", profile.name);
    return fmt::format("profile {} allows {}", profile.name, fmt::join(profile.ous, ", "));
}

// Text that may stand in a certificate at all. False where it was refused.
bool judge_text(Draft& draft, const std::string& ou) {
    if (const auto finding = judge_name(field_of(ou), ou)) {
        draft.refuse_part(*finding, ou);
        return false;
    }
    if (const auto role = resembled_role(draft.config.roles, ou)) {
        draft.refuse_part("ou-looks-like-role", field_of(ou), ou,
                          fmt::format("looks like the role {}", *role));
        return false;
    }
    if (const auto doubt = judge_scripts(field_of(ou), ou))
        draft.add(*doubt);
    return true;
}

void grant_by_operator(Draft& draft, const std::string& ou) {
    if (contains(draft.ous, ou) || !judge_text(draft, ou))
        return;
    if (!draft.profile.allows_ou(ou) && !contains(draft.profile.granted_ous, ou))
        return draft.refuse_part("ou-not-allowed", field_of(ou), ou, allowed_ous(draft.profile));
    draft.grant(field_of(ou), ou, ou, "by the operator");
    draft.ous.push_back(ou);
}

void grant_by_profile(Draft& draft, const std::string& ou, const std::string& requested) {
    if (contains(draft.ous, ou))
        return;
    draft.grant(field_of(ou), requested, ou, "by the profile");
    draft.ous.push_back(ou);
}

// "admin" beside a granted "Admin" is what the requester meant; without it somebody wants to be taken for
// one.
void decide_look_alike(Draft& draft, const std::string& ou, const std::string& role) {
    if (contains(draft.ous, role))
        draft.change("ou-looks-like-role", field_of(ou), ou, role, fmt::format("{} is granted", role));
    else
        draft.refuse_part(
            "ou-looks-like-role", field_of(ou), ou,
            fmt::format("looks like the role {}; if it is meant, grant it: `--ou {}`", role, role));
}

void decide_not_taken(Draft& draft, const std::string& ou) {
    const bool is_allowed = draft.profile.allows_ou(ou);
    if (!draft.config.roles.contains(ou))
        return draft.drop("ou-dropped", field_of(ou), ou,
                          is_allowed ? fmt::format("is not taken from a request; grant it: `--ou {}`", ou)
                                     : allowed_ous(draft.profile));
    if (is_allowed)
        draft.refuse_part(
            "ou-not-granted", field_of(ou), ou,
            fmt::format("is a role, which the operator grants and not the requester: `--ou {}`", ou));
    else
        draft.refuse_part("ou-not-allowed", field_of(ou), ou,
                          fmt::format("is a role, and {}", allowed_ous(draft.profile)));
}

void decide_requested(Draft& draft, const std::string& ou) {
    if (contains(draft.ous, ou)) // granted, and its decision says so
        return;
    if (const auto role = resembled_role(draft.config.roles, ou))
        return decide_look_alike(draft, ou, *role);
    if (draft.profile.request_ous != RequestOus::take || !draft.profile.allows_ou(ou))
        return decide_not_taken(draft, ou);
    if (!judge_text(draft, ou))
        return;
    draft.grant(field_of(ou), ou, ou);
    draft.ous.push_back(ou);
}

} // namespace

void decide_ous(Draft& draft) {
    const std::vector<std::string> requested = draft.requested_values("OU");
    for (const std::string& ou : draft.options.ous)
        grant_by_operator(draft, ou);
    for (const std::string& ou : draft.profile.granted_ous)
        grant_by_profile(draft, ou, contains(requested, ou) ? ou : "");
    for (const std::string& ou : requested)
        decide_requested(draft, ou);
    if (draft.ous.size() > most_ous)
        draft.refuse("ou-too-many", "subject OU", {},
                     fmt::format("there are {}, at most {} are allowed", draft.ous.size(), most_ous));
}

} // namespace mtlsca::policy
