// A CA's health as people, scripts and Prometheus read it.
#pragma once

#include "command.h"

#include "authority/health/health.h"

namespace mtlsca::app {

struct StatusReport {
    std::string ca_name;
    authority::Health health; // with what app adds to its symptoms
    std::vector<std::string> fixed;
    bool is_pretended = false; // it would be fixed, and was not
    bool is_complete = true;   // false: the CA could not be opened, and there are symptoms only
};

Code status_code(const StatusReport& report); // done, warning or critical
const char* severity_word(Severity severity); // "critical", "warning", "note"

std::string status_text(const StatusReport& report, bool in_colour);
Json status_json(const StatusReport& report);
std::string status_prometheus(const StatusReport& report); // the text format, version 0.0.4

// What the folders that nginx reads add to the symptoms.
void examine_site_folders(const authority::Ca& ca, authority::Symptoms& symptoms);

} // namespace mtlsca::app
