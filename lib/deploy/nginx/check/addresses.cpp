// Rules about servers that share an address, and about error pages: ways around the settings of a server.
#include "deploy/nginx/check/evaluation.h"
#include "deploy/nginx/check/rules.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mtlsca::deploy::nginx::check {
namespace {

// What clients are judged by in the handshake.
struct Judgement {
    std::set<std::string> trusted;
    std::string crl;
    bool is_asked_about = false; // by ssl_ocsp
};

Judgement judgement_of(const Scope& server, const Context& context) {
    Judgement judgement;
    for (const Directive* directive : trust_directives(server))
        judgement.trusted.insert(file_of(*directive, context).lexically_normal());
    const std::string crl = server.value("ssl_crl", "");
    judgement.crl = crl.empty() ? "" : (context.folder / crl).lexically_normal().string();
    judgement.is_asked_about = asks_responder(server);
    return judgement;
}

std::string name_of(const Scope& server) {
    return server.value("server_name", "\"\"");
}

// Measured with nginx 1.22.1: with SNI of another server nginx answers 421, but a client without SNI is
// judged by the default server in its handshake, and its Host then chooses any server.
void judge_shared(const Address& address, const Scope& server, const Context& context, Report& report) {
    const Scope& first = *address.default_server;
    if (&server == &first || !asks_for_certificates(server) || !asks_for_certificates(first))
        return;
    const Judgement theirs = judgement_of(first, context), ours = judgement_of(server, context);
    const Directive* place = server.setting("ssl_verify_client");
    const auto tell = [&](Severity severity, const std::string& who) {
        report.add(
            severity, "default-server-decides", place->place,
            fmt::format("{} gets into {}: without SNI the default server of {}, {}, judges certificates", who,
                        name_of(server), address.name, name_of(first)),
            "give both servers the same trust, CRLs and ssl_ocsp, or an address of its own, or a default "
            "server "
            "with ssl_reject_handshake on;");
    };
    if (!std::includes(ours.trusted.begin(), ours.trusted.end(), theirs.trusted.begin(),
                       theirs.trusted.end()))
        tell(Severity::error,
             fmt::format("a client with a certificate of {}", fmt::join(theirs.trusted, ", ")));
    else if (ours.is_asked_about && !theirs.is_asked_about)
        tell(theirs.crl.empty() ? Severity::error : Severity::warning,
             fmt::format("a client that is revoked{}",
                         theirs.crl.empty() ? "" : " and not in " + theirs.crl + " yet"));
    else if (theirs.crl != ours.crl && !ours.crl.empty())
        tell(theirs.crl.empty() ? Severity::error : Severity::warning,
             fmt::format("a client that is revoked in {}{}", ours.crl,
                         theirs.crl.empty() ? "" : " and not in " + theirs.crl));
}

// The location that answers "error_page 495 = TARGET".
const Scope* target_of(const Scope& server, const std::string& target) {
    const Scope* best = nullptr;
    std::size_t longest = 0;
    for (const auto& scope : server.inner) {
        if (scope->kind != Scope::Kind::location)
            continue;
        const std::string& path = scope->block->arguments.empty() ? target : scope->block->arguments.back();
        const bool is_exact = path == target;
        if (is_exact || (path.starts_with('/') && target.starts_with(path) && path.size() >= longest)) {
            best = scope.get();
            longest = is_exact ? target.size() + 1 : path.size();
        }
    }
    return best;
}

bool is_about_certificates(const std::string& status) {
    return status == "495" || status == "496";
}

void judge_error_page(const Model& model, const Scope& scope, const Directive& page, Report& report) {
    const Scope& server = scope.server();
    if (page.arguments.size() < 2 ||
        std::none_of(page.arguments.begin(), page.arguments.end() - 1, is_about_certificates))
        return;
    const std::string& target = page.arguments.back();
    if (!target.starts_with('/') && !target.starts_with('@'))
        return;
    const Scope* location = target_of(server, target);
    if (location == nullptr || backend_of(*location) == nullptr)
        return;
    if (Evaluation(model, client_without_certificate()).is_refused_at(*location) &&
        Evaluation(model, client_of_nobody()).is_refused_at(*location))
        return;
    report.add(
        Severity::error, "error-page-lets-in", page.place,
        fmt::format("a client without a certificate, or with a bad one, reaches the backend of {}: nginx "
                    "does the request there in place of refusing it",
                    to_string(location->block->place)),
        "an error page that is a file, or in that location: if ($ssl_client_verify != SUCCESS) { return "
        "403; }");
}

} // namespace

void judge_addresses(const Model& model, const Context& context, Report& report) {
    for (const Address& address : model.addresses())
        for (const Scope* server : address.servers)
            judge_shared(address, *server, context, report);
}

void judge_error_pages(const Model& model, Report& report) {
    for (const Scope* server : model.servers())
        if (asks_for_certificates(*server))
            for (const Directive* page : server->effective("error_page"))
                judge_error_page(model, *server, *page, report);
}

} // namespace mtlsca::deploy::nginx::check
