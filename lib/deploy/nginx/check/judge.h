// The judge of `nginx check`: what is wrong with a configuration in the eyes of its clients, and how to write
// it right. It reads what the configuration names (CRLs, trusted certificates, keys) and changes nothing.
#pragma once

#include "deploy/nginx/check/finding.h"
#include "deploy/nginx/language/version.h"
#include "time.h"

namespace mtlsca::deploy::nginx::check {

struct Context {
    const FileSource& files; // of certificates, keys and CRLs
    io::Path folder;         // of the main file: relative paths are relative to it
    Time now;
    std::optional<Version> version; // of the nginx that will read it, where it is known
};

// File by file, worst first; empty for a configuration without any of the traps that are known.
Findings judge(const Configuration& configuration, const Context& context);
// Only what belongs inside http { } or server { }, a site's file say, and no main file.
bool is_fragment(const Configuration& configuration);

// The exit status: done, warning or critical, the worst there is; notes don't count.
Code status_of(const Findings& findings);

} // namespace mtlsca::deploy::nginx::check
