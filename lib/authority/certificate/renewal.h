// The next certificate for the same subject: whether it may be, what it would say, when it is due, and what
// becomes of the one before.
#pragma once

#include "authority/certificate/issuance.h"
#include "store/inventory/renewals.h"

namespace mtlsca::authority {

struct RenewalOptions {
    bool rekey = false;
    std::optional<x509::KeyType> key_type; // with rekey; default: the predecessor's, where still allowed
    std::vector<std::string> deployments;  // beside the predecessor's
};

struct Renewal {
    store::Certificate predecessor;
    std::optional<x509::PublicKey> key; // none: a new one is to be made
    // Without a plan where the predecessor is revoked, on hold, was never signed, or expired longer ago than
    // its profile allows ("renewal-revoked", "renewal-held", "renewal-pending", "renewal-expired"), too.
    policy::Planned planned;
    Findings differences; // notes
};

// Error(not_found) where its profile is no longer in the settings.
Renewal plan_renewal(Ca& ca, const Run& run, const store::Certificate& predecessor,
                     const RenewalOptions& options);

struct DueOptions {
    std::optional<policy::DueTime> due; // in place of what each profile says
    Duration spread{};                  // each is due earlier by a part of this that its serial decides
};

// When this one is due for its renewal.
Time due_at(const policy::Config& config, const store::Renewable& certificate, const DueOptions& options);

Time due_at(const policy::Config& config, const store::Certificate& certificate); // by its profile

struct DueSummary {
    // Would be due, but end with the CA, and so would their successors.
    std::uint64_t ending_with_ca = 0;
};
// Every certificate that is due now and can be renewed, in the order of expiry: valid, without a live
// successor, at most renew_expired of its profile past its end and then not replaced under its name. Reads
// page by page, so that the visitor may issue.
DueSummary for_each_due(Ca& ca, Time now, const DueOptions& options,
                        const std::function<void(const store::Certificate&)>& visitor);

// Planned revocations whose time has come: carried out as superseded, so that they are in the next CRL. One
// waits while a delivery of the successor is outstanding or the successor is on hold; where no successor is
// live any more it is dropped, for the predecessor may be the only one that still works.
struct CarriedOut {
    std::vector<store::Certificate> revoked; // at most `most_at_once`; without DER
    Findings notes;                          // plans that were dropped
    bool is_complete = true;                 // false: there are more
};
CarriedOut carry_out_planned_revocations(Ca& ca, const Run& run);
// Whether that would change anything. Opens no key and writes nothing.
bool is_planned_revocation_due(const Ca& ca, Time now);

} // namespace mtlsca::authority
