#include "deploy/nginx/check/evaluation.h"

#include "deploy/nginx/check/pattern.h"
#include "deploy/nginx/language/variables.h"
#include "encoding/text.h"

#include <algorithm>

namespace mtlsca::deploy::nginx::check {
namespace {

constexpr unsigned most_maps_deep = 16; // maps that refer to each other in a circle are fatal to nginx, too

Truth compare(const Condition& condition, const std::string& left, const std::string& right) {
    const auto truth = [](bool is_so) { return is_so ? Truth::yes : Truth::no; };
    if (condition.comparison.empty())
        return truth(!left.empty() && left != "0");
    if (condition.comparison == "=" || condition.comparison == "!=")
        return truth((left == right) == (condition.comparison == "="));
    const bool is_negated = condition.comparison.starts_with('!');
    const auto pattern = pattern_of(condition.comparison.substr(is_negated ? 1 : 0) + condition.right);
    return pattern ? truth(pattern->matches(left) != is_negated) : Truth::unknown;
}

// An answer that is not the content: "return 403;", "return 301 …;".
bool turns_away(const Directive& block) {
    return std::any_of(block.block.begin(), block.block.end(), [](const Directive& directive) {
        return directive.name == "return" && !directive.argument(0).starts_with('2');
    });
}

} // namespace

Client client_without_certificate() {
    return {{"ssl_client_verify", "NONE"}, {"ssl_client_s_dn", ""},        {"ssl_client_i_dn", ""},
            {"ssl_client_serial", ""},     {"ssl_client_fingerprint", ""}, {"ssl_client_s_dn_legacy", ""},
            {"ssl_session_reused", "."}};
}

Client client_of_nobody() {
    return {{"ssl_client_verify", "FAILED:self-signed certificate"}, {"ssl_session_reused", "."}};
}

Client client_with(const std::string& distinguished_name) {
    return {{"ssl_client_verify", "SUCCESS"},
            {"ssl_client_s_dn", distinguished_name},
            {"ssl_client_s_dn_legacy", distinguished_name},
            {"ssl_session_reused", "."}};
}

Condition condition_of(const Directive& directive) {
    std::vector<std::string> words = directive.arguments;
    if (!words.empty() && words.front().starts_with('('))
        words.front().erase(0, 1);
    if (!words.empty() && words.back().ends_with(')'))
        words.back().pop_back();
    std::erase(words, "");
    // An empty value is a word of its own: "if ($a = "")".
    if (words.size() == 2)
        words.emplace_back();
    words.resize(3);
    return {words[0], words[1], words[2]};
}

std::optional<std::string> Evaluation::expand(std::string_view text, unsigned depth) const {
    std::string expanded;
    for (const Piece& piece : pieces_of(text)) {
        if (!piece.is_variable) {
            expanded += piece.text;
            continue;
        }
        const auto filled = value(piece.text, depth);
        if (!filled)
            return std::nullopt;
        expanded += *filled;
    }
    return expanded;
}

std::optional<std::string> Evaluation::value(std::string_view variable, unsigned depth) const {
    if (const auto known = client_.find(variable); known != client_.end())
        return known->second;
    if (depth >= most_maps_deep)
        return std::nullopt;
    if (const Directive* map = model_.map_of(variable))
        return look_up(*map, depth + 1);
    if (const auto& sets = model_.sets_of(variable); !sets.empty())
        return expand(sets.front()->argument(1), depth + 1);
    return std::nullopt;
}

// Plain keys are compared without case and before every pattern (ngx_http_map_find).
std::optional<std::string> Evaluation::look_up(const Directive& map, unsigned depth) const {
    const auto source = expand(map.argument(0), depth);
    if (!source)
        return std::nullopt;
    const std::string lower = encoding::to_lower_ascii(*source);
    const Directive* otherwise = nullptr;
    for (const Directive& line : map.block) {
        if (line.name == "default")
            otherwise = &line;
        else if (!line.name.starts_with('~') &&
                 encoding::to_lower_ascii(line.name.starts_with('\\') ? line.name.substr(1) : line.name) ==
                     lower)
            return expand(line.argument(0), depth);
    }
    for (const Directive& line : map.block) {
        const auto pattern = pattern_of(line.name);
        if (!pattern)
            continue;
        const auto captures = pattern->match(*source);
        if (captures.empty())
            continue;
        Evaluation inner = *this;
        for (std::size_t i = 0; i < captures.size(); ++i) {
            inner.client_[std::to_string(i)] = captures[i].text;
            if (!captures[i].name.empty())
                inner.client_[captures[i].name] = captures[i].text;
        }
        return inner.expand(line.argument(0), depth);
    }
    return otherwise == nullptr ? "" : expand(otherwise->argument(0), depth);
}

Truth Evaluation::holds(const Directive& directive) const {
    const Condition condition = condition_of(directive);
    if (condition.left.starts_with('-') || condition.left.starts_with('!'))
        return Truth::unknown; // about files
    const auto left = expand(condition.left);
    const auto right = condition.comparison.find('~') == std::string::npos ? expand(condition.right) : "";
    if (!left || !right)
        return Truth::unknown;
    return compare(condition, *left, *right);
}

// What is not known counts as a guard where it has to do with the certificate at all; in a fragment it may,
// because its maps can be elsewhere.
bool Evaluation::refuses(const Scope& scope) const {
    return std::any_of(scope.inner.begin(), scope.inner.end(), [this](const auto& inner) {
        if (inner->kind != Scope::Kind::condition || !turns_away(*inner->block))
            return false;
        const Truth truth = holds(*inner->block);
        const Condition condition = condition_of(*inner->block);
        return truth == Truth::yes ||
               (truth == Truth::unknown &&
                (model_.is_fragment() || depends_on_client_certificate(model_, condition.left)));
    });
}

bool Evaluation::is_refused_at(const Scope& scope) const {
    const Scope* location = &scope;
    while (location->kind == Scope::Kind::condition && location->outer != nullptr)
        location = location->outer;
    return refuses(*location) || refuses(location->server());
}

std::set<std::string> dependencies(const Model& model, std::string_view text) {
    std::set<std::string> all;
    std::vector<std::string> open;
    const auto take = [&](std::string_view name) {
        if (all.emplace(name).second)
            open.emplace_back(name);
    };
    for (const Piece& piece : pieces_of(text))
        if (piece.is_variable)
            take(piece.text);
    while (!open.empty()) {
        const std::string name = std::move(open.back());
        open.pop_back();
        for (const std::string& used : model.used_by(name))
            take(used);
    }
    return all;
}

bool depends_on_client_certificate(const Model& model, std::string_view text) {
    const auto all = dependencies(model, text);
    return std::any_of(all.begin(), all.end(),
                       [](const std::string& name) { return name.starts_with("ssl_client_"); });
}

} // namespace mtlsca::deploy::nginx::check
