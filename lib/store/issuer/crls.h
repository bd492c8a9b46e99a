// CRLs that were published, and what goes into the next one.
#pragma once

#include "store/inventory/inventory.h"

namespace mtlsca::store {

struct PublishedCrl {
    std::uint64_t number = 0;
    Time this_update{};
    Time next_update{};
    std::uint64_t entries = 0;
    Bytes sha256; // of the DER file
};

// Strictly increasing for each issuer, and above `above`; once committed, a number is used up, whatever
// becomes of the CRL. At most 2^63-1, then Error(store).
//
// What the CRL of this number must say is read after the commit. Each revocation, hold and release adds one
// to a counter of its issuer in its own transaction, and the number remembers the counter: so one that comes
// between the number and the reading is in the CRL and counts as unpublished still, which costs a CRL too
// many but never one too few.
std::uint64_t take_crl_number(Transaction& transaction, IssuerId issuer, std::uint64_t above = 0);
bool is_crl_number_taken(const Database& database, IssuerId issuer, std::uint64_t number);
// Error(failed) where a newer CRL was recorded meanwhile, or the number was never taken.
void record_crl(Transaction& transaction, IssuerId issuer, const PublishedCrl& crl);
std::optional<PublishedCrl> latest_crl(const Database& database, IssuerId issuer);

// Something was revoked, held or released since the number of the latest CRL of this issuer was taken.
bool has_unpublished_changes(const Database& database, IssuerId issuer);

// Revoked and held certificates of this issuer that are due in a CRL: not expired at `expired_before`
// (the latest CRL's thisUpdate: RFC 5280 3.3 wants an entry once more after its certificate expired). In the
// order of serials, as a cursor.
void for_each_revoked(const Database& database, IssuerId issuer, Time expired_before,
                      const std::function<void(const x509::CrlEntry&)>& visitor);
bool is_revoked_and_due(const Database& database, IssuerId issuer, ByteView serial, Time expired_before);
std::uint64_t count_revoked(const Database& database, IssuerId issuer, Time expired_before);

// The command that must be told of a publication and has not succeeded yet.
void set_pending_hook(Transaction& transaction, const std::string& command);
void clear_pending_hook(Transaction& transaction);
std::optional<std::string> pending_hook(const Database& database);

// Folders that `nginx site --out` wrote, to be renewed with each publication; `site` is what deploy wants to
// know to write it again (JSON).
struct SiteFolder {
    std::string folder; // absolute
    std::string site;
};
void remember_site(Transaction& transaction, const SiteFolder& site); // replaces the same folder's
void forget_site(Transaction& transaction, const std::string& folder);
std::vector<SiteFolder> remembered_sites(const Database& database);

} // namespace mtlsca::store
