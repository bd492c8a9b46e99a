// Rules about roles from the subject: every regular expression on it is tried with subjects that imitate.
#include "deploy/nginx/check/evaluation.h"
#include "deploy/nginx/check/imitation.h"
#include "deploy/nginx/check/pattern.h"
#include "deploy/nginx/check/rules.h"
#include "deploy/nginx/language/variables.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx::check {
namespace {

constexpr std::size_t most_patterns = 300; // each is tried some hundred times

// A subject that no role pattern means: what matches it asks for a certificate, not for a role.
constexpr const char* neutral_subject = "CN=neutral.example,L=Nowhere,C=ZZ";
constexpr const char* neutral_legacy_subject = "/C=ZZ/L=Nowhere/CN=neutral.example";

// A regular expression on a text with the subject in it: a line of a map, or an "if".
struct RolePattern {
    Place place;
    std::string source; // "$ssl_client_verify:$ssl_client_s_dn"
    std::string regex;
    bool ignores_case = false;
};

class RoleJudge {
public:
    RoleJudge(const Model& model, Report& report) : model_(model), report_(report) {
        lets_anybody_try_ = std::any_of(model.servers().begin(), model.servers().end(),
                                        [](const Scope* server) { return takes_any_certificate(*server); });
    }

    void judge(const RolePattern& role) {
        const auto pattern = Pattern::compile(role.regex, role.ignores_case);
        const auto form = form_of(role.source);
        if (!pattern || !form || ++judged_ > most_patterns)
            return;
        std::vector<WantedAttribute> wanted = wanted_attributes(role.regex);
        const bool takes_a_value = std::any_of(wanted.begin(), wanted.end(),
                                               [](const WantedAttribute& one) { return one.value.empty(); });
        const char* neutral = *form == Form::legacy ? neutral_legacy_subject : neutral_subject;
        if (!takes_a_value && pattern->matches(filled(role.source, neutral, true)))
            return;
        const std::string sample = sample_of(role.regex);
        if (wanted.empty())
            wanted.push_back({"OU", ""}); // "~Admin": whatever attribute it stands in
        for (WantedAttribute& one : wanted) {
            const bool takes_any = one.value.empty();
            if (takes_any)
                one.value = wanted_by_nobody;
            if (judge(role, *pattern, one, sample, *form, takes_any && sample.find('=') != std::string::npos))
                return;
        }
        if (role.ignores_case)
            report_.add(Severity::warning, "role-ignores-case", role.place,
                        "a client gets in whose attribute differs in case: OU=ADMIN is not OU=Admin to a CA",
                        "~ in place of ~*");
    }

private:
    static constexpr const char* wanted_by_nobody = "Admin";

    bool judge(const RolePattern& role, const Pattern& pattern, const WantedAttribute& wanted,
               const std::string& sample, Form form, bool by_capture) {
        const auto gets_in = [&](const std::string& subject, bool is_verified) {
            const auto captures = pattern.match(filled(role.source, subject, is_verified));
            if (!by_capture)
                return !captures.empty();
            return std::any_of(captures.begin(), captures.end(), [&](const Pattern::Capture& capture) {
                return &capture != captures.data() && capture.text == wanted.value;
            });
        };
        for (const std::string& subject : imitations_of(wanted, sample, form))
            if (gets_in(subject, true)) {
                tell_imitation(role, wanted, subject, form);
                return true;
            }
        if (!lets_anybody_try_)
            return false;
        for (const std::string& subject : honest_subjects(wanted, form))
            if (gets_in(subject, false)) {
                report_.add(
                    Severity::error, "role-unverified", role.place,
                    fmt::format("anybody gets in who makes a certificate with the subject {} himself: "
                                "ssl_verify_client is optional_no_ca",
                                subject),
                    "ssl_verify_client optional; and map \"$ssl_client_verify:$ssl_client_s_dn\" with "
                    "patterns that begin with ^SUCCESS:");
                return true;
            }
        return false;
    }

    void tell_imitation(const RolePattern& role, const WantedAttribute& wanted, const std::string& subject,
                        Form form) {
        const std::string what = wanted_attributes(role.regex).empty()
                                     ? std::string("no such role")
                                     : fmt::format("no {}={}", wanted.type, wanted.value);
        report_.add(Severity::error, "role-imitable", role.place,
                    fmt::format("a client whose subject is {} gets in, although it has {}", subject, what),
                    form == Form::legacy
                        ? "use $ssl_client_s_dn: the legacy form escapes nothing"
                        : fmt::format("map \"$ssl_client_verify:$ssl_client_s_dn\" with "
                                      "\"~^SUCCESS:(?:(?:[^,\\\\\\\\]|\\\\\\\\.)*,)*{}={}(?:,|$)\"",
                                      wanted.type, wanted.value));
    }

    // Which of the two forms of the subject is in the text; empty where none is.
    std::optional<Form> form_of(const std::string& source) const {
        for (const Piece& piece : pieces_of(source)) {
            if (!piece.is_variable)
                continue;
            if (piece.text == "ssl_client_s_dn")
                return Form::rfc4514;
            if (piece.text == "ssl_client_s_dn_legacy")
                return Form::legacy;
            for (const Directive* set : model_.sets_of(piece.text))
                if (set->argument(1) == "$ssl_client_s_dn")
                    return Form::rfc4514;
        }
        return std::nullopt;
    }

    std::string filled(const std::string& source, const std::string& subject, bool is_verified) const {
        Client client = client_with(subject);
        if (!is_verified)
            client["ssl_client_verify"] = client_of_nobody().at("ssl_client_verify");
        const Evaluation evaluation(model_, std::move(client));
        std::string text;
        for (const Piece& piece : pieces_of(source))
            text += piece.is_variable ? evaluation.expand(fmt::format("${{{}}}", piece.text)).value_or("x")
                                      : std::string(piece.text);
        return text;
    }

    const Model& model_;
    Report& report_;
    bool lets_anybody_try_ = false;
    std::size_t judged_ = 0;
};

} // namespace

void judge_roles(const Model& model, Report& report) {
    RoleJudge judge(model, report);
    for (const Directive* map : model.maps())
        for (const Directive& line : map->block)
            if (line.name.starts_with('~')) {
                const bool ignores_case = line.name.starts_with("~*");
                judge.judge(
                    {line.place, map->argument(0), line.name.substr(ignores_case ? 2 : 1), ignores_case});
            }
    for (const Scope* scope : model.scopes()) {
        if (scope->kind != Scope::Kind::condition)
            continue;
        const Condition condition = condition_of(*scope->block);
        if (condition.comparison.find('~') != std::string::npos)
            judge.judge(
                {scope->block->place, condition.left, condition.right, condition.comparison.ends_with('*')});
    }
}

} // namespace mtlsca::deploy::nginx::check
