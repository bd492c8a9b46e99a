// One CA takes over from another without anybody being locked out, in three steps that can be undone until
// the next one: prepare, so that relying parties know the new CA before it signs; activate; retire.
//
// A new issuing CA has a key, a subject and files of its own. A new root signs itself and is signed by the
// old one, too; when it becomes active, every issuing CA gets a certificate by it for the same key and
// subject. With one tier the root is who issues, and is rolled over as an issuing CA is: it may have no CA
// below itself, so that nothing is signed across.
#pragma once

#include "authority/tier/ca_change.h"

namespace mtlsca::authority {

enum class CaRole { issuing, root };

struct PreparationOptions {
    std::optional<x509::Name> subject; // default: the active one's with the next number behind its CN
    std::optional<x509::KeyType> key;
    std::optional<Duration> validity; // default: the active one's
};

// What each step would do. Error(refused) says why it cannot be done now, Error(already) that it is done,
// Error(not_found) that there is nothing to undo or to go on with, Error(secret) that a key is elsewhere.
CaChange plan_preparation(Ca& ca, Time now, CaRole role, const PreparationOptions& options);
CaChange plan_activation(Ca& ca, Time now, CaRole role);
CaChange plan_retirement(Ca& ca, CaRole role);
CaChange plan_undo_of_preparation(Ca& ca, Time now, CaRole role);
CaChange plan_undo_of_activation(Ca& ca, CaRole role);
CaChange plan_undo_of_retirement(Ca& ca, CaRole role);

// The same key and subject for longer; `name` of a CA that is not retired.
CaChange plan_ca_renewal(Ca& ca, Time now, const std::string& name, std::optional<Duration> validity);

// Of the next CA of this role: "issuing-2".
std::string next_ca_name(const Ca& ca, CaRole role);
x509::Name next_ca_subject(const Ca& ca, CaRole role, const std::optional<x509::Name>& wanted);
// From now on, as long as the one before or as wanted. Never longer than its signer, if it has one: refused
// where that was asked for, a note where not.
struct CaValidity {
    Time not_before;
    Time not_after;
    Findings notes;
};
CaValidity ca_validity(const Ca& ca, Time now, const x509::Certificate& before, const Tier* signer,
                       std::optional<Duration> wanted);

} // namespace mtlsca::authority
