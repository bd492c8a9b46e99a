// What the inventory says of a certificate and the certificate does not: owner, labels, bindings. Judged by
// the same rules when it is issued (plan.h) and when it is edited later.
#pragma once

#include "policy/plan/plan.h"

namespace mtlsca::policy {

struct Records {
    std::string owner;
    std::vector<Label> labels;
    std::vector<std::string> bindings; // canonical, none within another
    Findings findings;                 // errors, and notes of what was dropped
};

// Of the wishes only owner, labels and bindings are looked at.
Records judge_records(const SigningOptions& wishes);

} // namespace mtlsca::policy
