// Rules about comparisons that never come true: networks in an "if", statuses that nobody sees.
#include "deploy/nginx/check/evaluation.h"
#include "deploy/nginx/check/rules.h"
#include "encoding/network.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx::check {
namespace {

bool is_network(const std::string& text) {
    const std::size_t slash = text.find('/');
    return slash != std::string::npos && encoding::parse_address(text.substr(0, slash)).has_value();
}

bool is_address_variable(const std::string& text) {
    return text == "$remote_addr" || text == "${remote_addr}" || text == "$realip_remote_addr" ||
           text == "$proxy_protocol_addr";
}

void judge_condition(const Directive& directive, Report& report) {
    const Condition condition = condition_of(directive);
    if (!is_address_variable(condition.left) || !is_network(condition.right))
        return;
    if (condition.comparison != "=" && condition.comparison != "!=")
        return;
    const bool is_equal = condition.comparison == "=";
    report.add(Severity::error, "network-in-if", directive.place,
               fmt::format("no address is ever the text \"{}\": what stands here is done for {}",
                           condition.right, is_equal ? "nobody" : "every client, also from this network"),
               fmt::format("geo $inside {{ default 0; {} 1; }} in http {{ }}, and if ($inside{})",
                           condition.right, is_equal ? "" : " = 0"));
}

void judge_map(const Directive& map, Report& report) {
    const bool is_about_status = map.argument(0) == "$status" || map.argument(0) == "${status}";
    for (const Directive& line : map.block) {
        if (is_about_status && (line.name == "495" || line.name == "496"))
            report.add(Severity::warning, "map-status", line.place,
                       fmt::format("never fires: a request that is refused with {} has status 400 in the log",
                                   line.name),
                       "map $ssl_client_verify with \"~^FAILED\" and NONE");
        if (is_address_variable(map.argument(0)) && is_network(line.name))
            report.add(Severity::error, "network-in-map", line.place,
                       fmt::format("no address is ever the text \"{}\": this line never fires", line.name),
                       "geo in place of map");
    }
}

} // namespace

void judge_conditions(const Model& model, Report& report) {
    for (const Scope* scope : model.scopes())
        if (scope->kind == Scope::Kind::condition)
            judge_condition(*scope->block, report);
    for (const Directive* map : model.maps())
        judge_map(*map, report);
}

} // namespace mtlsca::deploy::nginx::check
