// Certificates for subscribers: recorded before they exist, signed from a plan, recorded again.
#pragma once

#include "authority/ca.h"
#include "policy/plan/plan.h"
#include "store/work/deliveries.h"

namespace mtlsca::authority {

// What the plan must know of the inventory. Without a key (it is still to be made) the key facts are false.
policy::Facts facts(Ca& ca, const Run& run, const x509::PublicKey* key);

// Adds a warning where a live certificate of any profile has a name that a person could take for the planned
// one: other only in case, or in letters of other scripts that look Latin.
void doubt_name(const Ca& ca, const Run& run, policy::Planned& planned);

// What issue() would say of a name that the profile wants to be unique: Error(already). For --dry-run, and
// before anything costly; only issue() decides.
void refuse_taken_name(Ca& ca, const Run& run, const policy::CertificatePlan& plan);

// What else becomes true in the moment in which a certificate is valid.
struct IssueOptions {
    // The predecessor. Its outstanding deliveries are wanted of the new one; Error(already) where it has a
    // live successor.
    std::optional<store::CertificateId> renews;
    std::optional<Duration> revoke_predecessor_after; // planned, counted from the last delivery
    std::string certificate_file, key_file;           // absolute; of all deliveries
    std::vector<std::string> deliveries;              // their targets
    std::function<void()> before_recording;           // the last that may throw; the CA's lock is held
};

// The only place that signs for subscribers. Error(already) where the profile wants the name to be unique and
// it is taken; Error(secret) where the issuing key does not open, before anything is recorded. A process that
// dies in here leaves a pending serial at worst.
store::Certificate issue(Ca& ca, const Run& run, const policy::CertificatePlan& plan,
                         const x509::PublicKey& key, const IssueOptions& options = {});

// PEM as a server or client sends it: the leaf, then the chain of its own issuer (Ca::chain).
std::string chain_pem(const Ca& ca, const store::Certificate& leaf);

} // namespace mtlsca::authority
