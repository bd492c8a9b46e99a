// Rules about dates and about what makes a CA.
#include "policy/lint/rules.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::policy {
namespace {

using Content = x509::CertificateContent;

Wrong validity_reversed(const Content& content) {
    return wrong_if(content.not_after <= content.not_before, "it ends before it begins");
}

// UTCTime begins in 1950, GeneralizedTime has four digits for the year.
Wrong date_range(const Content& content) {
    const Time earliest = std::chrono::sys_days(std::chrono::year(1950) / 1 / 1);
    const Time end = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1);
    return wrong_if(content.not_before < earliest || content.not_after >= end,
                    "a date lies outside of the years 1950 to 9999");
}

bool signs_others(x509::KeyUsage usage) {
    return usage == x509::KeyUsage::key_cert_sign || usage == x509::KeyUsage::crl_sign;
}

Wrong ca_in_leaf(const Content& content) {
    return wrong_if(content.ca && (!content.extended_key_usages.empty() || !content.sans.empty()),
                    "it is a CA, and has the names or usages of a leaf");
}

Wrong signing_in_leaf(const Content& content) {
    const bool signs = std::any_of(content.key_usages.begin(), content.key_usages.end(), signs_others);
    return wrong_if(!content.ca && signs, "keyCertSign or cRLSign, and it is no CA");
}

Wrong ca_cannot_sign(const Content& content) {
    const auto& usages = content.key_usages;
    const bool signs = std::find(usages.begin(), usages.end(), x509::KeyUsage::key_cert_sign) != usages.end();
    return wrong_if(content.ca && !signs, "a CA without keyCertSign");
}

Wrong path_length_in_leaf(const Content& content) {
    return wrong_if(!content.ca && content.path_length, "a path length, and it is no CA");
}

Wrong name_constraints_in_leaf(const Content& content) {
    return wrong_if(!content.ca && !content.name_constraints.empty(), "name constraints, and it is no CA");
}

Wrong ca_without_subject(const Content& content) {
    return wrong_if(content.ca && content.subject.empty(),
                    "a CA without a subject: nothing can name it as issuer");
}

} // namespace

std::vector<LintRule> form_rules() {
    return {
        {"lint-validity-reversed", Severity::error, "RFC 5280 4.1.2.5", validity_reversed},
        {"lint-date-range", Severity::error, "RFC 5280 4.1.2.5", date_range},
        {"lint-ca-in-leaf", Severity::error, "RFC 5280 4.2.1.9 and 4.2.1.12", ca_in_leaf},
        {"lint-signing-in-leaf", Severity::error, "RFC 5280 4.2.1.3 and 4.2.1.9", signing_in_leaf},
        {"lint-ca-cannot-sign", Severity::error, "RFC 5280 4.2.1.3", ca_cannot_sign},
        {"lint-path-length-in-leaf", Severity::error, "RFC 5280 4.2.1.9", path_length_in_leaf},
        {"lint-name-constraints-in-leaf", Severity::error, "RFC 5280 4.2.1.10", name_constraints_in_leaf},
        {"lint-ca-without-subject", Severity::error, "RFC 5280 4.1.2.6", ca_without_subject},
    };
}

} // namespace mtlsca::policy
