// A CA that lies in a folder and was opened: its settings, its database, its certificates, and its keys on
// demand.
//
// Not for several threads at once.
#pragma once

#include "io/inspection.h"
#include "io/lock.h"
#include "policy/settings/config.h"
#include "store/inventory/inventory.h"
#include "x509/certificate/serial.h"

#include <map>

namespace mtlsca::authority {

// Where what lies in a CA's folder: a contract (cli.md). NAME is a tier's: "root", "issuing", "issuing-2".
struct CaFolder {
    static constexpr const char* database_name = "mtlsca.db";
    io::Path home;

    io::Path settings() const { return home / "mtlsca.toml"; }
    io::Path database() const { return home / database_name; }
    io::Path certificate(const std::string& name) const { return home / (name + ".crt"); }
    io::Path chain() const { return home / "chain.pem"; }
    io::Path private_folder() const { return home / "private"; }
    io::Path key(const std::string& name) const { return private_folder() / (name + ".key"); }
    io::Path crl_folder() const { return home / "crl"; }
    io::Path crl(const std::string& name) const { return crl_folder() / (name + ".crl"); }
    io::Path bundle() const { return crl_folder() / "bundle.pem"; }
    io::Path audit_head() const { return home / "audit.head"; }
};

// What is true of this run of the program, for decisions and for the audit log.
struct Run {
    const Clock& clock;
    x509::SerialSource& serials;
    std::string command; // "issue"
    std::string actor;   // io::actor()
};

// A CA of ours: its record and its certificate.
struct Tier {
    store::Issuer record;
    x509::Certificate certificate;
    const std::string& name() const { return record.name; }
    bool is_root() const { return !record.parent; }
};

// A further certificate of a CA of ours, which another root signed (store/issuer/issuers.h).
struct CrossCertificate {
    store::IssuerId issuer;
    store::IssuerId signer;
    x509::Certificate certificate;
};

class Ca {
public:
    using AskPassphrase = x509::PrivateKey::AskPassphrase;
    struct Access {
        store::Database::Access database = store::Database::Access::write;
        std::chrono::milliseconds lock_timeout{30000};
        AskPassphrase passphrase;   // of the CA's keys; asked for once, see forget_passphrase()
        bool needs_settings = true; // false: opened for writing although they may be broken
    };
    // Error(not_found) where the folder holds no CA.
    static Ca open(const io::Path& home, Access access);

    const CaFolder& folder() const { return folder_; }
    // Read when a CA is opened for writing, so that nothing is begun with broken settings; else when first
    // asked for: what only reads the inventory works without them. Error(refused) with all findings.
    const policy::Config& config() const;
    // What config() throws; none where the settings are sound.
    std::optional<Error> settings_problem() const;
    store::Database& database() { return database_; }
    const store::Database& database() const { return database_; }
    // All there ever were, in the order they were made: a root first. What refers to one of them holds until
    // reload().
    const std::vector<Tier>& tiers() const { return tiers_; }
    const std::vector<CrossCertificate>& cross_certificates() const { return cross_certificates_; }
    // As the database says it now: after a change of ours, or where another command may have made one.
    void reload();
    const Tier& issuing() const; // who signs certificates of subscribers
    const Tier& root() const;    // who signs issuing CAs; with one tier the same
    const Tier& tier(store::IssuerId id) const;
    const Tier* find_tier(const std::string& name) const;
    // Relying parties shall trust it now: it is in chain.pem, and its CRL in the bundle. A root leaves them
    // when it is retired, whoever has certificates for subscribers not before the last of them has expired.
    static bool is_trusted(const Tier& tier);
    // What chain.pem holds: every CA that is trusted, roots last.
    std::vector<x509::Certificate> certificates() const;
    // What is sent along with a certificate of this issuer: from it up to below the root, and while an older
    // root is trusted still, the root's cross certificate by that one.
    std::vector<x509::Certificate> chain(store::IssuerId issuer) const;
    // The same and the root: what a PKCS#12 holds.
    std::vector<x509::Certificate> certificates(store::IssuerId issuer) const;

    // Of a CRL of this one, by the settings. Where they are broken, because no revocation waits for somebody
    // who mends a file: as long as the last one's, and as much ahead as mtlsca.toml(5) has by default.
    struct CrlTimes {
        Duration backdate, next_update;
        Duration overlap; // so long before its nextUpdate it is late
    };
    CrlTimes crl_times(const Tier& tier) const;
    // The subjects of all tiers.
    const std::vector<x509::Name>& subjects() const { return subjects_; }

    bool has_key(const Tier& tier) const;
    // Opened at the first call and kept. Error(secret) where it is not there, does not open, or is another
    // certificate's.
    const x509::PrivateKey& key(const Tier& tier);
    // The key of a CA that is not recorded yet, protected as the active one's is: made and written, or the
    // one that lies there, from a run that died or a request that is on its way. Without a type it is the
    // active one's. Error(refused) where another type lies there.
    x509::PrivateKey new_key(const std::string& name, std::optional<x509::KeyType> type);
    // For a command that works on for long with the keys that it has opened: the passphrase, which opens the
    // root's key, too, is wiped. Who needs another key all the same is asked for it again.
    void forget_passphrase() { passphrase_.reset(); }
    bool is_key_of_ours(ByteView spki_sha256) const;

    // One writer at a time; see io/lock.h. Error(busy) where the database was replaced since it was opened
    // (`db restore`): what would be recorded in the old one would be lost.
    io::FolderLock lock() const;
    // One at a time renews and delivers, so that nobody is told twice. Taken before lock(), and held while
    // commands of users run, which may call us.
    io::FolderLock delivery_lock() const { return {folder_.crl_folder(), access_.lock_timeout}; }

private:
    x509::PrivateKey open_key(const std::string& name);
    const Secret& passphrase();
    Ca(CaFolder folder, store::Database database, Access access);
    CaFolder folder_;
    mutable std::optional<policy::Config> config_;
    store::Database database_;
    std::optional<io::FileIdentity> database_file_; // since before it was opened
    Access access_;
    std::vector<Tier> tiers_;
    std::vector<x509::Name> subjects_;
    std::vector<CrossCertificate> cross_certificates_;
    std::map<std::string, x509::PrivateKey> keys_;
    std::optional<Secret> passphrase_;
    bool are_keys_protected_ = false; // as far as they were opened
};

// Appends to the audit log in the transaction that makes the change.
void record_event(store::Transaction& transaction, const Run& run, const std::string& event, ByteView serial,
                  const std::string& detail = {});
// The same of a certificate whose number is known: its serial is not looked up.
void record_event_of(store::Transaction& transaction, const Run& run, const std::string& event,
                     const store::Certificate& certificate, const std::string& detail = {});

} // namespace mtlsca::authority
