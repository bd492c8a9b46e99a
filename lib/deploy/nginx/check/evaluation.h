// What a client would be told: variables, maps and conditions, evaluated for a client of whom something is
// known.
#pragma once

#include "deploy/nginx/check/model.h"

#include <set>

namespace mtlsca::deploy::nginx::check {

// The client's own variables, without "$": "ssl_client_verify" → "NONE".
using Client = std::map<std::string, std::string, std::less<>>;
Client client_without_certificate();
Client client_of_nobody(); // with a certificate of no CA, as optional_no_ca lets it through
Client client_with(const std::string& distinguished_name);

enum class Truth { no, yes, unknown };

class Evaluation {
public:
    Evaluation(const Model& model, Client client) : model_(model), client_(std::move(client)) {}

    // Text with its variables filled in; empty where one of them is not known.
    std::optional<std::string> expand(std::string_view text) const { return expand(text, 0); }
    Truth holds(const Directive& condition) const; // an "if"
    // Refused before this location does anything: by an "if" of the server or of the location.
    bool is_refused_at(const Scope& scope) const;

private:
    std::optional<std::string> expand(std::string_view text, unsigned depth) const;
    std::optional<std::string> value(std::string_view variable, unsigned depth) const;
    std::optional<std::string> look_up(const Directive& map, unsigned depth) const;
    bool refuses(const Scope& scope) const;

    const Model& model_;
    Client client_;
};

// All variables that a text depends on, through maps and `set`, without "$".
std::set<std::string> dependencies(const Model& model, std::string_view text);
bool depends_on_client_certificate(const Model& model, std::string_view text); // on $ssl_client_…

// The parts of an "if ($a = b)": variable or text, operator and value, both empty for "if ($a)".
struct Condition {
    std::string left, comparison, right;
};
Condition condition_of(const Directive& directive);

} // namespace mtlsca::deploy::nginx::check
