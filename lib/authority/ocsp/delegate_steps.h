// The steps by which a delegate comes to be, so that a key that lies elsewhere is certified as one here is.
#pragma once

#include "authority/ocsp/delegate.h"
#include "policy/plan/plan.h"

namespace mtlsca::authority {

// `key`: one that was made elsewhere; null: one is going to be made. Error(refused) with every finding.
policy::CertificatePlan plan_delegate(Ca& ca, const Run& run, const Tier& tier, const x509::PublicKey* key,
                                      Duration validity);
// Under the CA's lock, with its key: recorded, signed, recorded.
store::Certificate certify_delegate(Ca& ca, const Run& run, const Tier& tier,
                                    const policy::CertificatePlan& plan, const x509::PublicKey& key);
// A responder's certificate by this tier, whoever has its key.
bool is_delegate_of(const Tier& tier, const x509::Certificate& certificate);
// ocsp/NAME.pem
void write_delegate(const Ca& ca, const Tier& tier, const x509::PrivateKey& key,
                    const x509::Certificate& certificate);

} // namespace mtlsca::authority
