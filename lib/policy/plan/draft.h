// A plan on its way through the steps of plan_certificate. Internal to lib/policy.
#pragma once

#include "policy/plan/plan.h"

namespace mtlsca::policy {

// Every step reads the wishes, writes its part of the outcome, and says what it decided. A step that refuses
// goes on with the rest, so that all findings come at once.
struct Draft {
    const Config& config;
    const Profile& profile;
    const x509::Request* request; // null for `issue`; for `renew` the predecessor as one
    const x509::PublicKey* key;   // null where it is still to be made
    const SigningOptions& options;
    const Facts& facts;

    std::optional<x509::KeyType> key_type; // empty where the key is none that anybody may have
    std::string common_name;
    std::vector<std::string> ous, bindings, deployments;
    std::vector<Label> labels;
    x509::CertificateContent content;
    // False once something that was wished is missing in content: judging the rest as a whole would then
    // complain of what is missing.
    bool is_complete = true;

    std::vector<Decision> decisions;
    Findings findings;

    std::string name() const; // what the certificate will be called
    Decision& decision_of(const std::string& field);
    const x509::Certificate& issuer() const { return *facts.issuer; }
    // Of the request's subject, each once. An empty one is as good as none.
    std::vector<std::string> requested_values(const std::string& attribute_type) const;

    void add(const Finding& finding); // each once

    // One decision for each field: a later one takes the place of an earlier one, never of a refusal.
    void decide(Decision::Outcome outcome, const std::string& field, const std::string& requested,
                const std::string& result, const std::string& why = {});
    // Granted where somebody asked for it, added where nobody did.
    void grant(const std::string& field, const std::string& requested, const std::string& result,
               const std::string& why = {});
    // Something of a request that is not taken over: a decision and a note.
    void drop(const char* rule, const std::string& field, const std::string& requested,
              const std::string& why);
    void change(const char* rule, const std::string& field, const std::string& requested,
                const std::string& result, const std::string& why);
    void refuse(const char* rule, const std::string& field, const std::string& requested,
                const std::string& why);
    // Keeps what an earlier decision says was requested, and an earlier refusal's reason.
    void refuse(const Finding& finding, const std::string& requested = {});
    // The same for what belongs into the certificate: content is not complete without it.
    void refuse_part(const char* rule, const std::string& field, const std::string& requested,
                     const std::string& why);
    void refuse_part(const Finding& finding, const std::string& requested = {});
};

// The steps, in the order of the decisions that --dry-run prints. Each has a file of its own name.
void decide_subject(Draft& draft);
void decide_sans(Draft& draft);
void decide_key(Draft& draft);
void decide_validity(Draft& draft);
void decide_usages(Draft& draft);    // needs the key's type
void judge_extensions(Draft& draft); // of a request
void decide_records(Draft& draft);   // owner, labels, bindings: what only the inventory knows

void decide_deployments(Draft& draft); // needs the name

// Of decide_subject; fills draft.ous.
void decide_ous(Draft& draft);

template <typename Value>
bool contains(const std::vector<Value>& values, const Value& value) {
    for (const Value& one : values)
        if (one == value)
            return true;
    return false;
}

} // namespace mtlsca::policy
