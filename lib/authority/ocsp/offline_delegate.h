// The delegate of a root whose key lies elsewhere: its public key goes there with the request of the root's
// CRL, its certificate comes back with the CRL (crl/root_crl.h), and lives as long.
#pragma once

#include "authority/ocsp/delegate.h"

namespace mtlsca::authority {

// Here, under the CA's lock. The key that waits for its certificate in ocsp/NAME.key: the one of a request
// that is on its way, or a new one. Its SubjectPublicKeyInfo; empty where this CA answers nobody.
Bytes request_delegate(const Ca& ca, const Tier& tier);

// There: what would be said against it, then the certificate, under the CA's lock.
void judge_delegate_request(Ca& ca, const Run& run, const Tier& tier, ByteView spki, Duration validity);
x509::Certificate sign_delegate_request(Ca& ca, const Run& run, const Tier& tier, ByteView spki,
                                        Duration validity);

// Here. Error(refused) where it is no responder's certificate by this root, or is for another key than the
// one that waits. Under the CA's lock it is recorded and takes its place.
void judge_returned_delegate(const Ca& ca, const Tier& tier, const x509::Certificate& certificate);
void install_delegate(Ca& ca, const Run& run, const Tier& tier, const x509::Certificate& certificate);

} // namespace mtlsca::authority
