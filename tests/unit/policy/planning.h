// What the tests of plans share: a CA, its settings, requests, and looking things up in the outcome.
#pragma once

#include "policy/plan/plan.h"
#include "policy/settings/settings.h"

#include "vectors.h"

#include <algorithm>

namespace planning {

using namespace mtlsca;
using Outcome = policy::Decision::Outcome;

inline const Time now = *parse_time("2026-11-21T12:00:00Z");
inline const std::string oid_san = "2.5.29.17";

// The settings that `init` writes; `more` is TOML behind it.
inline policy::Config config_with(const std::string& more) {
    std::ifstream file(MTLSCA_VECTORS "/../../templates/mtlsca.toml", std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    for (const auto& [name, value] : std::map<std::string, std::string>{{"{{{name}}}", "\"Acme\""},
                                                                        {"{{{crl_url}}}", "\"\""},
                                                                        {"{{{issuer_url}}}", "\"\""},
                                                                        {"{{{ocsp_url}}}", "\"\""}})
        text.replace(text.find(name), name.size(), value);
    return policy::check_settings(policy::read_settings(text + "\n" + more, "mtlsca.toml"), "mtlsca.toml");
}

// A profile `test` for clients, all SANs allowed, with `keys` (TOML lines) besides.
inline policy::Config config_of_test_profile(const std::string& keys) {
    const bool has_types = keys.find("san_types") != std::string::npos;
    const bool has_usages = keys.find("extended_key_usages") != std::string::npos;
    return config_with("[profiles.test]\n" +
                       std::string(has_usages ? "" : "extended_key_usages = [\"clientAuth\"]\n") +
                       (has_types ? "" : "san_types = [\"dns\", \"ip\", \"email\", \"uri\"]\n") + keys);
}

inline x509::PublicKey key_of(const std::string& vector) {
    return x509::PublicKey::from_spki(as_bytes(read_vector(vector)));
}

inline const x509::Certificate& issuing() {
    static const x509::Certificate certificate =
        x509::Certificate::parse(as_bytes(read_vector("policy/issuing.crt")), "issuing.crt");
    return certificate;
}

inline policy::Facts facts() {
    policy::Facts facts;
    facts.now = now;
    facts.backdate = std::chrono::minutes(5);
    facts.issuer = &issuing();
    return facts;
}

// A request as x509 hands it over, with a sound key.
inline x509::Request request_of(x509::Name subject, std::vector<x509::San> sans = {}) {
    x509::Request request;
    request.subject = std::move(subject);
    request.key = key_of("keys/ec_p256.spki");
    request.sans = std::move(sans);
    if (!request.sans.empty())
        request.extensions.push_back({oid_san, "subjectAltName", false});
    return request;
}

// A subject that x509::Name would not make, as hostile requests have it: every attribute an UTF8String.
x509::Name raw_name(const std::vector<std::pair<std::string, std::string>>& oids_and_values);
inline const std::string oid_cn = "2.5.4.3";
inline const std::string oid_ou = "2.5.4.11";

inline std::vector<std::string> rules(const Findings& findings, Severity severity = Severity::error) {
    std::vector<std::string> names;
    for (const Finding& finding : findings)
        if (finding.severity == severity)
            names.push_back(finding.rule);
    return names;
}

inline bool has_rule(const Findings& findings, const std::string& rule, Severity severity = Severity::error) {
    const auto names = rules(findings, severity);
    return std::find(names.begin(), names.end(), rule) != names.end();
}

inline std::optional<policy::Decision> decision(const policy::Planned& planned, const std::string& field) {
    for (const policy::Decision& one : planned.decisions)
        if (one.field == field)
            return one;
    return std::nullopt;
}

inline std::string outcome(const policy::Planned& planned, const std::string& field) {
    const auto found = decision(planned, field);
    return found ? policy::to_string(found->outcome) : "undecided";
}

inline policy::Planned sign(const policy::Config& config, const std::string& profile,
                            const x509::Request& request, const policy::SigningOptions& options = {}) {
    return plan_certificate(config, find_profile(config, profile), request, options, facts());
}

inline policy::Planned issue(const policy::Config& config, const std::string& profile,
                             const policy::SigningOptions& options,
                             std::optional<x509::KeyType> key = std::nullopt) {
    return plan_certificate(config, find_profile(config, profile), key, options, facts());
}

inline policy::SigningOptions named(const std::string& name) {
    policy::SigningOptions options;
    options.name = name;
    return options;
}

inline std::string subject(const policy::Planned& planned) {
    return planned.plan ? planned.plan->content().subject.to_string() : "refused";
}

inline std::vector<std::string> sans(const policy::Planned& planned) {
    std::vector<std::string> texts;
    if (planned.plan)
        for (const x509::San& san : planned.plan->content().sans)
            texts.push_back(x509::to_string(san));
    return texts;
}

using Texts = std::vector<std::string>;

} // namespace planning
