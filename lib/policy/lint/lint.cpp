#include "policy/lint/lint.h"

#include "policy/lint/rules.h"

#include <fmt/format.h>

namespace mtlsca::policy {

const std::vector<LintRule>& lint_rules() {
    static const std::vector<LintRule> rules = [] {
        std::vector<LintRule> all = form_rules();
        for (const auto& more : {usage_rules(), subject_rules(), san_rules()})
            all.insert(all.end(), more.begin(), more.end());
        return all;
    }();
    return rules;
}

Findings lint(const x509::CertificateContent& content) {
    Findings findings;
    for (const LintRule& rule : lint_rules())
        if (const auto wrong = rule.judge(content))
            findings.push_back(
                {rule.severity, rule.name, "certificate", fmt::format("{} ({})", *wrong, rule.citation)});
    return findings;
}

} // namespace mtlsca::policy
