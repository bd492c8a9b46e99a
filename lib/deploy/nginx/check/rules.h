// The rules of the judge, one subject a file. Internal to this folder.
#pragma once

#include "deploy/nginx/check/finding.h"
#include "deploy/nginx/check/judge.h"
#include "deploy/nginx/check/model.h"

namespace mtlsca::deploy::nginx::check {

class Report {
public:
    // The same finding of the same place is told once.
    void add(Severity severity, const char* id, const Place& place, std::string effect, std::string fix);
    Findings take();

private:
    Findings findings_;
    std::set<std::string> told_;
};

// A file that a directive names, relative to the folder of the main file as nginx takes it.
io::Path file_of(const Directive& directive, const Context& context);

void judge_problems(const Configuration& configuration, Report& report);
void judge_versions(const Configuration& configuration, const Context& context, Report& report);
void judge_placement(const Configuration& configuration, Report& report);
void judge_roles(const Model& model, Report& report);
void judge_conditions(const Model& model, Report& report); // networks in "if", maps on $status
void judge_sessions(const Model& model, Report& report);
void judge_trust(const Model& model, const Context& context, Report& report);
void judge_server_certificates(const Model& model, const Context& context, Report& report);
void judge_guards(const Model& model, Report& report);
void judge_error_pages(const Model& model, Report& report);
void judge_addresses(const Model& model, const Context& context, Report& report);
void judge_headers(const Model& model, Report& report);
void judge_protocols(const Model& model, Report& report);
void judge_ocsp(const Model& model, const Context& context, Report& report);
void judge_stapling(const Model& model, const Context& context, Report& report);

} // namespace mtlsca::deploy::nginx::check
