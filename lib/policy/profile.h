// What a profile allows, checked: nobody asks twice whether a duration is sane.
#pragma once

#include "encoding/network.h"
#include "policy/due_time.h"
#include "x509/certificate/certificate.h"

#include <map>
#include <set>

namespace mtlsca::policy {

enum class RequestSans { check, take, ignore };
std::optional<RequestSans> parse_request_sans(std::string_view text);
enum class RequestOus { refuse, take };

struct SubjectRule {
    enum class Kind { fixed, required, optional, same_as_ca } kind;
    std::string value; // of fixed
};

struct Profile {
    std::string name;
    Duration validity{};
    Duration longest_validity{};
    DueTime renew_due = DueTime::share(33);
    Duration renew_expired{}; // how long after its end a certificate can still be renewed; 0: not at all
    std::vector<x509::KeyType> keys; // not empty; the first is the default
    std::vector<x509::KeyUsage> key_usages;
    std::vector<std::string> extended_key_usages; // OIDs
    bool any_ou = false;
    std::set<std::string> ous;
    std::vector<std::string> granted_ous;
    std::set<x509::SanType> san_types;
    bool name_as_san = false;
    std::vector<std::string> dns_suffixes, email_domains; // lower case
    std::vector<encoding::Network> networks;
    std::vector<std::string> uri_prefixes;
    bool wildcard_dns = false;
    bool unique = false;
    bool ocsp_no_check = false; // no setting gives it (ocsp_config.h)
    RequestSans request_sans = RequestSans::check;
    RequestOus request_ous = RequestOus::refuse;
    std::vector<std::string> deployments;       // names of Config::deploy_targets
    std::map<std::string, SubjectRule> subject; // by short attribute name; never CN or OU

    bool allows_ou(const std::string& ou) const { return any_ou || ous.contains(ou); }
};

// Empty: allowed. Else why not, with what is allowed.
std::optional<Finding> judge_san(const Profile& profile, const x509::San& san);
// A uri prefix matches whole segments only: "spiffe://acme" allows "spiffe://acme/pay", not
// "spiffe://acme.evil/".
bool has_uri_prefix(std::string_view uri, std::string_view prefix);

} // namespace mtlsca::policy
