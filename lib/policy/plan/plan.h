// From wish to plan: (profile, request, options, facts, now) → what will be signed, or why not.
//
// authority can sign nothing but a CertificatePlan, and only plan_certificate makes one. --dry-run prints its
// decisions.
#pragma once

#include "policy/settings/config.h"
#include "x509/request/request.h"

namespace mtlsca::policy {

// What the operator asks for, as typed.
struct SigningOptions {
    std::optional<std::string> name; // NAME of `issue`; for `sign` the request's CN counts unless this is set
    std::vector<std::string> sans;   // "dns:example.com"
    std::vector<std::string> ous;
    std::vector<std::string> attributes; // "L=Berlin"
    std::string owner;
    std::vector<std::string> labels;   // "team=payments"
    std::vector<std::string> bindings; // "10.1.0.0/16"
    std::optional<Duration> validity;
    std::optional<RequestSans> request_sans; // overrides the profile's
    std::vector<std::string> deployments;    // names of [deploy.NAME], beside the profile's
};

struct Facts {
    Time now{};
    Duration backdate{};
    const x509::Certificate* issuer = nullptr;            // never null when planning
    const std::vector<x509::Name>* ca_subjects = nullptr; // of all our CAs; null: only the issuer is known
    bool key_is_a_ca_key = false;                         // the key belongs to one of our CAs
    bool key_is_compromised = false; // a certificate with it was revoked for keyCompromise
};

struct Label {
    std::string key;
    std::string value;
};

// One field of the outcome, for --dry-run and for notes.
struct Decision {
    enum class Outcome { granted, changed, added, dropped, refused } outcome;
    std::string field;     // "subject CN", "san dns:a.example.com", "not after", "key", "ou Admin"
    std::string requested; // by the request or the operator; empty where nobody asked for it
    std::string result;    // empty where nothing is left
    std::string why;       // empty where it goes without saying
};
const char* to_string(Decision::Outcome outcome);

class CertificatePlan {
public:
    const std::string& profile() const { return profile_; }
    const std::string& name() const { return name_; } // the CN, else the first SAN's value
    // Complete but for serial, issuer, key identifiers, spki and URLs, which authority knows.
    const x509::CertificateContent& content() const { return content_; }
    const std::vector<std::string>& ous() const { return ous_; }
    const std::vector<std::string>& bindings() const { return bindings_; }
    const std::vector<std::string>& deployments() const { return deployments_; } // without the profile's
    const std::vector<Label>& labels() const { return labels_; }
    const std::string& owner() const { return owner_; }
    bool unique() const { return unique_; }
    x509::KeyType key_type() const { return key_type_; }

private:
    friend struct Planner; // plan.cpp: the only maker
    CertificatePlan() = default;
    std::string profile_, name_, owner_;
    x509::CertificateContent content_;
    std::vector<std::string> ous_, bindings_, deployments_;
    std::vector<Label> labels_;
    bool unique_ = false;
    x509::KeyType key_type_{};
};

struct Planned {
    std::optional<CertificatePlan> plan; // none where a finding is an error
    std::vector<Decision> decisions;
    Findings findings; // errors, warnings and notes
};

// For `issue`: a key of `key` (default: the profile's first) is going to be made.
Planned plan_certificate(const Config& config, const Profile& profile, std::optional<x509::KeyType> key,
                         const SigningOptions& options, const Facts& facts);
// For `sign`.
Planned plan_certificate(const Config& config, const Profile& profile, const x509::Request& request,
                         const SigningOptions& options, const Facts& facts);

// What a renewal takes over: names and OUs from the certificate, the rest from the inventory.
struct Predecessor {
    const x509::Certificate& certificate; // one of ours
    std::string owner;
    std::vector<std::string> labels; // "team=payments"
    std::vector<std::string> bindings;
    std::vector<std::string> deployments = {};     // those that are gone from the settings are dropped
    std::vector<std::string> new_deployments = {}; // wished for now
};

// For `renew`: the same names, OUs, owner, labels and bindings under today's rules, with the profile's
// validity. What the profile fixes now or wants no longer is changed or dropped with a note; a name, an OU or
// a key that it no longer allows is refused. Without `key` a new one is made: of type `new_key`, else of the
// predecessor's where the profile still allows it, else the profile's first.
Planned plan_renewal(const Config& config, const Profile& profile, const Predecessor& predecessor,
                     const x509::PublicKey* key, std::optional<x509::KeyType> new_key, const Facts& facts);

// What differs between a certificate and the plan of its renewal, as notes: subject, names, usages, lifetime,
// key.
Findings differences(const x509::Certificate& predecessor, const CertificatePlan& plan);

} // namespace mtlsca::policy
