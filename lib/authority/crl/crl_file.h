// A CA's CRL as a file: NAME.crl, written whole, read back, and only then in its place.
#pragma once

#include "authority/ca.h"
#include "store/issuer/crls.h"
#include "x509/crl/crl.h"

#include <algorithm>
#include <functional>

namespace mtlsca::authority {

// Which entries a CRL must hold: not those that expired before the latest one, whose thisUpdate this is (RFC
// 5280 3.3 wants an entry once more after its certificate expired), nor, where a clock that was ahead made
// that one, those that expired before now.
inline Time entries_from(const std::optional<store::PublishedCrl>& latest, Time now) {
    return latest ? std::min(latest->this_update, now) : Time{};
}

// The number in the file that is published now, when it is a CRL of this tier: a database that was restored
// from an older backup must not make the numbers go backwards.
std::uint64_t published_number(Ca& ca, const Tier& tier);

// Where a CRL's entries come from: gives each of them to the sink and returns how many there should be.
using CrlSink = std::function<void(const x509::CrlEntry&)>;
using CrlEntries = std::function<std::uint64_t(const CrlSink&)>;

// Signed and written, beside the one that is published. Without commit() that one stays.
class NewCrl {
public:
    // `ca` and `tier` must live longer. With what the inventory holds revoked, or entries from elsewhere.
    NewCrl(Ca& ca, const Tier& tier, const x509::CrlHeader& header, Time now);
    NewCrl(Ca& ca, const Tier& tier, const x509::CrlHeader& header, const CrlEntries& entries);

    const Tier& tier() const { return tier_; }
    const io::Path& temporary() const { return file_.temporary(); }
    // These two in any threads, also at once. Error(failed) where it does not read back as it must.
    void check() const;
    void digest();
    void prepare() { file_.prepare(); } // what is left to commit() is a moment
    // After check() and digest(). The record is not recorded yet.
    store::PublishedCrl commit(io::FolderSync folder);

private:
    const Tier& tier_;
    x509::CrlHeader header_;
    io::AtomicFile file_;
    std::uint64_t entries_ = 0;
    Bytes sha256_;
};

// That it is published now, with its event.
void record_published_crl(store::Transaction& transaction, const Run& run, const Tier& tier,
                          const store::PublishedCrl& crl);

// nginx applies no delta CRL, and for the other extensions refuses every client (x509/crl/crl.h).
bool has_bad_extensions(const x509::Crl& crl);

} // namespace mtlsca::authority
