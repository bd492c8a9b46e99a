// A certificate's files in the folder of a target ([deploy.NAME] of the settings).
#pragma once

#include "io/file.h"
#include "policy/settings/deploy_target.h"

namespace mtlsca::deploy {

struct TargetFiles {
    std::string name, serial; // of the certificate; the serial in upper-case hex
    Bytes spki_sha256;        // of its public key
    std::string certificate;  // PEM: the leaf, then the CAs below the root
    std::string ca;           // PEM: the CAs
    io::Path key_file;        // its private key; empty: it is elsewhere, and only the certificate is brought
};

// The files where `target` wants them, each with its owner, group and mode before any content is visible; all
// are written before the first takes its place, the key before its certificate. Nothing is told to anybody:
// between the two a reader would see a pair that doesn't fit.
//
// `home` is the CA's folder: nothing is brought into it, least of all a key. Error(not_found) for a folder
// that is not there (a disk that is not mounted is no folder to fill), an unknown owner or a missing key;
// Error(secret) where the key, or without one the key that lies there already, is another certificate's.
// Encrypted keys are brought as they are, and nobody can tell whose they are.
void bring(const policy::DeployTarget& target, const TargetFiles& files, const io::Path& home);

} // namespace mtlsca::deploy
