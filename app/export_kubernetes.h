// `export --as k8s`: its options and its content.
#pragma once

#include "command.h"

#include "deploy/kubernetes/manifest.h"
#include "x509/key/key.h"

namespace mtlsca::app {

class KubernetesExport {
public:
    void add_to(Options& options);
    bool is_said() const; // one of its options is
    // The CA's own certificates and CRLs: no ID, no key.
    bool is_of_ca() const { return type() == deploy::kubernetes::SecretType::ingress_ca; }
    void refuse_bad_usage() const;

    // YAML; what was dropped or changed is told.
    Secret of_ca(const authority::Ca& ca) const;
    Secret of_certificate(const authority::Ca& ca, const store::Certificate& certificate,
                          const x509::PrivateKey& key) const;

private:
    deploy::kubernetes::SecretType type() const;
    Secret write(deploy::kubernetes::SecretContent content) const;

    std::string type_;
    deploy::kubernetes::ManifestSettings settings_;
};

} // namespace mtlsca::app
