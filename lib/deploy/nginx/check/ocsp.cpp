// Rules about ssl_ocsp: whom nginx asks about clients, what it does not ask, and whom it refuses meanwhile.
// Measured with nginx 1.22.1, as tests/nginx/ocsp_check_test.sh does again.
#include "deploy/nginx/check/certificates.h"
#include "deploy/nginx/check/responder_url.h"
#include "deploy/nginx/check/rules.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx::check {
namespace {

class OcspJudge {
public:
    OcspJudge(const Scope& server, const Directive& ocsp, Report& report)
        : server_(server), ocsp_(ocsp), report_(report) {}

    void judge() {
        judge_responder();
        judge_depth();
        judge_cache();
        report_.add(Severity::note, "ocsp-fails-closed", ocsp_.place,
                    "while the responder is down every client gets 400, and while it hangs every client "
                    "waits a minute",
                    "watch the responder; ssl_crl needs none");
    }

private:
    void judge_responder() {
        const bool has_resolver = server_.setting("resolver") != nullptr;
        const Directive* responder = server_.setting("ssl_ocsp_responder");
        if (responder == nullptr) {
            if (!has_resolver)
                report_.add(Severity::warning, "ocsp-without-resolver", ocsp_.place,
                            "every client gets 400 whose certificate names its responder by host name, or "
                            "names none: nginx does not look it up without a resolver",
                            "resolver ADDRESS; or name the responder by its address in ssl_ocsp_responder");
            return;
        }
        const ResponderUrl url = responder_url(responder->argument(0));
        if (!url.is_http)
            report_.add(Severity::error, "ocsp-not-http", responder->place,
                        "nginx does not start: it asks responders by http:// only",
                        "ssl_ocsp_responder http://…; answers are signed and need no TLS");
        else if (!url.is_address && url.host != "localhost" && !has_resolver)
            report_.add(
                Severity::warning, "ocsp-without-resolver", responder->place,
                fmt::format("every client gets 400 once {} has another address: nginx looks it up at its "
                            "start and at a reload only, and does not start where nobody knows it",
                            url.host),
                "resolver ADDRESS; or name the responder by its address");
    }

    void judge_depth() {
        if (ocsp_.argument(0) == "leaf" && server_.value("ssl_crl", "").empty())
            report_.add(Severity::note, "ocsp-leaf-only", ocsp_.place,
                        "clients of an intermediate that its root revoked get in: nobody asks about it",
                        "ssl_ocsp on; where the responder answers in the root's name, too, as mtlsca's does");
    }

    // Until nextUpdate, in memory that outlives a reload.
    void judge_cache() {
        const Directive* cache = server_.setting("ssl_ocsp_cache");
        if (cache != nullptr && cache->argument(0) != "off")
            report_.add(Severity::warning, "ocsp-cache-outlives-revocation", cache->place,
                        "a revoked client stays in for as long as the kept answer about it is good, through "
                        "reloads, too",
                        "no ssl_ocsp_cache, where the responder is near; or a short next_update in [ocsp] of "
                        "mtlsca.toml");
    }

    const Scope& server_;
    const Directive& ocsp_;
    Report& report_;
};

// On a resumed session nginx has only the client's own certificate, and looks for the others in its own
// files.
void judge_resumption(const Scope& server, const Scope& first, const Context& context, Report& report) {
    if (!asks_responder(server) || !resumes_sessions(first))
        return;
    const std::vector<x509::Certificate> trusted = read_trusted(server, context, report);
    if (!trusted.empty() && std::all_of(trusted.begin(), trusted.end(), is_root))
        report.add(Severity::warning, "ocsp-breaks-resumption", server.setting("ssl_ocsp")->place,
                   "a client of an intermediate is cut off when it resumes its session: nginx does not have "
                   "the intermediate then, and there are only roots in the trusted files",
                   "the whole chain in ssl_client_certificate: chain.pem of the CA; or ssl_session_cache "
                   "none; ssl_session_tickets off;");
}

void judge_without_clients(const Scope& server, Report& report) {
    const std::string verify = server.value("ssl_verify_client", "off");
    const auto own = server.own("ssl_ocsp");
    if (verify == "off" && !own.empty() && own.front()->argument(0) != "off")
        report.add(Severity::warning, "ocsp-asks-nobody", own.front()->place,
                   "nobody is asked about: no client has to show a certificate here",
                   "ssl_verify_client on; or optional");
    if (verify == "optional_no_ca" && asks_responder(server))
        report.add(Severity::error, "ocsp-without-trust", server.setting("ssl_ocsp")->place,
                   "nginx does not start: it asks about certificates of trusted CAs only, and "
                   "ssl_verify_client is optional_no_ca",
                   "ssl_verify_client optional;");
}

} // namespace

void judge_ocsp(const Model& model, const Context& context, Report& report) {
    for (const Scope* server : model.servers()) {
        judge_without_clients(*server, report);
        if (asks_responder(*server))
            OcspJudge(*server, *server->setting("ssl_ocsp"), report).judge();
    }
    for (const Address& address : model.addresses())
        for (const Scope* server : address.servers)
            judge_resumption(*server, *address.default_server, context, report);
}

} // namespace mtlsca::deploy::nginx::check
