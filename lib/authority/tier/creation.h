// A new CA: keys, certificates, settings, database, first empty CRLs.
#pragma once

#include "authority/ca.h"

namespace mtlsca::authority {

struct CreationOptions {
    std::string name;                  // "Acme"
    std::optional<x509::Name> subject; // of the root; the issuing CA takes it with its own CN
    x509::KeyType key = x509::KeyType::ec_p256;
    Duration root_validity{};
    Duration issuing_validity{};
    bool one_tier = false;
    x509::NameConstraints constraints; // of the CA that issues
    std::string settings;              // the text of mtlsca.toml
    std::optional<Secret> passphrase;  // of the keys; none: they are written unencrypted
};

// What it would make, without making it: for --dry-run, and refused here when it could not be.
struct PlannedTier {
    std::string name; // "root", "issuing"
    x509::CertificateContent content;
};
std::vector<PlannedTier> plan_ca(const CreationOptions& options, Time now); // root first

// Error(already) where `home` holds a CA, from which is removed what a run left that died when all was done:
// to be asked before anybody types a passphrase.
void refuse_existing_ca(const io::Path& home);

// Error(already) where `home` holds a CA, or anything that would be overwritten. Everything is made in a
// folder inside `home` and moved into place, the database last: a run that dies leaves no CA, and the next
// one clears away what is left.
void create_ca(const io::Path& home, const CreationOptions& options, const Run& run);

} // namespace mtlsca::authority
