// Certificates as objects of Kubernetes, in YAML: a Secret, and a Deployment that mounts it.
//
// Every scalar from outside is checked and then quoted, so that no value can be taken for syntax, a number or
// a boolean ("no", "0x1", "2026-01-01").
#pragma once

#include "bytes.h"
#include "error.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtlsca::deploy::kubernetes {

enum class SecretType {
    opaque,    // client.crt, client.key, ca.crt: `kubectl create secret generic --from-file`
    tls,       // tls.crt, tls.key: `kubectl create secret tls`
    ingress_ca // ca.crt, ca.crl: what auth-tls-secret of ingress-nginx names
};
std::optional<SecretType> parse_secret_type(std::string_view text); // "opaque", "tls", "ingress-ca"

// As typed; empty where nothing was said.
struct ManifestSettings {
    std::string secret_name;  // default: made of the content's name
    std::string namespace_;   // default: none, kubectl's own then counts
    std::string deployment;   // empty: the Secret alone
    std::string image, mount; // of the Deployment; mount defaults to /etc/mtlsca
};

struct SecretFile {
    std::string key; // "client.crt": a constant of ours
    Secret content;  // a private key may be among them
};
struct SecretLabel {
    std::string key, value;
};
struct SecretContent {
    SecretType type = SecretType::opaque;
    std::string name;   // whose it is
    std::string origin; // one line for the top: who wrote it, what it holds
    std::vector<SecretLabel> labels;
    std::vector<SecretFile> files;
};

struct Manifest {
    Secret text;
    Findings
        notes; // labels that Kubernetes would refuse and that were dropped, a name that had to be changed
};
// Error(refused) with every name that Kubernetes would refuse, and for more than a Secret can hold.
Manifest write_manifest(const ManifestSettings& settings, const SecretContent& content);

} // namespace mtlsca::deploy::kubernetes
