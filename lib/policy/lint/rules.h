// The rules by what they look at. Internal to lib/policy.
#pragma once

#include "policy/lint/lint.h"

namespace mtlsca::policy {

std::vector<LintRule> form_rules();    // lint_form.cpp: dates, and what only a CA has
std::vector<LintRule> usage_rules();   // lint_usages.cpp
std::vector<LintRule> subject_rules(); // lint_subject.cpp
std::vector<LintRule> san_rules();     // lint_sans.cpp

using Wrong = std::optional<std::string>; // what a rule says

inline Wrong wrong_if(bool is_wrong, const char* what) {
    return is_wrong ? Wrong(what) : std::nullopt;
}

} // namespace mtlsca::policy
