// A change of our CAs themselves: planned, shown, carried out. What is planned under one state of the CA is
// carried out under the same one or not at all.
#pragma once

#include "authority/ca.h"

namespace mtlsca::authority {

struct PlannedCertificate {
    std::string name;                 // of the CA that it is for
    std::string signer;               // of the CA that signs it; the same: it signs its own
    bool further = false;             // beside the CA's own (store::FurtherCertificate)
    x509::CertificateContent content; // without serial, key and signer
};

struct NewCa {
    std::string name;
    std::optional<x509::KeyType> key; // of the key to be made; none: as the active CA's, or the one there is
    bool issues = false;
};

struct CaStateChange {
    std::string name;
    store::IssuerState from;
    store::IssuerState to;
};

// A CA takes the further certificate by `signer` for its own, and keeps its own as the further one.
struct TakenBack {
    std::string name;
    std::string signer;
};

struct CaChange {
    std::string event; // of the audit log: "ca-prepared"
    std::optional<NewCa> new_ca;
    std::vector<PlannedCertificate> certificates;
    std::vector<CaStateChange> states;
    std::vector<TakenBack> taken_back;
    Findings notes;
};

// Keys are opened and made, certificates signed, then all of it is recorded in one transaction: a run that
// dies before leaves a key at most, which the next one takes. Files and CRLs follow with publish(), which the
// caller calls with `trust_changed`. Error(failed) where another command changed the CA since it was planned.
void carry_out(Ca& ca, const Run& run, const CaChange& change);

// Adds a CA that waits to become active, with a certificate that was signed here or elsewhere.
store::IssuerId record_prepared_ca(store::Transaction& transaction, const std::string& name,
                                   std::optional<store::IssuerId> parent, bool issues,
                                   const x509::Certificate& certificate);

// In the transaction that changes certificates of CAs: those that `ca`, as it was read before, has and the
// database has no longer. OCSP goes on answering about them, because chains of clients have them still.
void remember_former_certificates(store::Transaction& transaction, const Ca& ca);

} // namespace mtlsca::authority
