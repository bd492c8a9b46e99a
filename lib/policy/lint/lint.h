// The last look at a certificate before it is signed: one rule, one citation.
//
// Rules judge the content as it is going to be written, of leaves and of CAs, without knowing what was asked
// for or by whom; the serial number and the key are not looked at.
#pragma once

#include "x509/certificate/certificate.h"

namespace mtlsca::policy {

struct LintRule {
    const char* name;                                                             // "lint-server-without-san"
    Severity severity;                                                            // an error is not signed
    const char* citation;                                                         // "RFC 9525 2"
    std::optional<std::string> (*judge)(const x509::CertificateContent& content); // what is wrong
};
const std::vector<LintRule>& lint_rules();
// In the order of the rules; the subject is "certificate", the detail ends with the citation.
Findings lint(const x509::CertificateContent& content);

} // namespace mtlsca::policy
