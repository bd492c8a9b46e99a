// Rules about who gets in without a certificate: requests are tried, one location after the other, as a
// client without a certificate and, with optional_no_ca, as one with a certificate of its own making.
#include "deploy/nginx/check/evaluation.h"
#include "deploy/nginx/check/identity.h"
#include "deploy/nginx/check/rules.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx::check {
namespace {

constexpr const char* fix = "in the location: if ($ssl_client_verify != SUCCESS) { return 403; }";

class GuardJudge {
public:
    GuardJudge(const Model& model, const Scope& server, const HeaderNames& identity, Report& report)
        : model_(model), server_(server), identity_(identity), report_(report),
          mode_(server.value("ssl_verify_client", "off")), takes_any_(takes_any_certificate(server)),
          visitor_(model, takes_any_ ? client_of_nobody() : client_without_certificate()) {}

    void judge() {
        std::vector<const Scope*> open;
        bool has_guard = false;
        for (const Scope* scope : model_.scopes()) {
            if (&scope->server() != &server_ || scope->kind == Scope::Kind::condition)
                continue;
            const bool is_refused = visitor_.is_refused_at(*scope);
            has_guard = has_guard || is_refused;
            if (!is_refused && answers(*scope))
                open.push_back(scope);
        }
        if (!has_guard && !open.empty())
            tell_server();
        else
            for (const Scope* scope : open)
                tell_location(*scope);
    }

private:
    // auth_request asks somebody else, who may look at the certificate.
    static bool answers(const Scope& scope) {
        return backend_of(scope) != nullptr && scope.setting("auth_request") == nullptr;
    }

    const char* visitor() const {
        return takes_any_ ? "anybody with a certificate that he made himself"
                          : "a client without a certificate";
    }

    void tell_server() {
        report_.add(Severity::error, takes_any_ ? "unverified-let-in" : "optional-without-guard",
                    server_.setting("ssl_verify_client")->place,
                    fmt::format("{} reaches every backend: {} asks and refuses nobody", visitor(), mode_),
                    takes_any_ ? "ssl_verify_client on;"
                               : "ssl_verify_client on; or guard each location: if "
                                 "($ssl_client_verify != SUCCESS) { return 403; }");
    }

    void tell_location(const Scope& scope) {
        // Whoever empties every identity header means it: this location is for everybody.
        if (is_public_on_purpose(identity_, scope))
            return;
        report_.add(takes_any_ ? Severity::error : Severity::warning,
                    takes_any_ ? "unverified-let-in" : "location-without-guard", scope.block->place,
                    fmt::format("{} reaches the backend of this location", visitor()), fix);
    }

    const Model& model_;
    const Scope& server_;
    const HeaderNames& identity_;
    Report& report_;
    std::string mode_;
    bool takes_any_;
    Evaluation visitor_;
};

bool is_local(const Scope& server) {
    const auto listens = server.own("listen");
    return !listens.empty() && std::all_of(listens.begin(), listens.end(), [](const Directive* listen) {
        const std::string& address = listen->argument(0);
        return address.starts_with("127.") || address.starts_with("[::1]") ||
               address.starts_with("localhost") || address.starts_with("unix:");
    });
}

void judge_off(const Scope& server, Report& report) {
    if (server.own("ssl_client_certificate").empty() || asks_for_certificates(server))
        return;
    report.add(Severity::warning, "verify-off", server.own("ssl_client_certificate").front()->place,
               "no client is asked for a certificate: ssl_verify_client is off", "ssl_verify_client on;");
}

// By authority, the first location that hands requests to it and asks for a certificate.
using GuardedBackends = std::map<std::string, Place>;
GuardedBackends guarded_backends(const Model& model) {
    GuardedBackends guarded;
    for (const Scope* scope : model.scopes())
        if (const Directive* backend = backend_of(*scope);
            backend != nullptr && asks_for_certificates(scope->server()))
            guarded.try_emplace(authority_of(*backend), backend->place);
    return guarded;
}

// The same backend behind plain HTTP: nobody is asked there.
void judge_plain(const Model& model, Report& report) {
    const GuardedBackends all = guarded_backends(model);
    for (const Scope* scope : model.scopes()) {
        const Directive* backend = backend_of(*scope);
        if (backend == nullptr || has_tls(scope->server()) || is_local(scope->server()))
            continue;
        if (const auto guarded = all.find(authority_of(*backend)); guarded != all.end())
            report.add(Severity::warning, "plain-http-bypass", backend->place,
                       fmt::format("everybody reaches {} by plain HTTP, for which {} asks for a certificate",
                                   guarded->first, to_string(guarded->second)),
                       "return 301 https://$host$request_uri; in this server");
    }
}

} // namespace

void judge_guards(const Model& model, Report& report) {
    const HeaderNames identity = identity_headers(model);
    for (const Scope* server : model.servers()) {
        const std::string mode = server->value("ssl_verify_client", "off");
        if (mode == "optional" || mode == "optional_no_ca")
            GuardJudge(model, *server, identity, report).judge();
        judge_off(*server, report);
    }
    judge_plain(model, report);
}

} // namespace mtlsca::deploy::nginx::check
