#include "export_kubernetes.h"

#include "authority/certificate/issuance.h"
#include "authority/tier/trust_files.h"
#include "deploy/kubernetes/names.h"
#include "encoding/hex.h"

namespace mtlsca::app {

namespace kubernetes = deploy::kubernetes;

void KubernetesExport::add_to(Options& options) {
    options
        .add("--type", type_,
             "k8s: opaque (client.crt, client.key, ca.crt; the default), tls (kubernetes.io/tls) or "
             "ingress-ca (ca.crt and ca.crl for ingress-nginx; takes no ID)")
        .type("TYPE")
        .one_of({"opaque", "tls", "ingress-ca"});
    options
        .add("--secret-name", settings_.secret_name,
             "k8s: name of the Secret (default: made of the certificate's name)")
        .type("NAME");
    options.add("--namespace", settings_.namespace_, "k8s: namespace (default: kubectl's own)").type("NAME");
    options
        .add("--deployment", settings_.deployment,
             "k8s: a Deployment of this name as well, which mounts the Secret")
        .type("NAME");
    options.add("--image", settings_.image, "k8s: image of the Deployment's container").type("IMAGE");
    options.add("--mount", settings_.mount, "k8s: where the container finds the files (default: /etc/mtlsca)")
        .type("DIR");
}

bool KubernetesExport::is_said() const {
    return !type_.empty() || !settings_.secret_name.empty() || !settings_.namespace_.empty() ||
           !settings_.deployment.empty() || !settings_.image.empty() || !settings_.mount.empty();
}

kubernetes::SecretType KubernetesExport::type() const {
    return kubernetes::parse_secret_type(type_).value_or(kubernetes::SecretType::opaque);
}

void KubernetesExport::refuse_bad_usage() const {
    if (is_of_ca() && !settings_.deployment.empty())
        throw Error(Code::usage, "--deployment", "mounts a certificate, and ingress-ca holds none",
                    "name the Secret in ingress-nginx's annotation auth-tls-secret");
    if (settings_.deployment.empty() && (!settings_.image.empty() || !settings_.mount.empty()))
        throw Error(Code::usage, settings_.image.empty() ? "--mount" : "--image", "is about a Deployment",
                    "--deployment NAME");
    if (!settings_.deployment.empty() && settings_.image.empty())
        throw Error(Code::usage, "--deployment", "needs the image of its container", "--image IMAGE");
}

Secret KubernetesExport::write(kubernetes::SecretContent content) const {
    content.type = type();
    kubernetes::Manifest manifest = kubernetes::write_manifest(settings_, content);
    tell(manifest.notes);
    return std::move(manifest.text);
}

Secret KubernetesExport::of_ca(const authority::Ca& ca) const {
    const io::MappedFile crls(ca.folder().bundle());
    kubernetes::SecretContent content;
    content.name = kubernetes::to_dns_subdomain(ca.config().ca_name + "-ca");
    content.origin = "Written by mtlsca: whom " + ca.config().ca_name +
                     " has certified may enter. To be written again after each publication of its CRLs.";
    content.files.push_back({"ca.crt", Secret(authority::trust_pem(ca))});
    content.files.push_back({"ca.crl", Secret(as_text(crls.bytes()))});
    return write(std::move(content));
}

Secret KubernetesExport::of_certificate(const authority::Ca& ca, const store::Certificate& certificate,
                                        const x509::PrivateKey& key) const {
    kubernetes::SecretContent content;
    content.name = certificate.name;
    content.origin = "Written by mtlsca: " + certificate.name + ", serial " +
                     encoding::to_upper_hex(certificate.serial) + ", valid until " +
                     to_rfc3339(certificate.not_after);
    for (const store::Label& label : certificate.labels)
        content.labels.push_back({label.key, label.value});
    const bool is_tls = type() == kubernetes::SecretType::tls;
    content.files.push_back(
        {is_tls ? "tls.crt" : "client.crt", Secret(authority::chain_pem(ca, certificate))});
    content.files.push_back({is_tls ? "tls.key" : "client.key", key.to_pem()});
    if (!is_tls)
        content.files.push_back({"ca.crt", Secret(authority::trust_pem(ca))});
    return write(std::move(content));
}

} // namespace mtlsca::app
