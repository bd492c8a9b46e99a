#include "deploy/nginx/check/model.h"

#include "deploy/nginx/language/variables.h"

#include <algorithm>
#include <array>

namespace mtlsca::deploy::nginx::check {
namespace {

std::optional<Scope::Kind> kind_of(const Directive& directive) {
    if (!directive.has_block)
        return std::nullopt;
    if (directive.name == "server")
        return Scope::Kind::server;
    if (directive.name == "location")
        return Scope::Kind::location;
    if (directive.name == "if")
        return Scope::Kind::condition;
    if (directive.name == "limit_except")
        return Scope::Kind::limit;
    return std::nullopt;
}

bool has(const std::vector<Directive>& block, std::initializer_list<std::string_view> names) {
    return std::any_of(block.begin(), block.end(), [&](const Directive& directive) {
        return std::find(names.begin(), names.end(), directive.name) != names.end();
    });
}

bool has_argument(const Directive& directive, std::string_view word) {
    return std::find(directive.arguments.begin(), directive.arguments.end(), word) !=
           directive.arguments.end();
}

// nginx takes "443", "*:443" and "0.0.0.0:443" for the same, and port 80 where none is said.
std::string address_name(const std::string& text) {
    if (text.starts_with("unix:"))
        return text;
    const bool is_port = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    if (is_port)
        return "*:" + text;
    const std::size_t bracket = text.find(']');
    const std::size_t colon = text.find(':', bracket == std::string::npos ? 0 : bracket);
    const std::string host = text.substr(0, colon);
    return (host == "0.0.0.0" ? "*" : host) + (colon == std::string::npos ? ":80" : text.substr(colon));
}

} // namespace

std::vector<const Directive*> Scope::own(std::string_view name) const {
    std::vector<const Directive*> found;
    for (const Directive& directive : block->block)
        if (directive.name == name)
            found.push_back(&directive);
    return found;
}

std::vector<const Directive*> Scope::effective(std::string_view name) const {
    for (const Scope* scope = this; scope != nullptr; scope = scope->outer)
        if (auto found = scope->own(name); !found.empty())
            return found;
    return {};
}

const Directive* Scope::setting(std::string_view name) const {
    const auto found = effective(name);
    return found.empty() ? nullptr : found.front();
}

std::string Scope::value(std::string_view name, const std::string& otherwise) const {
    const Directive* directive = setting(name);
    return directive == nullptr ? otherwise : directive->argument(0);
}

const Scope& Scope::server() const {
    const Scope* scope = this;
    while (scope->kind != Kind::server && scope->outer != nullptr)
        scope = scope->outer;
    return *scope;
}

Model::Model(const Configuration& configuration) {
    const std::vector<Directive>& top = configuration.directives;
    const auto http = std::find_if(top.begin(), top.end(), [](const Directive& directive) {
        return directive.name == "http" && directive.has_block;
    });
    is_fragment_ = http == top.end() && !has(top, {"events", "stream", "worker_processes"});
    root_.name = "http";
    if (is_fragment_) {
        root_.block = top;
        if (!has(top, {"server"}) &&
            has(top, {"listen", "location", "server_name", "ssl_certificate", "if"})) {
            Directive server;
            server.name = "server";
            server.has_block = true;
            server.place = top.front().place;
            server.block = std::move(root_.block);
            root_.block = {std::move(server)};
        }
    }
    http_.block = http == top.end() ? &root_ : &*http;
    open(http_);
    find_addresses();
}

void Model::open(Scope& scope) {
    scopes_.push_back(&scope);
    if (scope.kind == Scope::Kind::server)
        servers_.push_back(&scope);
    for (const Directive& directive : scope.block->block) {
        take_variable(directive);
        const auto kind = kind_of(directive);
        if (!kind || (*kind == Scope::Kind::server) != (scope.kind == Scope::Kind::http))
            continue;
        auto inner = std::make_unique<Scope>();
        inner->kind = *kind;
        inner->block = &directive;
        inner->outer = &scope;
        scope.inner.push_back(std::move(inner));
        open(*scope.inner.back());
    }
}

void Model::take_variable(const Directive& directive) {
    const bool is_map = directive.name == "map" && directive.argument(1).starts_with('$');
    if (!is_map && (directive.name != "set" || !directive.argument(0).starts_with('$')))
        return;
    const std::string name = directive.argument(is_map ? 1 : 0).substr(1);
    if (is_map)
        maps_.try_emplace(name, &directive);
    else
        sets_[name].push_back(&directive);
    std::set<std::string>& used = used_[name];
    const auto take = [&used](std::string_view text) {
        for (const Piece& piece : pieces_of(text))
            if (piece.is_variable)
                used.emplace(piece.text);
    };
    take(directive.argument(is_map ? 0 : 1));
    for (const Directive& line : directive.block)
        take(line.argument(0));
}

void Model::find_addresses() {
    for (const Scope* server : servers_) {
        const auto listens = server->own("listen");
        for (const Directive* directive : listens)
            listen(*server, directive);
        if (listens.empty())
            listen(*server, nullptr);
    }
}

void Model::listen(const Scope& server, const Directive* directive) {
    const std::string name = directive == nullptr ? "*:80" : address_name(directive->argument(0));
    auto address = std::find_if(addresses_.begin(), addresses_.end(),
                                [&](const Address& one) { return one.name == name; });
    if (address == addresses_.end())
        address = addresses_.insert(addresses_.end(), Address{name, {}, &server, false});
    address->servers.push_back(&server);
    if (directive == nullptr)
        return;
    if (has_argument(*directive, "default_server") || has_argument(*directive, "default"))
        address->default_server = &server;
    if (has_argument(*directive, "ssl") || has_argument(*directive, "quic"))
        address->has_tls = true;
}

const Directive* Model::map_of(std::string_view variable) const {
    const auto found = maps_.find(variable);
    return found == maps_.end() ? nullptr : found->second;
}

const std::vector<const Directive*>& Model::sets_of(std::string_view variable) const {
    static const std::vector<const Directive*> none;
    const auto found = sets_.find(variable);
    return found == sets_.end() ? none : found->second;
}

const std::set<std::string>& Model::used_by(std::string_view variable) const {
    static const std::set<std::string> none;
    const auto found = used_.find(variable);
    return found == used_.end() ? none : found->second;
}

std::vector<const Directive*> Model::maps() const {
    std::vector<const Directive*> all;
    for (const auto& [name, directive] : maps_)
        all.push_back(directive);
    return all;
}

bool asks_for_certificates(const Scope& server) {
    return server.value("ssl_verify_client", "off") != "off";
}

bool takes_any_certificate(const Scope& server) {
    return server.value("ssl_verify_client", "off") == "optional_no_ca" &&
           server.value("ssl_crl", "").empty();
}

bool has_tls(const Scope& server) {
    if (server.value("ssl", "off") == "on")
        return true;
    const auto listens = server.own("listen");
    return std::any_of(listens.begin(), listens.end(), [](const Directive* listen) {
        return has_argument(*listen, "ssl") || has_argument(*listen, "quic");
    });
}

bool asks_responder(const Scope& server) {
    return asks_for_certificates(server) && server.value("ssl_ocsp", "off") != "off";
}

std::vector<const Directive*> trust_directives(const Scope& server) {
    std::vector<const Directive*> directives;
    for (const char* name : {"ssl_client_certificate", "ssl_trusted_certificate"})
        if (const Directive* directive = server.setting(name))
            directives.push_back(directive);
    return directives;
}

bool resumes_sessions(const Scope& server) {
    if (server.value("ssl_session_tickets", "on") == "on")
        return true;
    const std::string cache = server.value("ssl_session_cache", "none");
    return cache != "none" && cache != "off";
}

const Directive* backend_of(const Scope& scope) {
    for (const char* name : {"proxy_pass", "grpc_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass"})
        if (const auto own = scope.own(name); !own.empty())
            return own.front();
    return nullptr;
}

} // namespace mtlsca::deploy::nginx::check
