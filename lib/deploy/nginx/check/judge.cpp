#include "deploy/nginx/check/judge.h"

#include "deploy/nginx/check/rules.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx::check {

void Report::add(Severity severity, const char* id, const Place& place, std::string effect, std::string fix) {
    if (told_.insert(fmt::format("{} {} {}", id, to_string(place), effect)).second)
        findings_.push_back({severity, id, place, std::move(effect), std::move(fix)});
}

// File by file, the one with the worst finding first.
Findings Report::take() {
    const auto file_name = [](const Finding& finding) {
        return finding.place.file ? finding.place.file->native() : std::string();
    };
    std::map<std::string, Severity> worst;
    for (const Finding& finding : findings_)
        worst[file_name(finding)] = std::max(worst[file_name(finding)], finding.severity);
    const auto order = [&](const Finding& finding) {
        const std::string file = file_name(finding);
        return std::make_tuple(-static_cast<int>(worst[file]), file, -static_cast<int>(finding.severity),
                               finding.place.line);
    };
    std::stable_sort(findings_.begin(), findings_.end(),
                     [&](const Finding& a, const Finding& b) { return order(a) < order(b); });
    return std::move(findings_);
}

io::Path file_of(const Directive& directive, const Context& context) {
    return context.folder / directive.argument(0);
}

Findings judge(const Configuration& configuration, const Context& context) {
    const Model model(configuration);
    Report report;
    judge_problems(configuration, report);
    judge_versions(configuration, context, report);
    judge_placement(configuration, report);
    judge_roles(model, report);
    judge_conditions(model, report);
    judge_sessions(model, report);
    judge_trust(model, context, report);
    judge_server_certificates(model, context, report);
    judge_guards(model, report);
    judge_error_pages(model, report);
    judge_addresses(model, context, report);
    judge_headers(model, report);
    judge_protocols(model, report);
    judge_ocsp(model, context, report);
    judge_stapling(model, context, report);
    return report.take();
}

bool is_fragment(const Configuration& configuration) {
    return Model(configuration).is_fragment();
}

Code status_of(const Findings& findings) {
    Severity worst = Severity::note;
    for (const Finding& finding : findings)
        worst = std::max(worst, finding.severity);
    if (worst == Severity::error)
        return Code::critical;
    return worst == Severity::warning ? Code::warning : Code::done;
}

} // namespace mtlsca::deploy::nginx::check
