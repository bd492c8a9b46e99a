// mtlsca.toml as a person wrote it: text and lists, nothing judged yet. One function turns it into Config
// (config.h).
//
// mtlsca.toml(5) describes every key. A key that nobody reads is a finding: a misspelt rule must not be
// silently off.
//
// What is left out: backdate 5m, next_update 7d, overlap 24h, root_next_update 180d, root_overlap 30d. Of
// [ocsp]: next_update 24h, overlap 12h, "unknown", "echo", responder_validity 14d. In a
// profile: validity 90d, longest_validity = validity, renew_due 33%, no renew_expired, every type of key,
// digitalSignature, no OUs, no SANs, "check", "refuse", no deploy targets; extended_key_usages must be said.
// In a deploy target: "{name}.crt" 0644 and "{name}.key" 0600, no CAs, no owner, no group, no reload; folder
// must be said.
#pragma once

#include "bytes.h"
#include "error.h"

#include <map>
#include <optional>

namespace mtlsca::policy {

struct ProfileSettings {
    std::string name;
    int line = 0; // where it begins, for findings
    std::optional<std::string> validity, longest_validity;
    std::optional<std::string> renew_due, renew_expired;
    std::optional<std::vector<std::string>> keys; // the first is the default of `issue`
    std::optional<std::vector<std::string>> key_usages, extended_key_usages;
    std::optional<std::vector<std::string>>
        ous;                              // allowed; "@roles" stands for every OU of [roles], "*" for any
    std::vector<std::string> granted_ous; // given to everyone
    std::optional<std::vector<std::string>> san_types;
    bool name_as_san = false;
    std::vector<std::string> dns_suffixes, networks, email_domains, uri_prefixes; // empty: any
    bool wildcard_dns = false;
    bool unique = false;
    std::optional<std::string> request_san;     // "check", "take", "ignore"
    std::optional<std::string> request_ou;      // "refuse", "take"
    std::vector<std::string> deployments;       // names of [deploy.NAME], for every certificate
    std::map<std::string, std::string> subject; // "O" → "fixed:Acme", "required", "optional", "same-as-ca"
};

struct DeploySettings {
    std::string name;
    std::string folder, owner, group, reload;
    std::optional<std::string> certificate, key, ca; // names of files
    std::optional<std::string> certificate_mode, key_mode;
};

struct OcspSettings {
    std::optional<std::string> next_update, overlap, unknown, nonce, responder_validity;
};

struct Settings {
    std::string ca_name;
    std::optional<std::string> backdate;
    std::string crl_url, issuer_url, ocsp_url; // folders; empty: not written into certificates
    std::optional<std::string> next_update, overlap, root_next_update, root_overlap;
    OcspSettings ocsp;
    std::map<std::string, std::string> roles; // OU → role
    std::vector<ProfileSettings> profiles;
    std::vector<DeploySettings> deploy_targets;
};

// Syntax errors: Error(refused) with line and column. Unknown keys and wrong types: Error(refused) with all
// of them as findings.
Settings read_settings(std::string_view toml, const std::string& object);

} // namespace mtlsca::policy
