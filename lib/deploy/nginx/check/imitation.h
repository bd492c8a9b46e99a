// Subjects that look like a role and have none: what a client can ask its CA for, printed as nginx prints it
// in $ssl_client_s_dn.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mtlsca::deploy::nginx::check {

// An attribute that a regular expression looks for, as "OU=Admin" or "OU=(Admin|Ops)" tells; the value is
// empty where it takes any ("CN=([^,]+)").
struct WantedAttribute {
    std::string type, value;
};
std::vector<WantedAttribute> wanted_attributes(std::string_view regex);

// A text that the regular expression may match: its first alternatives, each repetition as short as it can
// be.
std::string sample_of(std::string_view regex);

enum class Form { rfc4514, legacy }; // $ssl_client_s_dn, $ssl_client_s_dn_legacy

// Subjects without this attribute, each of which some careless expression takes for one that has it.
// `sample` is sample_of() the expression, for attacks that are made to measure.
std::vector<std::string> imitations_of(const WantedAttribute& wanted, const std::string& sample, Form form);
// Subjects that do have it.
std::vector<std::string> honest_subjects(const WantedAttribute& wanted, Form form);

} // namespace mtlsca::deploy::nginx::check
