// Rules about the handshake itself: versions of TLS, and asking a responder.
#include "deploy/nginx/check/rules.h"
#include "encoding/network.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx::check {
namespace {

bool is_old(const std::string& protocol) {
    return protocol == "SSLv2" || protocol == "SSLv3" || protocol == "TLSv1" || protocol == "TLSv1.1";
}

std::string host_of(std::string_view url) {
    if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos)
        url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find('/'));
    if (url.starts_with('['))
        return std::string(url.substr(1, url.find(']') - 1));
    return std::string(url.substr(0, url.find(':')));
}

void judge_server_ocsp(const Scope& server, const Directive& ocsp, Report& report) {
    report.add(
        Severity::note, "ocsp-fails-closed", ocsp.place,
        "while the responder is down every client gets 400, and while it hangs every client waits a minute",
        "watch the responder; ssl_crl needs none");
    const Directive* responder = server.setting("ssl_ocsp_responder");
    if (server.setting("resolver") != nullptr ||
        (responder != nullptr && encoding::parse_address(host_of(responder->argument(0)))))
        return;
    report.add(
        Severity::warning, "ocsp-without-resolver", responder != nullptr ? responder->place : ocsp.place,
        responder != nullptr
            ? fmt::format("every client gets 400: nginx cannot look up {}", host_of(responder->argument(0)))
            : std::string("every client gets 400 whose certificate names its responder by host name: nginx "
                          "cannot look it up"),
        "resolver ADDRESS; or name the responder by its address in ssl_ocsp_responder");
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

void judge_ocsp(const Model& model, Report& report) {
    for (const Scope* server : model.servers()) {
        const Directive* ocsp = server->setting("ssl_ocsp");
        if (ocsp != nullptr && ocsp->argument(0) != "off" && asks_for_certificates(*server))
            judge_server_ocsp(*server, *ocsp, report);
    }
}

} // namespace mtlsca::deploy::nginx::check
