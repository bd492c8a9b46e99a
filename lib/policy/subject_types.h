// Which attributes a profile may want in a subject, and in which order they are written. Internal to
// lib/policy.
#pragma once

#include "x509/name/name.h"

namespace mtlsca::policy {

// The one spelling of a type that people may write in any case or as a long name ("countryName" is "C").
// Empty for what is no attribute of a subject.
std::optional<std::string> canonical_type(const std::string& text);

// Place in the DER: country first, OU and CN last, so that nginx, which prints the name from its end, begins
// with the CN. For std::sort; dotted types stand before OU.
std::size_t subject_place(const std::string& type);

// Text and length of one attribute (not CN or OU, which have rules of their own).
std::optional<Finding> judge_attribute(const std::string& field, const std::string& type,
                                       const std::string& value);

} // namespace mtlsca::policy
