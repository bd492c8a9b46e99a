// From when until when. No certificate outlives its issuer.
#include "policy/plan/draft.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::policy {
namespace {

constexpr Duration shortest_validity = std::chrono::minutes(1);
constexpr const char* field = "not after";

// What people would type: whole days, or whole hours or minutes where it is less than one.
std::string rounded_down(Duration duration) {
    for (Duration unit :
         {Duration(std::chrono::days(1)), Duration(std::chrono::hours(1)), Duration(std::chrono::minutes(1))})
        if (duration >= unit)
            return mtlsca::to_string(duration / unit * unit);
    return mtlsca::to_string(duration);
}

bool judge_issuer(Draft& draft) {
    const x509::Certificate& issuer = draft.issuer();
    if (draft.facts.now < issuer.not_before())
        draft.refuse_part("issuer-not-yet-valid", field, {},
                          "the CA is not valid before " + to_rfc3339(issuer.not_before()));
    else if (draft.facts.now >= issuer.not_after())
        draft.refuse_part("issuer-expired", field, {}, "the CA expired at " + to_rfc3339(issuer.not_after()));
    else
        return true;
    return false;
}

// What the operator asks for: granted or refused, never changed.
void decide_wished(Draft& draft, Duration wished, Duration left) {
    const std::string requested = mtlsca::to_string(wished);
    draft.content.not_after = draft.facts.now + wished;
    draft.grant(field, requested, to_rfc3339(draft.content.not_after));
    if (wished < shortest_validity)
        draft.refuse_part("validity-too-short", field, requested, "a minute is the least");
    if (wished > draft.profile.longest_validity)
        draft.refuse_part("validity-too-long", field, requested,
                          fmt::format("profile {} allows at most {}", draft.profile.name,
                                      mtlsca::to_string(draft.profile.longest_validity)));
    if (wished > left)
        draft.refuse_part("validity-outlives-issuer", field, requested,
                          fmt::format("would outlive the CA, which expires at {}; {} are possible",
                                      to_rfc3339(draft.issuer().not_after()), rounded_down(left)));
}

void shorten(Draft& draft, Duration left) {
    const Duration usual = draft.profile.validity;
    const std::string why = fmt::format("shortened from {} to {}: the CA expires then",
                                        mtlsca::to_string(usual), rounded_down(left));
    draft.decide(Decision::Outcome::changed, field, {}, to_rfc3339(draft.content.not_after), why);
    // A third is where renewals begin: what is shorter is due as soon as it is issued.
    draft.add({left < usual / 3 ? Severity::warning : Severity::note, "validity-shortened", field, why});
}

// The profile's validity, as far as the CA lives.
void decide_default(Draft& draft, Duration left) {
    const Duration usual = draft.profile.validity;
    draft.content.not_after = draft.facts.now + std::min(usual, left);
    if (left < shortest_validity)
        draft.refuse_part("validity-too-short", field, {}, "the CA expires in less than a minute");
    else if (left < usual)
        shorten(draft, left);
    else
        draft.grant(field, {}, to_rfc3339(draft.content.not_after), "the profile's validity");
}

} // namespace

void decide_validity(Draft& draft) {
    if (!judge_issuer(draft))
        return;
    const Facts& facts = draft.facts;
    draft.content.not_before = std::max(facts.now - facts.backdate, draft.issuer().not_before());
    draft.grant("not before", {}, to_rfc3339(draft.content.not_before), "backdated, because clocks differ");
    const Duration left = draft.issuer().not_after() - facts.now;
    if (draft.options.validity)
        decide_wished(draft, *draft.options.validity, left);
    else
        decide_default(draft, left);
}

} // namespace mtlsca::policy
