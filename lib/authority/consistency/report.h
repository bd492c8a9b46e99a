// What the parts of a proof report to. Internal to consistency*.cpp.
#pragma once

#include "authority/consistency/consistency.h"

#include <map>

namespace mtlsca::authority {

class ConsistencyReport {
public:
    void add(Severity severity, const char* rule, std::string subject, std::string detail);
    void error(const char* rule, std::string subject, std::string detail) {
        add(Severity::error, rule, std::move(subject), std::move(detail));
    }
    void add(const Findings& findings);
    // With a last finding for each rule of which there were more than are listed.
    Findings take();

private:
    std::map<std::string, std::uint64_t> counts_;
    std::map<std::string, Severity> severities_;
    Findings findings_;
};

// CRLs and bundle against the database. Under the CA's lock.
void check_crls(Ca& ca, ConsistencyReport& report);
// Rows of `ocsp presign --rows`: signatures, and what they are about.
void check_presigned_answers(const Ca& ca, ConsistencyReport& report);
// Certificates, chain and permissions; with `deep` the keys.
void check_files(Ca& ca, bool deep, ConsistencyReport& report);

} // namespace mtlsca::authority
