// Every certificate: intended, valid, revoked, held.
#pragma once

#include "store/issuer/issuers.h"
#include "time.h"
#include "x509/crl/crl.h"

#include <functional>

namespace mtlsca::store {

// Expired is not a state: it is `valid` whose not_after has passed.
enum class State { pending = 0, valid = 1, revoked = 2, held = 3 };

struct Label {
    std::string key;
    std::string value;
    bool operator==(const Label&) const = default;
};

struct Revocation {
    x509::RevocationReason reason = x509::RevocationReason::unspecified;
    Time revoked_at{};
    std::optional<Time> invalidity_date;
};

// What is known before the certificate is signed.
struct Intent {
    IssuerId issuer = 0;
    Bytes serial; // unsigned
    std::string profile;
    std::string name;              // what the operator calls it; the CN unless that is empty
    std::string subject;           // RFC 4514
    std::vector<std::string> sans; // "dns:example.com"
    std::vector<std::string> ous;
    std::vector<std::string> bindings;    // networks
    std::vector<std::string> deployments; // names of [deploy.NAME] in the settings, beside the profile's
    std::vector<Label> labels;
    std::string owner;
    Time not_before{};
    Time not_after{};
    Bytes spki_sha256; // 32
    // No other live certificate of this profile may have this name (ASCII letters compared without case).
    // Read back: this one has the name now.
    bool unique = false;
    // The predecessor, which then holds the unique name no longer, unless this one dies before it does.
    std::optional<std::int64_t> renews;
};

using CertificateId = std::int64_t;

struct Certificate : Intent {
    CertificateId id = 0;
    State state = State::pending;
    Time recorded_at{};
    Bytes der;         // empty while pending, and where a listing did not ask for it
    Bytes fingerprint; // SHA-256; empty while pending
    std::optional<Revocation> revocation;
};
bool is_live(const Certificate& certificate, Time now); // valid or held, not expired
// "alice, serial 4F…": the object of an error or a finding.
std::string object_of(const std::string& name, ByteView serial);
std::string object_of(const Intent& certificate);

// Commits nothing itself. A taken unique name: Error(already) that names the serial of who has it and the
// hint how to renew it. Pending rows of processes that died hold no name: whoever has the CA's lock
// (io/lock.h) may call this, so that every pending row that this Database did not record is a dead one's.
Error name_is_taken(const std::string& profile, const std::string& name,
                    ByteView serial_of_holder); // Error(already)
CertificateId record_intent(Transaction& transaction, const Intent& intent, Time now);
// `fingerprint` is the SHA-256 of `der`. One that was revoked or held meanwhile stays so.
void record_certificate(Transaction& transaction, CertificateId id, ByteView der, ByteView fingerprint);

void set_deployments(Transaction& transaction, CertificateId id, const std::vector<std::string>& deployments);

// Error(already) where it is revoked (a hold may become a revocation; its date then stays that of the hold).
// Pending ones may be revoked too.
void revoke(Transaction& transaction, CertificateId id, const Revocation& revocation);
// Back from hold to valid (or pending); Error(already) where it is not held.
void release(Transaction& transaction, CertificateId id);

// What people say of a certificate, and may say anew at any time: nothing of it is signed.
struct Annotation {
    std::string owner; // empty: none
    std::vector<Label> labels;
    std::vector<std::string> bindings;
    bool operator==(const Annotation&) const = default;
};
Annotation annotation_of(const Intent& intent);
// In place of what was said before: `certificate` as it was read in this transaction.
void annotate(Transaction& transaction, const Certificate& certificate, const Annotation& annotation);

bool is_key_compromised(const Database& database,
                        ByteView spki_sha256); // a certificate with it was revoked for keyCompromise

// What a selector or a listing asks for; every member that is set must match.
struct Filter {
    enum class Status { valid, revoked, held, expired, pending };
    std::optional<Status> status;
    std::optional<Bytes> serial;
    std::optional<Bytes> fingerprint;                   // SHA-256
    std::optional<std::string> name;                    // without case
    std::optional<std::string> profile, owner, ou, san; // san: "dns:x", or a bare value of any type
    std::vector<Label> labels;                          // all of them
    std::optional<IssuerId> issuer;
    bool live = false;                  // as is_live() has it
    std::optional<Time> expires_before; // and not yet expired: what a watchman asks
    // Equal names (without case) and equal ends come in the order of issue. Unset: by expiry with
    // `expires_before`, else by issue.
    enum class Order { issued, expiry, name };
    std::optional<Order> order;
    std::optional<CertificateId> after; // paging: the last one of the page before, in the same order
    std::optional<std::uint64_t> limit;
};
// What people call it: expired is `valid` whose time is over.
Filter::Status status(const Certificate& certificate, Time now);
const char* to_string(Filter::Status status); // "valid", …
std::optional<Filter::Status> parse_status(std::string_view text);

// A cursor: nothing but the row at hand is in memory. Stops when the visitor returns false. Every filter but
// profile, issuer, valid and expired has an index, and so has every order; what is found through a filter's
// index is sorted by the engine, which holds a number and a key for each of those rows, on disk where they
// are many.
using Visitor = std::function<bool(const Certificate&)>;
// How much of the certificate itself is read: nothing (`der` and `fingerprint` stay empty), its fingerprint,
// or both. It lies in another place of the database, a page for each: as much as all the rest of a row.
enum class Depth { record, fingerprint, der };
void for_each(const Database& database, const Filter& filter, Time now, Depth depth, const Visitor& visitor);
std::vector<Certificate> find(const Database& database, const Filter& filter, Time now,
                              std::uint64_t limit); // with DER
std::optional<Certificate> by_id(const Database& database, CertificateId id);

} // namespace mtlsca::store
