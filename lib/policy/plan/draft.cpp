#include "policy/plan/draft.h"

#include <algorithm>

namespace mtlsca::policy {

using Outcome = Decision::Outcome;

std::vector<std::string> Draft::requested_values(const std::string& attribute_type) const {
    std::vector<std::string> values;
    if (request)
        for (std::string& value : request->subject.values(attribute_type))
            if (!value.empty() && !contains(values, value))
                values.push_back(std::move(value));
    return values;
}

void Draft::add(const Finding& finding) {
    if (!contains(findings, finding))
        findings.push_back(finding);
}

std::string Draft::name() const {
    if (!common_name.empty() || content.sans.empty())
        return common_name;
    return content.sans.front().value;
}

Decision& Draft::decision_of(const std::string& field) {
    const auto known = std::find_if(decisions.begin(), decisions.end(),
                                    [&](const Decision& one) { return one.field == field; });
    if (known != decisions.end())
        return *known;
    return decisions.emplace_back(Decision{Outcome::added, field, {}, {}, {}});
}

void Draft::decide(Outcome outcome, const std::string& field, const std::string& requested,
                   const std::string& result, const std::string& why) {
    Decision& decision = decision_of(field);
    if (decision.outcome != Outcome::refused)
        decision = {outcome, field, requested, result, why};
}

void Draft::grant(const std::string& field, const std::string& requested, const std::string& result,
                  const std::string& why) {
    decide(requested.empty() ? Outcome::added : Outcome::granted, field, requested, result, why);
}

void Draft::drop(const char* rule, const std::string& field, const std::string& requested,
                 const std::string& why) {
    decide(Outcome::dropped, field, requested, {}, why);
    add({Severity::note, rule, field, "dropped: " + why});
}

void Draft::change(const char* rule, const std::string& field, const std::string& requested,
                   const std::string& result, const std::string& why) {
    decide(Outcome::changed, field, requested, result, why);
    add({Severity::note, rule, field, why});
}

void Draft::refuse(const char* rule, const std::string& field, const std::string& requested,
                   const std::string& why) {
    refuse(Finding{Severity::error, rule, field, why}, requested);
}

void Draft::refuse(const Finding& finding, const std::string& requested) {
    add(finding);
    Decision& decision = decision_of(finding.subject);
    if (!requested.empty())
        decision.requested = requested;
    const bool is_refused_already = decision.outcome == Outcome::refused && decision.why != finding.detail;
    decision.why = is_refused_already ? decision.why + "; " + finding.detail : finding.detail;
    decision.result.clear();
    decision.outcome = Outcome::refused;
}

void Draft::refuse_part(const char* rule, const std::string& field, const std::string& requested,
                        const std::string& why) {
    refuse_part(Finding{Severity::error, rule, field, why}, requested);
}

void Draft::refuse_part(const Finding& finding, const std::string& requested) {
    refuse(finding, requested);
    is_complete = false;
}

} // namespace mtlsca::policy
