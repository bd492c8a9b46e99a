// Rules about the subject.
#include "policy/lint/rules.h"

#include "encoding/text.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace mtlsca::policy {
namespace {

using Content = x509::CertificateContent;

template <typename Judge>
Wrong first_wrong(const x509::Name& subject, Judge judge) {
    for (const x509::RelativeName& part : subject.parts())
        for (const x509::Attribute& attribute : part)
            if (const Wrong wrong = judge(attribute))
                return fmt::format("{} '{}' {}", attribute.type, attribute.value, *wrong);
    return std::nullopt;
}

Wrong subject_empty(const Content& content) {
    return wrong_if(content.subject.empty() && content.sans.empty(), "neither a subject nor a SAN");
}

// Lengths (ub-*), the two letters of C, strings of their kind.
Wrong attribute_form(const Content& content) {
    return first_wrong(content.subject, [](const x509::Attribute& attribute) -> Wrong {
        const Findings findings = x509::attribute_findings(attribute);
        return findings.empty() ? std::nullopt : Wrong(findings[0].detail);
    });
}

Wrong control_characters(const Content& content) {
    return first_wrong(content.subject, [](const x509::Attribute& attribute) {
        return wrong_if(!encoding::is_printable(attribute.value), "holds characters that are not shown");
    });
}

Wrong outer_space(const Content& content) {
    return first_wrong(content.subject, [](const x509::Attribute& attribute) {
        return wrong_if(attribute.value.starts_with(' ') || attribute.value.ends_with(' '),
                        "begins or ends with a space");
    });
}

// nginx has one variable for the subject, and maps match parts of it.
Wrong several_in_one(const Content& content) {
    const auto& parts = content.subject.parts();
    return wrong_if(std::any_of(parts.begin(), parts.end(),
                                [](const x509::RelativeName& part) { return part.size() > 1; }),
                    "an RDN has several attributes, which nginx prints as OU=a+CN=b");
}

Wrong attribute_repeated(const Content& content) {
    std::set<std::pair<std::string, std::string>> known;
    return first_wrong(content.subject, [&](const x509::Attribute& attribute) {
        return wrong_if(!known.insert({attribute.type, attribute.value}).second, "stands there twice");
    });
}

Wrong several_common_names(const Content& content) {
    return wrong_if(content.subject.values("CN").size() > 1,
                    "several CNs, of which each reader picks another");
}

} // namespace

std::vector<LintRule> subject_rules() {
    return {
        {"lint-subject-empty", Severity::error, "RFC 5280 4.1.2.6", subject_empty},
        {"lint-attribute-form", Severity::error, "RFC 5280 A.1", attribute_form},
        {"lint-control-characters", Severity::error, "RFC 4518 2.2 and 2.4", control_characters},
        {"lint-outer-space", Severity::error, "RFC 4518 2.6.1", outer_space},
        {"lint-several-in-one", Severity::error, "CA/Browser Forum BR 7.1.4.1", several_in_one},
        {"lint-attribute-repeated", Severity::error, "CA/Browser Forum BR 7.1.4.1", attribute_repeated},
        {"lint-several-common-names", Severity::error, "CA/Browser Forum BR 7.1.4.3", several_common_names},
    };
}

} // namespace mtlsca::policy
