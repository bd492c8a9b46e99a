// One profile as written → one profile as used.
#include "policy/lint/purposes.h"
#include "policy/settings/check.h"
#include "policy/subject_types.h"
#include "policy/text/resemblance.h"
#include "policy/text/subject_text.h"

#include "encoding/text.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mtlsca::policy {
namespace {

constexpr Duration shortest_validity = std::chrono::minutes(1);
constexpr Duration usual_validity = std::chrono::days(90);

template <typename Value>
void add_once(std::vector<Value>& to, const Value& value) {
    if (std::find(to.begin(), to.end(), value) == to.end())
        to.push_back(value);
}

// Turns one ProfileSettings into one Profile; a step for each group of keys.
class ProfileCheck {
public:
    ProfileCheck(const ProfileSettings& settings, const Roles& roles, SettingsCheck& check)
        : settings_(settings), roles_(roles), check_(check) {}

    Profile run() {
        profile_.name = settings_.name;
        profile_.name_as_san = settings_.name_as_san;
        profile_.wildcard_dns = settings_.wildcard_dns;
        profile_.unique = settings_.unique;
        profile_.deployments = settings_.deployments;
        check_validity();
        check_renewal();
        check_keys();
        check_key_usages();
        check_extended_key_usages();
        check_ous();
        check_san_types();
        check_dns_patterns();
        check_other_patterns();
        check_request_rules();
        check_subject();
        return std::move(profile_);
    }

private:
    std::string path(const std::string& key) const { return "profiles." + settings_.name + "." + key; }

    void refuse(const char* rule, const std::string& key, std::string detail) {
        check_.refuse(rule, path(key), std::move(detail));
    }

    void check_validity() {
        profile_.validity = check_.duration(path("validity"), settings_.validity, usual_validity);
        profile_.longest_validity =
            check_.duration(path("longest_validity"), settings_.longest_validity, profile_.validity);
        if (profile_.validity < shortest_validity)
            refuse("settings-duration", "validity", "is shorter than a minute");
        if (profile_.longest_validity < profile_.validity)
            refuse("settings-duration", "longest_validity",
                   fmt::format("is shorter than validity ({})", to_string(profile_.validity)));
    }

    void check_renewal() {
        if (settings_.renew_due) {
            const auto due = DueTime::parse(*settings_.renew_due);
            if (!due)
                refuse(
                    "settings-due", "renew_due",
                    fmt::format("'{}' is neither a share such as 33% (1% to 90%) nor a duration such as 30d",
                                *settings_.renew_due));
            else if (due->before_end(profile_.validity) >= profile_.validity)
                refuse("settings-due", "renew_due",
                       fmt::format("is not shorter than validity ({}): what is issued would be due at once",
                                   to_string(profile_.validity)));
            profile_.renew_due = due.value_or(profile_.renew_due);
        }
        profile_.renew_expired = check_.duration(path("renew_expired"), settings_.renew_expired, Duration(0));
    }

    void check_keys() {
        if (!settings_.keys)
            profile_.keys.assign(x509::all_key_types.begin(), x509::all_key_types.end());
        for (const std::string& text : settings_.keys.value_or(std::vector<std::string>{})) {
            if (const auto type = x509::parse_key_type(text)) {
                add_once(profile_.keys, *type);
                continue;
            }
            std::vector<std::string> known;
            for (x509::KeyType type : x509::all_key_types)
                known.emplace_back(x509::to_string(type));
            refuse("settings-key-type", "keys",
                   fmt::format("'{}' is unknown; there are {}", text, fmt::join(known, ", ")));
        }
        if (settings_.keys && settings_.keys->empty())
            refuse("settings-missing", "keys", "is empty: no key would be allowed");
    }

    void check_key_usages() {
        if (!settings_.key_usages)
            profile_.key_usages = {x509::KeyUsage::digital_signature};
        for (const std::string& text : settings_.key_usages.value_or(std::vector<std::string>{})) {
            const auto usage = x509::parse_key_usage(text);
            if (!usage)
                refuse("settings-usage", "key_usages",
                       fmt::format("'{}' is no key usage of RFC 5280 4.2.1.3", text));
            else if (*usage == x509::KeyUsage::key_cert_sign || *usage == x509::KeyUsage::crl_sign)
                refuse("settings-usage", "key_usages",
                       fmt::format("{} is for CAs, which `mtlsca init` makes", text));
            else
                add_once(profile_.key_usages, *usage);
        }
        if (settings_.key_usages && settings_.key_usages->empty())
            refuse("settings-missing", "key_usages", "is empty: the key could be used for nothing");
    }

    void check_extended_key_usages() {
        const auto& usages = settings_.extended_key_usages;
        if (!usages || usages->empty()) {
            refuse("settings-missing", "extended_key_usages",
                   fmt::format("is missing (the profile begins in line {}): a certificate without it is good "
                               "for everything",
                               settings_.line));
            return;
        }
        for (const std::string& text : *usages) {
            const auto oid = x509::parse_extended_key_usage(text);
            if (!oid)
                refuse("settings-usage", "extended_key_usages",
                       fmt::format("'{}' is unknown; write serverAuth, clientAuth, … or a dotted OID", text));
            else if (*oid == any_extended_key_usage)
                refuse("settings-usage", "extended_key_usages",
                       "anyExtendedKeyUsage makes a certificate good for everything");
            else if (*oid == ocsp_signing)
                refuse("settings-usage", "extended_key_usages",
                       "OCSPSigning speaks for the CA, and no profile gives it");
            else
                add_once(profile_.extended_key_usages, *oid);
        }
    }

    void check_ou(const std::string& key, const std::string& ou) {
        check_.judge_ou(path(key), ou);
        if (const auto role = resembled_role(roles_, ou))
            refuse("ou-looks-like-role", key, fmt::format("'{}' looks like the role {}", ou, *role));
    }

    void check_ous() {
        for (const std::string& ou : settings_.ous.value_or(std::vector<std::string>{})) {
            if (ou == "*") {
                profile_.any_ou = true;
            } else if (ou == "@roles") {
                for (const auto& [role_ou, role] : roles_)
                    profile_.ous.insert(role_ou);
            } else if (ou.starts_with('@')) {
                refuse("settings-ou", "ous",
                       fmt::format("'{}' stands for nothing; there is only @roles", ou));
            } else {
                check_ou("ous", ou);
                profile_.ous.insert(ou);
            }
        }
        for (const std::string& ou : settings_.granted_ous) {
            check_ou("granted_ous", ou);
            add_once(profile_.granted_ous, ou);
        }
    }

    bool has_san(x509::SanType type) const { return profile_.san_types.contains(type); }

    void check_san_types() {
        for (const std::string& text : settings_.san_types.value_or(std::vector<std::string>{})) {
            if (const auto type = x509::parse_san_type(text))
                profile_.san_types.insert(*type);
            else
                refuse("settings-san-type", "san_types",
                       fmt::format("'{}' is unknown; there are dns, ip, email and uri", text));
        }
        const bool has_host = has_san(x509::SanType::dns) || has_san(x509::SanType::ip);
        if (profile_.name_as_san && !has_host)
            refuse("settings-san-type", "name_as_san", "needs dns or ip among san_types");
        if (has_purpose(profile_.extended_key_usages, server_auth) && !has_host &&
            !has_san(x509::SanType::uri))
            refuse("settings-san-type", "san_types",
                   "a server needs dns, ip or uri: clients look at nothing else (RFC 9525)");
    }

    // A pattern for a type that is not allowed would be a rule that never holds.
    void require_type(const char* key, bool is_used, x509::SanType type) {
        if (is_used && !has_san(type))
            refuse(
                "settings-san-type", key,
                fmt::format("says something about {}, which is not among san_types", x509::to_string(type)));
    }

    // ".example.com" and "example.com" mean the same.
    std::vector<std::string> check_domains(const char* key, const std::vector<std::string>& texts) {
        std::vector<std::string> domains;
        for (const std::string& text : texts) {
            const std::string_view name = std::string_view(text).substr(text.starts_with('.') ? 1 : 0);
            const auto read = x509::make_san(x509::SanType::dns, name);
            if (read.san && !read.san->value.starts_with("*"))
                add_once(domains, read.san->value);
            else
                refuse("settings-pattern", key, fmt::format("'{}' is no domain such as example.com", text));
        }
        return domains;
    }

    void check_dns_patterns() {
        require_type("dns_suffixes", !settings_.dns_suffixes.empty(), x509::SanType::dns);
        require_type("wildcard_dns", settings_.wildcard_dns, x509::SanType::dns);
        profile_.dns_suffixes = check_domains("dns_suffixes", settings_.dns_suffixes);
    }

    void check_other_patterns() {
        require_type("email_domains", !settings_.email_domains.empty(), x509::SanType::email);
        require_type("networks", !settings_.networks.empty(), x509::SanType::ip);
        require_type("uri_prefixes", !settings_.uri_prefixes.empty(), x509::SanType::uri);
        profile_.email_domains = check_domains("email_domains", settings_.email_domains);
        for (const std::string& text : settings_.networks) {
            if (const auto network = encoding::parse_network(text))
                add_once(profile_.networks, *network);
            else
                refuse("settings-pattern", "networks",
                       fmt::format("'{}' is no network such as 10.0.0.0/8 or 2001:db8::/32 (bits behind the "
                                   "prefix must be zero)",
                                   text));
        }
        for (const std::string& text : settings_.uri_prefixes)
            check_uri_prefix(text);
    }

    // Scheme and host in lower case, as SANs have them; empty where it is no beginning of a URI.
    std::optional<std::string> canonical_uri_prefix(const std::string& text) {
        const std::size_t colon = text.find(':');
        if (colon == std::string::npos)
            return std::nullopt;
        std::size_t end = colon;
        if (std::string_view(text).substr(colon).starts_with("://")) {
            const std::size_t host = colon + 3;
            end = std::min(text.find_first_of("/?#", host), text.size());
            if (end == host)
                return std::nullopt;
        }
        // make_san knows the syntax of URIs, and a prefix need not be one to its end ("spiffe://acme/").
        const std::string whole = text.ends_with('/') || text.ends_with(':') ? text + 'a' : text;
        if (!x509::make_san(x509::SanType::uri, whole).san)
            return std::nullopt;
        return encoding::to_lower_ascii(text.substr(0, end)) + text.substr(end);
    }

    void check_uri_prefix(const std::string& text) {
        if (const auto prefix = canonical_uri_prefix(text))
            add_once(profile_.uri_prefixes, *prefix);
        else
            refuse("settings-pattern", "uri_prefixes",
                   fmt::format("'{}' is no beginning of a URI such as spiffe://acme/ or urn:acme:", text));
    }

    void check_request_rules() {
        if (settings_.request_san) {
            const auto rule = parse_request_sans(*settings_.request_san);
            if (!rule)
                refuse(
                    "settings-request", "request_san",
                    fmt::format("'{}' is unknown; there are check, take and ignore", *settings_.request_san));
            profile_.request_sans = rule.value_or(RequestSans::check);
        }
        if (settings_.request_ou == "take")
            profile_.request_ous = RequestOus::take;
        else if (settings_.request_ou && settings_.request_ou != "refuse")
            refuse("settings-request", "request_ou",
                   fmt::format("'{}' is unknown; there are refuse and take", *settings_.request_ou));
    }

    std::optional<SubjectRule> parse_subject_rule(const std::string& text) {
        constexpr std::string_view fixed = "fixed:";
        if (text.starts_with(fixed))
            return SubjectRule{SubjectRule::Kind::fixed, text.substr(fixed.size())};
        if (text == "required")
            return SubjectRule{SubjectRule::Kind::required, {}};
        if (text == "optional")
            return SubjectRule{SubjectRule::Kind::optional, {}};
        if (text == "same-as-ca")
            return SubjectRule{SubjectRule::Kind::same_as_ca, {}};
        return std::nullopt;
    }

    void check_subject() {
        for (const auto& [text, rule_text] : settings_.subject) {
            const std::string key = "subject." + text;
            const auto type = canonical_type(text);
            const auto rule = parse_subject_rule(rule_text);
            if (type == "CN" || type == "OU")
                refuse("settings-subject", key, "CN and OU have rules of their own: NAME, ous, granted_ous");
            else if (!type)
                refuse("settings-subject", key, "is no attribute of a subject such as O, C, ST or L");
            else if (profile_.subject.contains(*type))
                refuse("settings-subject", key, fmt::format("is another spelling of {}, named twice", *type));
            if (!rule)
                refuse(
                    "settings-subject", key,
                    fmt::format("'{}' is unknown; there are fixed:VALUE, required, optional and same-as-ca",
                                rule_text));
            if (!type || !rule)
                continue;
            if (rule->kind == SubjectRule::Kind::fixed)
                check_.add(judge_attribute(path(key), *type, rule->value));
            profile_.subject.emplace(*type, *rule);
        }
    }

    const ProfileSettings& settings_;
    const Roles& roles_;
    SettingsCheck& check_;
    Profile profile_;
};

} // namespace

Profile check_profile(const ProfileSettings& settings, const Roles& roles, SettingsCheck& check) {
    return ProfileCheck(settings, roles, check).run();
}

} // namespace mtlsca::policy
