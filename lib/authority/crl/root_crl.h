// The CRL of a root whose key lies elsewhere: a request goes there, a CRL comes back. Who signs reads the
// request first: it is small, and says why it is made.
#pragma once

#include "authority/ca.h"
#include "store/issuer/crls.h"
#include "x509/crl/crl.h"

namespace mtlsca::authority {

struct RootCrlRequest {
    std::string issuer; // the root: "root", "root-2"
    std::string subject;
    std::string key; // SHA-256 of its SubjectPublicKeyInfo, hex
    std::uint64_t number = 0;
    Time next_update{};
    std::string reason;                  // "its nextUpdate is 2026-11-21T09:30:00Z"
    std::vector<x509::CrlEntry> entries; // certificates of CAs: few
    // SubjectPublicKeyInfo of the root's OCSP responder here (ocsp/offline_delegate.h); empty: there is none.
    Bytes responder_key;
};

// Here. Takes the CRL's number. Error(refused) where the CA has one tier: its root signs each day.
RootCrlRequest request_root_crl(Ca& ca, const Run& run, const std::string& name,
                                std::optional<Duration> next_update);

// There. Error(refused) with every finding: another root, a number that was used, a nextUpdate beyond
// root_next_update of the settings there, a revocation missing that is known there. Writes crl/NAME.crl
// there.
void judge_root_crl_request(Ca& ca, const Run& run, const RootCrlRequest& request);
// Returns the certificate of the responder, where the request has its key.
std::optional<x509::Certificate> sign_root_crl(Ca& ca, const Run& run, const RootCrlRequest& request);

// Here. Error(refused) with every finding: a bad signature, an older number or thisUpdate, a revocation
// missing, what nginx would refuse; Error(already) where it is the one that is there.
struct ReturnedCrl {
    std::string issuer; // the root
    store::PublishedCrl crl;
};
ReturnedCrl judge_root_crl(Ca& ca, Time now, ByteView der, const std::string& object);
// Judges it again and makes it crl/NAME.crl; the caller publishes, with `trust_changed`.
void install_root_crl(Ca& ca, const Run& run, ByteView der, const std::string& object);
// The responder's certificate that came with it. Error(refused) where it is not by a root of this CA, or for
// another key. To be called first: installed twice is fine, and a CRL only once.
void judge_returned_responder(Ca& ca, const x509::Certificate& certificate);
void install_returned_responder(Ca& ca, const Run& run, const x509::Certificate& certificate);

} // namespace mtlsca::authority
