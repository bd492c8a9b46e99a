// Rules about the handshake itself: versions of TLS.
#include "deploy/nginx/check/rules.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx::check {
namespace {

bool is_old(const std::string& protocol) {
    return protocol == "SSLv2" || protocol == "SSLv3" || protocol == "TLSv1" || protocol == "TLSv1.1";
}

} // namespace

void judge_protocols(const Model& model, Report& report) {
    for (const Scope* server : model.servers()) {
        const Directive* protocols = server->setting("ssl_protocols");
        if (protocols == nullptr || !has_tls(*server))
            continue;
        const auto old = std::find_if(protocols->arguments.begin(), protocols->arguments.end(), is_old);
        if (old != protocols->arguments.end())
            report.add(Severity::warning, "old-tls", protocols->place,
                       fmt::format("clients may use {}, which RFC 7568 and RFC 8996 forbid", *old),
                       "ssl_protocols TLSv1.2 TLSv1.3;");
    }
}

} // namespace mtlsca::deploy::nginx::check
