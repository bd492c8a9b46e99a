// A root whose key lies elsewhere: on a machine of its own, with a copy of the CA's folder and the key in it.
// A request goes there, a certificate comes back. Nothing else has to travel, and nothing that travels is
// secret.
#pragma once

#include "authority/ca.h"
#include "x509/request/request.h"

namespace mtlsca::authority {

// Here: a PKCS#10 request in DER by the key of a CA of ours, or of the next issuing one ("issuing-2"), whose
// key is then made. `subject` and `type` are for a new one.
struct CaRequestOptions {
    std::optional<x509::Name> subject;
    std::optional<x509::KeyType> key;
};
Bytes request_ca_certificate(Ca& ca, const Run& run, const std::string& name,
                             const CaRequestOptions& options);

// There: what would be signed. Error(refused) with every finding where it is no request for an issuing CA of
// this root: its name, its key, its extensions. Constraints and path length are those of the CA before it.
struct PlannedSignature {
    std::string name; // "issuing", "issuing-2": of whom it is
    bool is_new = false;
    std::string signer; // "root"
    x509::CertificateContent content;
    Findings notes;
};
PlannedSignature plan_ca_signature(Ca& ca, Time now, const x509::Request& request, const std::string& object,
                                   std::optional<Duration> validity);
Bytes sign_ca_request(Ca& ca, const Run& run, const x509::Request& request, const PlannedSignature& planned);

// Here: what came back takes its place: a renewal, also of a root, or a new issuing CA that is prepared then.
// Error(refused) with every finding, Error(already) where it is there. The caller publishes, with
// `trust_changed`.
struct Installation {
    std::string name;
    bool is_new = false;
};
Installation plan_installation(Ca& ca, Time now, const x509::Certificate& certificate);
void install_ca_certificate(Ca& ca, const Run& run, const x509::Certificate& certificate);

} // namespace mtlsca::authority
