#include "deploy/nginx/check/identity.h"

#include "deploy/nginx/check/evaluation.h"
#include "deploy/nginx/check/rules.h"
#include "encoding/text.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mtlsca::deploy::nginx::check {
namespace {

const char* setter_of(const Directive& backend) {
    if (backend.name == "proxy_pass")
        return "proxy_set_header";
    return backend.name == "grpc_pass" ? "grpc_set_header" : nullptr;
}

void judge_underscores(const Model& model, Report& report) {
    for (const Scope* server : model.servers())
        if (const Directive* setting = server->setting("underscores_in_headers");
            setting != nullptr && setting->argument(0) == "on")
            report.add(Severity::warning, "header-underscores", setting->place,
                       "a client's own X_Client_Role passes beside X-Client-Role, and a backend that reads "
                       "headers as CGI variables takes one for the other",
                       "underscores_in_headers off;");
}

} // namespace

std::string authority_of(const Directive& backend) {
    std::string_view text = backend.argument(0);
    if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos)
        text.remove_prefix(scheme + 3);
    if (text.starts_with("unix:"))
        return std::string(text.substr(0, text.find(':', 5)));
    return std::string(text.substr(0, text.find('/')));
}

HeaderNames identity_headers(const Model& model) {
    HeaderNames names;
    for (const Scope* scope : model.scopes())
        for (const char* setter : {"proxy_set_header", "grpc_set_header"})
            for (const Directive* header : scope->own(setter))
                if (depends_on_client_certificate(model, header->argument(1)))
                    names.insert(encoding::to_lower_ascii(header->argument(0)));
    return names;
}

HeaderNames headers_that_pass(HeaderNames names, const Scope& location) {
    const Directive* backend = backend_of(location);
    const char* setter = backend == nullptr ? nullptr : setter_of(*backend);
    if (setter == nullptr || location.value("proxy_pass_request_headers", "on") == "off")
        return {};
    for (const Directive* header : location.effective(setter))
        names.erase(encoding::to_lower_ascii(header->argument(0)));
    return names;
}

bool is_public_on_purpose(HeaderNames names, const Scope& location) {
    const Directive* backend = backend_of(location);
    const char* setter = backend == nullptr ? nullptr : setter_of(*backend);
    if (setter == nullptr || names.empty())
        return false;
    for (const Directive* header : location.effective(setter))
        if (header->argument(1).empty())
            names.erase(encoding::to_lower_ascii(header->argument(0)));
    return names.empty();
}

void judge_headers(const Model& model, Report& report) {
    std::set<std::string> told; // backends that are told who the client is
    std::set<const Scope*> servers;
    for (const Scope* scope : model.scopes()) {
        const Directive* backend = backend_of(*scope);
        const char* setter = backend == nullptr ? nullptr : setter_of(*backend);
        if (setter == nullptr)
            continue;
        for (const Directive* header : scope->effective(setter))
            if (depends_on_client_certificate(model, header->argument(1))) {
                told.insert(authority_of(*backend));
                servers.insert(&scope->server());
            }
    }
    const HeaderNames identity = identity_headers(model);
    for (const Scope* scope : model.scopes()) {
        const HeaderNames names = headers_that_pass(identity, *scope);
        if (names.empty())
            continue;
        const std::string backend = authority_of(*backend_of(*scope));
        const bool is_believed = told.contains(backend);
        if (!is_believed && !servers.contains(&scope->server()))
            continue;
        report.add(
            is_believed ? Severity::error : Severity::warning, "header-passes", backend_of(*scope)->place,
            fmt::format("a client sends {} itself and {} believes it to be nginx's word",
                        fmt::join(names, ", "), backend),
            fmt::format("in this location: proxy_set_header {} \"\"; and so on: a location that sets one "
                        "header inherits none",
                        *names.begin()));
    }
    if (!told.empty())
        judge_underscores(model, report);
}

} // namespace mtlsca::deploy::nginx::check
