#include "policy/plan/plan.h"

#include "policy/lint/lint.h"
#include "policy/plan/draft.h"

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

} // namespace

struct Planner {
    static Planned plan(Draft draft) {
        if (draft.facts.issuer == nullptr)
            throw std::invalid_argument("a plan needs its issuer");
        constexpr std::size_t usual_decisions = 16;
        draft.decisions.reserve(usual_decisions);
        decide_subject(draft);
        decide_sans(draft);
        decide_key(draft);
        decide_validity(draft);
        decide_usages(draft);
        judge_extensions(draft);
        decide_records(draft);
        decide_deployments(draft);
        judge_whole(draft);

        Planned planned;
        if (!has_errors(draft.findings))
            planned.plan = finish(draft); // which empties it of all but what follows
        planned.decisions = std::move(draft.decisions);
        planned.findings = std::move(draft.findings);
        return planned;
    }

private:
    static CertificatePlan finish(Draft& draft) {
        CertificatePlan plan;
        plan.profile_ = draft.profile.name;
        plan.name_ = draft.name();
        plan.owner_ = draft.options.owner;
        plan.content_ = std::move(draft.content);
        plan.ous_ = std::move(draft.ous);
        plan.bindings_ = std::move(draft.bindings);
        plan.deployments_ = std::move(draft.deployments);
        plan.labels_ = std::move(draft.labels);
        plan.unique_ = draft.profile.unique;
        plan.key_type_ = draft.key_type.value();
        return plan;
    }
};

namespace {

Draft begin(const Config& config, const Profile& profile, const x509::Request* request,
            const x509::PublicKey* key, const SigningOptions& options, const Facts& facts,
            std::optional<x509::KeyType> key_type) {
    return {.config = config,
            .profile = profile,
            .request = request,
            .key = key,
            .options = options,
            .facts = facts,
            .key_type = key_type,
            .common_name = {},
            .ous = {},
            .bindings = {},
            .deployments = {},
            .labels = {},
            .content = {},
            .is_complete = true,
            .decisions = {},
            .findings = {}};
}

// What the profile takes from the CA is not asked for: the CA may have got another subject meanwhile.
bool is_asked_for(const Profile& profile, const std::string& type) {
    const auto rule = profile.subject.find(type);
    return type != "OU" &&
           (rule == profile.subject.end() || rule->second.kind != SubjectRule::Kind::same_as_ca);
}

x509::Request as_request(const Profile& profile, const x509::Certificate& certificate) {
    std::vector<x509::RelativeName> parts;
    for (const x509::RelativeName& part : certificate.subject().parts())
        if (is_asked_for(profile, part.front().type))
            parts.push_back(part);
    x509::Request request;
    request.subject = x509::Name(std::move(parts));
    request.sans = certificate.sans();
    return request;
}

x509::KeyType usual_key(const Profile& profile, const x509::Certificate& predecessor) {
    const auto type = predecessor.public_key().type();
    return type && contains(profile.keys, *type) ? *type : profile.keys.front();
}

} // namespace

Planned plan_certificate(const Config& config, const Profile& profile, std::optional<x509::KeyType> key,
                         const SigningOptions& options, const Facts& facts) {
    return Planner::plan(
        begin(config, profile, nullptr, nullptr, options, facts, key.value_or(profile.keys.front())));
}

Planned plan_certificate(const Config& config, const Profile& profile, const x509::Request& request,
                         const SigningOptions& options, const Facts& facts) {
    return Planner::plan(begin(config, profile, &request, &request.key, options, facts, request.key.type()));
}

Planned plan_renewal(const Config& config, const Profile& profile, const Predecessor& predecessor,
                     const x509::PublicKey* key, std::optional<x509::KeyType> new_key, const Facts& facts) {
    // Its names are asked for as a request's are, so that the profile's rules of today have the last word;
    // its OUs were granted by an operator, who is not asked again.
    const x509::Request request = as_request(profile, predecessor.certificate);
    SigningOptions options;
    options.ous = predecessor.certificate.subject().values("OU");
    options.owner = predecessor.owner;
    options.labels = predecessor.labels;
    options.bindings = predecessor.bindings;
    options.request_sans = RequestSans::check;
    const auto key_type =
        key != nullptr ? key->type() : new_key.value_or(usual_key(profile, predecessor.certificate));
    Draft draft = begin(config, profile, &request, key, options, facts, key_type);
    for (const std::string& name : predecessor.deployments) {
        if (config.deploy_targets.contains(name))
            options.deployments.push_back(name);
        else
            draft.drop("deploy-unknown", "deploy " + name, name, "is no longer in the settings");
    }
    options.deployments.insert(options.deployments.end(), predecessor.new_deployments.begin(),
                               predecessor.new_deployments.end());
    return Planner::plan(std::move(draft));
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
