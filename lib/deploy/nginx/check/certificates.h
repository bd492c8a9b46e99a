// Certificates and CRLs from the files that a configuration names.
#pragma once

#include "deploy/nginx/check/judge.h"
#include "deploy/nginx/check/rules.h"
#include "x509/certificate/certificate.h"

namespace mtlsca::deploy::nginx::check {

// The certificates in the file that `directive` names; a finding and none where they cannot be read.
std::vector<x509::Certificate> read_certificates(const Directive& directive, const Context& context,
                                                 Report& report);
std::vector<x509::Certificate> read_trusted(const Scope& server, const Context& context, Report& report);
std::string name_of(const x509::Certificate& certificate); // for a finding
bool is_root(const x509::Certificate& certificate);        // self-issued

// The CRLs of servers that trust these certificates: is every client refused, does a revoked one get in.
void judge_crls(const Directive& crl, const std::vector<x509::Certificate>& trusted, const Context& context,
                Report& report);

} // namespace mtlsca::deploy::nginx::check
