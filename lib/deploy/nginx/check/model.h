// The servers and locations of a configuration, with nginx's inheritance, and who answers at which address.
#pragma once

#include "deploy/nginx/language/configuration.h"

#include <set>

namespace mtlsca::deploy::nginx::check {

// A block of directives. What it does not say itself it takes from the block around it.
struct Scope {
    enum class Kind { http, server, location, condition, limit };
    Kind kind = Kind::http;
    const Directive* block = nullptr;
    const Scope* outer = nullptr;
    std::vector<std::unique_ptr<Scope>> inner;

    // Those that hold here: of the nearest block that has any (proxy_set_header, error_page and all that take
    // one value are inherited so).
    std::vector<const Directive*> effective(std::string_view name) const;
    const Directive* setting(std::string_view name) const; // the first of them; null where there is none
    std::string value(std::string_view name, const std::string& otherwise) const; // its first argument
    std::vector<const Directive*> own(std::string_view name) const;
    const Scope& server() const; // itself or around it; the http block where there is none
};

// What listens on "*:443" or "127.0.0.1:8443".
struct Address {
    std::string name;
    std::vector<const Scope*> servers;     // at least one
    const Scope* default_server = nullptr; // answers where no name fits
    bool has_tls = false;
};

class Model {
public:
    // A file for the inside of http { } or of server { } is taken for what it is. `configuration` outlives
    // the model.
    explicit Model(const Configuration& configuration);
    Model(const Model&) = delete;

    bool is_fragment() const { return is_fragment_; }
    const Scope& http() const { return http_; }
    const std::vector<const Scope*>& servers() const { return servers_; }
    const std::vector<Address>& addresses() const { return addresses_; }
    const std::vector<const Scope*>& scopes() const { return scopes_; } // all of them, outer ones first
    // "map SOURCE $NAME { … }"; null where no map makes this variable.
    const Directive* map_of(std::string_view variable) const;
    std::vector<const Directive*> maps() const;
    // "set $NAME …" anywhere.
    const std::vector<const Directive*>& sets_of(std::string_view variable) const;
    // The variables that a map or `set` takes its value from.
    const std::set<std::string>& used_by(std::string_view variable) const;

private:
    void open(Scope& scope);
    void take_variable(const Directive& directive);
    void find_addresses();
    void listen(const Scope& server, const Directive* directive);

    Directive root_; // around a fragment
    Scope http_;
    bool is_fragment_ = false;
    std::vector<const Scope*> servers_, scopes_;
    std::vector<Address> addresses_;
    std::map<std::string, const Directive*, std::less<>> maps_;
    std::map<std::string, std::vector<const Directive*>, std::less<>> sets_;
    std::map<std::string, std::set<std::string>, std::less<>> used_;
};

bool asks_for_certificates(const Scope& server); // ssl_verify_client on, optional or optional_no_ca
// optional_no_ca takes a certificate of the client's own making; with ssl_crl it doesn't, because there is no
// CRL for such a certificate, and that is refused (measured with nginx 1.22.1).
bool takes_any_certificate(const Scope& server);
bool has_tls(const Scope& server);
bool asks_responder(const Scope& server); // ssl_ocsp on or leaf, about clients
// ssl_client_certificate and ssl_trusted_certificate, those of them that there are.
std::vector<const Directive*> trust_directives(const Scope& server);
bool resumes_sessions(const Scope& server);
// proxy_pass, grpc_pass, …; null where this block hands requests to nobody itself.
const Directive* backend_of(const Scope& scope);

} // namespace mtlsca::deploy::nginx::check
