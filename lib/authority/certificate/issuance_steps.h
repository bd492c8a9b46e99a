// The steps of issue(), so that one certificate and many at once go the same way: prepare, intend, sign,
// record.
#pragma once

#include "authority/certificate/issuance.h"

namespace mtlsca::authority {

// A certificate on its way. `record` is what the inventory says of it, step by step.
struct Issuance {
    x509::CertificateContent content;
    store::Certificate record;
    IssueOptions options;
};

// What policy must know that the inventory doesn't tell: facts() without whether the key is compromised,
// which intend() asks again anyway. Any thread, as long as nobody changes the CA.
policy::Facts facts_without_inventory(const Ca& ca, Time now, const x509::PublicKey* key);

// Any thread, likewise.
Issuance prepare(const Ca& ca, const policy::CertificatePlan& plan, const x509::PublicKey& key, Bytes serial,
                 IssueOptions options);

// The same for another issuer than the active one: what a CA signs for its own purposes, a root or one that
// issues no longer.
Issuance prepare(const Ca& ca, const Tier& issuer, const policy::CertificatePlan& plan,
                 const x509::PublicKey& key, Bytes serial, IssueOptions options);

// Under Ca::lock(), after it was taken: the plan was made under this issuer, its dates and name constraints
// are in it. Error(failed) where another command has rolled the CA over meanwhile.
void refuse_former_issuer(const Ca& ca);

// Error(already) for a name that is taken, Error(refused) for a key that was revoked for compromise: then
// nothing is recorded, and the transaction may go on.
void intend(store::Transaction& transaction, const Ca& ca, const Run& run, Issuance& issuance);

void signed_as(Issuance& issuance, Bytes der); // what was made of its content; any thread

// In the transaction that makes it valid: a process that dies afterwards leaves nothing unsaid.
void record_valid(store::Transaction& transaction, const Run& run, Issuance& issuance);

} // namespace mtlsca::authority
