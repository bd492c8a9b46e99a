// The CAs whose certificates this database records.
#pragma once

#include "store/database.h"
#include "time.h"

#include <optional>
#include <string>

namespace mtlsca::store {

using IssuerId = std::int64_t;

// A CA's life beside those that came before it and take over from it; each step but the last can be undone.
// Of those that issue one is active, and of the roots one.
enum class IssuerState {
    prepared = 0, // trusted, with a CRL of its own, before it signs anything
    active = 1,
    retiring = 2, // its successor is active; it would be active again
    retired = 3,  // signs nothing but CRLs, and those no longer than its certificates live
    gone = 4,     // neither trusted nor in the bundle; its record and its files are for the archive
};
const char* to_string(IssuerState state); // "prepared", …

struct Issuer {
    IssuerId id = 0;
    std::string name;               // of its files: "root", "issuing", "issuing-2"
    std::optional<IssuerId> parent; // who signed it; none for a root
    bool issues = false; // signs certificates of subscribers, in its time: an issuing CA, or a root
                         // without one
    Bytes certificate;   // DER
    Bytes spki_sha256;   // 32
    IssuerState state = IssuerState::active;
};

IssuerId add_issuer(Transaction& transaction, const Issuer& issuer); // `id` is ignored
void set_issuer_state(Transaction& transaction, IssuerId issuer, IssuerState state);
// Another certificate for the same key.
void replace_issuer_certificate(Transaction& transaction, IssuerId issuer, std::optional<IssuerId> parent,
                                ByteView certificate);
std::vector<Issuer> issuers(const Database& database); // few, in the order they were added: a root first

// For the same key and subject, by another signer: a root's cross certificate by the root before it, an
// issuing CA's by the root before or after.
struct FurtherCertificate {
    IssuerId issuer = 0;
    IssuerId signer = 0;
    Bytes certificate; // DER
};
void keep_further_certificate(Transaction& transaction, const FurtherCertificate& certificate); // replaces
void drop_further_certificate(Transaction& transaction, IssuerId issuer, IssuerId signer);
std::vector<FurtherCertificate> further_certificates(const Database& database); // few

// When the last certificate of this issuer expires, revoked and pending ones too; none: it has none. Reads
// what expires after it, of all issuers.
std::optional<Time> last_expiry(const Database& database, IssuerId issuer);
// Whether any of them expires at this time or later. Of an issuer that issues no more the first one is near:
// those of the others expire later.
bool has_certificates_until(const Database& database, IssuerId issuer, Time time);

} // namespace mtlsca::store
