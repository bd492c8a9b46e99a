// OCSP responders of our CAs: each CA has one delegate (RFC 6960 4.2.2.2), so that the CA's key need not lie
// where questions are answered. Key and certificate are one file, ocsp/NAME.pem in the CA's folder, 0600: it
// is replaced as a whole, so that nobody ever finds the key of one and the certificate of another.
//
// The certificate is planned, recorded and signed like every other, by a profile of its own
// (policy/settings/ocsp_config.h), and has a new key each time. It lives for responder_validity and is
// renewed when half of that is left; a root's lives as long as the root's CRL, and is due when that would be.
#pragma once

#include "authority/ca.h"

namespace mtlsca::authority {

io::Path delegate_file(const CaFolder& folder, const std::string& tier);

struct Delegate {
    x509::PrivateKey key;
    x509::Certificate certificate;
};
// None: there is no file. Error where it is not a responder's of this tier: not its signature, not
// OCSPSigning, another key.
std::optional<Delegate> read_delegate(const Ca& ca, const Tier& tier);

// How long before its end a new one is made.
Duration delegate_overlap(const Ca& ca, const Tier& tier);
// Why a new one is to be made; empty: it is not. A CA that is trusted no longer needs none.
std::optional<std::string> why_delegate_due(const Ca& ca, const Tier& tier, Time now);

// Somebody has answered from this CA's folder: there is a delegate, or was one.
bool answers_ocsp(const Ca& ca);
// Of all tiers whose keys are here.
bool is_any_delegate_due(const Ca& ca, Time now);

struct DelegateRenewal {
    std::vector<store::Certificate> made;
    std::vector<Error> failures; // a key that does not open, a CA about to expire: said after all were tried
};
// All that are due and whose CA's key is here.
DelegateRenewal renew_delegates(Ca& ca, const Run& run);
// Opens the CAs' keys that renew_delegates() would open now, for who wants to forget the passphrase before.
// False where one does not open, which renew_delegates() tells.
bool open_keys_to_renew_delegates(Ca& ca, Time now);

} // namespace mtlsca::authority
