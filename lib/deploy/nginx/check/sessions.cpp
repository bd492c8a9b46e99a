// Rules about resumed sessions, whose certificate nginx does not look at again.
//
// Measured with nginx 1.22.1, TLS 1.2 and 1.3, a client that is revoked and a reload in between: it stays in
// with a shared cache (with tickets on: where it offers none; from 1.23.2 on always, because the keys of
// tickets lie in the cache, too) and with a fixed ticket key. Keys of nginx's own and the builtin cache end
// with the reload.
#include "deploy/nginx/check/evaluation.h"
#include "deploy/nginx/check/rules.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx::check {
namespace {

constexpr const char* fix = "ssl_session_cache none; ssl_session_tickets off; in this server";

const Directive* shared_cache(const Scope& server) {
    const Directive* cache = server.setting("ssl_session_cache");
    if (cache == nullptr)
        return nullptr;
    const bool is_shared = std::any_of(cache->arguments.begin(), cache->arguments.end(),
                                       [](const std::string& word) { return word.starts_with("shared:"); });
    return is_shared ? cache : nullptr;
}

const Directive* fixed_key(const Scope& server) {
    return server.value("ssl_session_tickets", "on") == "on" ? server.setting("ssl_session_ticket_key")
                                                             : nullptr;
}

// An "if" of the server that asks whether the session is new, or who it is by serial: it is asked in every
// request.
bool looks_at_every_request(const Model& model, const Scope& server) {
    const auto is_careful = [&](const Scope* scope) {
        if (scope->kind != Scope::Kind::condition || &scope->server() != &server)
            return false;
        const auto used = dependencies(model, condition_of(*scope->block).left);
        return used.contains("ssl_session_reused") || used.contains("ssl_client_serial") ||
               used.contains("ssl_client_fingerprint");
    };
    return std::any_of(model.scopes().begin(), model.scopes().end(), is_careful);
}

bool can_be_revoked(const Scope& server) {
    return asks_for_certificates(server) && !server.value("ssl_crl", "").empty() && !asks_responder(server);
}

void judge_server(const Model& model, const Scope& server, const Scope& first, Report& report) {
    if (!can_be_revoked(server) || looks_at_every_request(model, server))
        return;
    const std::string where = &server == &first
                                  ? ""
                                  : fmt::format(" at {}, whose address resumes by these settings",
                                                server.value("server_name", "another server"));
    if (const Directive* cache = shared_cache(first))
        report.add(
            Severity::error, "session-outlives-revocation", cache->place,
            "a revoked client stays in on its resumed session, after the new CRL and the reload, for as "
            "long as the shared cache keeps it" +
                where,
            fix);
    else if (const Directive* key = fixed_key(first))
        report.add(
            Severity::error, "session-outlives-revocation", key->place,
            "a revoked client stays in on its resumed session, after the new CRL and the reload, because "
            "the key of its ticket is still the same" +
                where,
            fix);
    else if (resumes_sessions(first))
        report.add(
            Severity::note, "session-resumed", server.block->place,
            "a client whose certificate expires stays in on its resumed session until the next reload, or "
            "ssl_session_timeout",
            fix);
}

} // namespace

// nginx resumes by the settings of the default server of an address, whichever server is meant.
void judge_sessions(const Model& model, Report& report) {
    for (const Address& address : model.addresses())
        for (const Scope* server : address.servers)
            judge_server(model, *server, *address.default_server, report);
}

} // namespace mtlsca::deploy::nginx::check
