// What `nginx check` says about a configuration.
#pragma once

#include "deploy/nginx/language/configuration.h"
#include "error.h"

namespace mtlsca::deploy::nginx::check {

struct Finding {
    Severity severity =
        Severity::error; // error: somebody gets in, or nobody does; warning: some day, or perhaps
    std::string id;      // stable, in kebab-case: "role-imitable"
    Place place;
    std::string effect; // what a client would experience
    std::string fix;    // what to write in its place
};
using Findings = std::vector<Finding>;

} // namespace mtlsca::deploy::nginx::check
