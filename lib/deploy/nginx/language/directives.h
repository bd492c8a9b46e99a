// Since which nginx the words of a configuration exist: directives, values and variables that mtlsca writes
// or judges. Source: the reference on nginx.org ("This directive appeared in version …") and nginx's CHANGES.
#pragma once

#include "deploy/nginx/language/configuration.h"
#include "deploy/nginx/language/version.h"
#include "error.h"

namespace mtlsca::deploy::nginx {

// Something in a configuration that a certain nginx does not know, or knows no more.
struct Unsupported {
    Severity severity; // error: it does not load, or a check that it should make is not made
    const char* rule;  // "directive-too-new", "directive-removed" (errors), "directive-deprecated" (a note)
    Place place;
    std::string what; // "ssl_ocsp"
    Version version;  // since which it is known, or not any more
};
std::vector<Unsupported> unsupported(const Configuration& configuration, const Version& version);

// The errors of unsupported() as findings: the subject is "FILE:LINE", the detail says since when it is
// known.
Findings newer_than(const Configuration& configuration, const Version& version);

// Whether the table knows this directive at all: nothing is said of one that it does not know.
bool is_known_directive(std::string_view name);

} // namespace mtlsca::deploy::nginx
