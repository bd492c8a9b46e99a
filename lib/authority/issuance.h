// Certificates for subscribers: recorded before they exist, signed from a plan, recorded again.
#pragma once

#include "authority/ca.h"
#include "policy/plan.h"

namespace mtlsca::authority {

// What the plan must know of the inventory. Without a key (it is still to be made) the key facts are false.
policy::Facts facts(Ca& ca, const Run& run, const x509::PublicKey* key);

// What issue() would say of a name that the profile wants to be unique: Error(already). For --dry-run, and
// before anything costly; only issue() decides.
void refuse_taken_name(Ca& ca, const Run& run, const policy::CertificatePlan& plan);

// The only place that signs for subscribers. Error(already) where the profile wants the name to be unique and
// it is taken; Error(secret) where the issuing key does not open, before anything is recorded. A process that
// dies in here leaves a pending serial at worst.
store::Certificate issue(Ca& ca, const Run& run, const policy::CertificatePlan& plan,
                         const x509::PublicKey& key);

// PEM as a server or client sends it: the leaf, then the CAs below the root.
std::string chain_pem(const Ca& ca, ByteView leaf_der);

} // namespace mtlsca::authority
