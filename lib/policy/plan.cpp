#include "policy/plan.h"

#include "policy/draft.h"
#include "policy/lint.h"

#include <stdexcept>

namespace mtlsca::policy {
namespace {

void judge_name_constraints(Draft& draft) {
    const x509::NameConstraints& constraints = draft.issuer().name_constraints();
    for (const Finding& finding : x509::outside(constraints, draft.content.subject, draft.content.sans))
        draft.refuse(finding);
}

// The last look. What is missing was refused by a step already, and lint would only say it again.
void judge_whole(Draft& draft) {
    if (!draft.is_complete)
        return;
    judge_name_constraints(draft);
    for (const Finding& finding : lint(draft.content))
        draft.add(finding);
}

std::string name_of(const Draft& draft) {
    if (!draft.common_name.empty() || draft.content.sans.empty())
        return draft.common_name;
    return draft.content.sans.front().value;
}

} // namespace

struct Planner {
    static Planned plan(Draft draft) {
        if (draft.facts.issuer == nullptr)
            throw std::invalid_argument("a plan needs its issuer");
        decide_subject(draft);
        decide_sans(draft);
        decide_key(draft);
        decide_validity(draft);
        decide_usages(draft);
        judge_extensions(draft);
        decide_records(draft);
        judge_whole(draft);

        Planned planned;
        if (!has_errors(draft.findings))
            planned.plan = finish(draft);
        planned.decisions = std::move(draft.decisions);
        planned.findings = std::move(draft.findings);
        return planned;
    }

private:
    static CertificatePlan finish(const Draft& draft) {
        CertificatePlan plan;
        plan.profile_ = draft.profile.name;
        plan.name_ = name_of(draft);
        plan.owner_ = draft.options.owner;
        plan.content_ = draft.content;
        plan.ous_ = draft.ous;
        plan.bindings_ = draft.bindings;
        plan.labels_ = draft.labels;
        plan.unique_ = draft.profile.unique;
        plan.key_type_ = draft.key_type.value();
        return plan;
    }
};

namespace {

Draft begin(const Config& config, const Profile& profile, const x509::Request* request,
            const SigningOptions& options, const Facts& facts, std::optional<x509::KeyType> key_type) {
    return {.config = config,
            .profile = profile,
            .request = request,
            .options = options,
            .facts = facts,
            .key_type = key_type,
            .common_name = {},
            .ous = {},
            .bindings = {},
            .labels = {},
            .content = {},
            .is_complete = true,
            .decisions = {},
            .findings = {}};
}

} // namespace

Planned plan_certificate(const Config& config, const Profile& profile, std::optional<x509::KeyType> key,
                         const SigningOptions& options, const Facts& facts) {
    return Planner::plan(begin(config, profile, nullptr, options, facts, key.value_or(profile.keys.front())));
}

Planned plan_certificate(const Config& config, const Profile& profile, const x509::Request& request,
                         const SigningOptions& options, const Facts& facts) {
    return Planner::plan(begin(config, profile, &request, options, facts, request.key.type()));
}

const char* to_string(Decision::Outcome outcome) {
    switch (outcome) {
    case Decision::Outcome::granted:
        return "granted";
    case Decision::Outcome::changed:
        return "changed";
    case Decision::Outcome::added:
        return "added";
    case Decision::Outcome::dropped:
        return "dropped";
    case Decision::Outcome::refused:
        break;
    }
    return "refused";
}

} // namespace mtlsca::policy
