// A CA that lies in a folder and was opened: its settings, its database, its certificates, and its keys on
// demand.
//
// Not for several threads at once.
#pragma once

#include "io/scratch.h"
#include "policy/config.h"
#include "store/inventory.h"
#include "x509/serial.h"

#include <map>

namespace mtlsca::authority {

// Where what lies in a CA's folder: a contract (cli.md). NAME is a tier's: "root", "issuing".
struct CaFolder {
    io::Path home;

    io::Path settings() const { return home / "mtlsca.toml"; }
    io::Path database() const { return home / "mtlsca.db"; }
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
};

class Ca {
public:
    using AskPassphrase = x509::PrivateKey::AskPassphrase;
    struct Access {
        store::Database::Access database = store::Database::Access::write;
        std::chrono::milliseconds lock_timeout{30000};
        AskPassphrase passphrase; // of the CA's keys; asked for once at most
    };
    // Error(not_found) where the folder holds no CA.
    static Ca open(const io::Path& home, Access access);

    const CaFolder& folder() const { return folder_; }
    const policy::Config& config() const { return config_; }
    store::Database& database() { return database_; }
    const store::Database& database() const { return database_; }
    const std::vector<Tier>& tiers() const { return tiers_; } // root first
    const Tier& issuing() const;                              // who signs certificates of subscribers
    const Tier& tier(store::IssuerId id) const;
    std::vector<x509::Certificate> certificates() const; // issuing first, root last: as a chain is sent

    bool has_key(const Tier& tier) const;
    // Opened at the first call and kept. Error(secret) where it is not there, does not open, or is another
    // certificate's.
    const x509::PrivateKey& key(const Tier& tier);
    bool is_key_of_ours(ByteView spki_sha256) const;

    // One writer at a time; see io/lock.h.
    // Error(busy) where the database was replaced since it was opened (`db restore`): what would be
    // recorded in the old one would be lost.
    io::FolderLock lock() const;
    // One at a time renews and delivers, so that nobody is told twice. Taken before lock(), and held while
    // commands of users run, which may call us.
    io::FolderLock delivery_lock() const { return {folder_.crl_folder(), access_.lock_timeout}; }

private:
    Ca(CaFolder folder, policy::Config config, store::Database database, Access access);
    CaFolder folder_;
    policy::Config config_;
    store::Database database_;
    std::optional<io::FileIdentity> database_file_; // since before it was opened
    Access access_;
    std::vector<Tier> tiers_;
    std::map<std::string, x509::PrivateKey> keys_;
    std::optional<Secret> passphrase_;
};

// Appends to the audit log in the transaction that makes the change.
void record_event(store::Transaction& transaction, const Run& run, const std::string& event, ByteView serial,
                  const std::string& detail = {});

} // namespace mtlsca::authority
