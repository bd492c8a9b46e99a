// Publishing CRLs: one for each CA, numbered, checked, never going backwards, never holding a revocation
// back.
#pragma once

#include "authority/ca.h"
#include "store/issuer/crls.h"

namespace mtlsca::authority {

struct PublicationOptions {
    bool if_due = false; // only what is due: little time left, unpublished changes, or files missing
    std::optional<Duration> next_update; // of the issuing CA's; default: settings
    std::optional<Duration> overlap;
    // thisUpdate of a CRL that a clock which was ahead made may go back to now; its number grows all the
    // same.
    bool clock_is_right = false;
    bool only_issuing = false;  // `revoke`: the CRLs that its change is in, those with unpublished changes
    bool trust_changed = false; // a CA came, went or has another certificate: bundle and trust file are
                                // written and told of in any case, and the audit log is sealed
    std::string on_change;      // remembered as to be told, in the same commit as the publication
    // No other key of the CA is opened after these: the passphrase is wiped while files are written and
    // commands are told.
    bool forgets_passphrase = false;
};

struct CrlFile {
    std::string issuer; // the tier: "root", "issuing"
    store::PublishedCrl crl;
    io::Path file;
};

struct Publication {
    bool changed = false;
    std::vector<CrlFile> crls;        // published_crls(), new or not
    std::vector<std::string> dropped; // CAs that are gone from trust file and bundle since now
    io::Path bundle;
    // A CRL that could not be made although it is due (the key of a root, or of a CA that issues no longer,
    // is elsewhere): said after everything else was published.
    std::vector<Error> failures;
    Findings warnings; // a clock behind the last CRL, an earlier nextUpdate; a note: the root's was kept
};

// Retired CAs whose time is over are gone afterwards (store::IssuerState). Reloads `ca`.
Publication publish(Ca& ca, const Run& run, const PublicationOptions& options);
// Opens the keys that publish() would open now, for who wants to forget the passphrase before.
void open_keys_to_publish(Ca& ca, const Run& run, const PublicationOptions& options);

// The current ones of all CAs that are trusted; root first.
std::vector<CrlFile> published_crls(const Ca& ca);

// Would publish() with `if_due` find anything to do. Opens no key.
bool is_publication_due(Ca& ca, Time now, std::optional<Duration> overlap);

// Why a new CRL of this tier is due; empty: it is not. Opens no key.
std::optional<std::string> why_due(Ca& ca, const Tier& tier, Time now, std::optional<Duration> overlap);

} // namespace mtlsca::authority
