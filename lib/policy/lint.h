// The last look at a certificate before it is signed: one rule, one citation.
#pragma once

#include "x509/certificate.h"

namespace mtlsca::policy {

struct LintRule {
    const char* name;                                                             // "lint-server-without-san"
    const char* citation;                                                         // "RFC 9525 2"
    std::optional<std::string> (*judge)(const x509::CertificateContent& content); // what is wrong
};
const std::vector<LintRule>& lint_rules();
Findings lint(const x509::CertificateContent& content);

} // namespace mtlsca::policy
