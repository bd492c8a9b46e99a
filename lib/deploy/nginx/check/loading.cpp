// Rules about what nginx does not load: syntax, directives that it does not know, or knows elsewhere only.
#include "deploy/nginx/check/rules.h"
#include "deploy/nginx/language/directives.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx::check {
namespace {

bool is_inside_a_server(std::string_view block) {
    return block == "location" || block == "if" || block == "limit_except";
}

// All directives of ngx_http_ssl_module are for http and server only.
void judge_block(const std::vector<Directive>& block, std::string_view name, Report& report) {
    for (const Directive& directive : block) {
        if (is_inside_a_server(name) && directive.name.starts_with("ssl_"))
            report.add(
                Severity::error, "directive-misplaced", directive.place,
                fmt::format("nginx does not start: \"{}\" is not allowed in \"{}\"", directive.name, name),
                directive.name == "ssl_verify_client"
                    ? "ssl_verify_client optional; in the server, and in each location that needs a "
                      "certificate: if ($ssl_client_verify != SUCCESS) { return 403; }"
                    : fmt::format("move {} to the server", directive.name));
        const bool is_table = directive.name == "map" || directive.name == "geo" || directive.name == "types";
        if (is_inside_a_server(name) || name == "server")
            if (is_table || directive.name == "log_format" || directive.name == "upstream")
                report.add(Severity::error, "directive-misplaced", directive.place,
                           fmt::format("nginx does not start: \"{}\" is not allowed in \"{}\"",
                                       directive.name, name),
                           fmt::format("move {} to http {{ }}", directive.name));
        if (!is_table)
            judge_block(directive.block, directive.name, report);
    }
}

} // namespace

void judge_problems(const Configuration& configuration, Report& report) {
    for (const ReadingProblem& problem : configuration.problems) {
        const bool is_ours = problem.rule == "lua-block" || problem.rule == "configuration-limit";
        report.add(is_ours ? Severity::warning : Severity::error, problem.rule.c_str(), problem.place,
                   (is_ours ? "not judged: " : "nginx does not start: ") + problem.reason,
                   problem.rule == "include-unreadable"
                       ? "run mtlsca nginx check as the user that starts nginx"
                   : problem.rule == "include-missing" ? "put the file there, or take the include away"
                   : is_ours                           ? "look at this file yourself"
                                                       : "repair the syntax; nginx -t tells more");
    }
}

void judge_versions(const Configuration& configuration, const Context& context, Report& report) {
    if (!context.version)
        return;
    for (const Unsupported& one : unsupported(configuration, *context.version)) {
        const std::string since = to_string(one.version);
        if (one.rule == std::string_view("directive-too-new"))
            report.add(one.severity, one.rule, one.place,
                       fmt::format("nginx {} does not start: it does not know \"{}\"",
                                   to_string(*context.version), one.what),
                       fmt::format("take it away, or use nginx {} or newer", since));
        else if (one.severity == Severity::error)
            report.add(one.severity, one.rule, one.place,
                       fmt::format("nginx {} does not start: \"{}\" was removed in {}",
                                   to_string(*context.version), one.what, since),
                       one.what == "ssl" ? "listen … ssl;" : "take it away");
        else
            report.add(one.severity, one.rule, one.place,
                       fmt::format("nginx warns: \"{}\" is deprecated since {}", one.what, since),
                       one.what.starts_with("listen") ? "http2 on;" : "take it away");
    }
}

// The stream and mail modules have directives of the same names, in blocks of theirs.
void judge_placement(const Configuration& configuration, Report& report) {
    for (const Directive& directive : configuration.directives) {
        if (directive.name == "stream" || directive.name == "mail")
            continue;
        if (is_inside_a_server(directive.name) || directive.name == "server" || directive.name == "http")
            judge_block(directive.block, directive.name, report);
    }
}

} // namespace mtlsca::deploy::nginx::check
