#include "authority/tier/ca_certificate.h"

namespace mtlsca::authority {
namespace {

std::string url_below(const std::string& folder_url, const std::string& file) {
    return folder_url.empty() ? folder_url : folder_url + file;
}

} // namespace

x509::CertificateContent ca_content(const x509::Name& subject, bool issues,
                                    const x509::NameConstraints& constraints, Time not_before,
                                    Time not_after) {
    x509::CertificateContent content;
    content.subject = subject;
    content.not_before = not_before;
    content.not_after = not_after;
    content.ca = true;
    content.key_usages = {x509::KeyUsage::key_cert_sign, x509::KeyUsage::crl_sign};
    if (issues)
        content.path_length = 0;
    content.name_constraints = constraints;
    return content;
}

std::vector<x509::RelativeName> without_common_name(const x509::Name& subject) {
    std::vector<x509::RelativeName> parts;
    for (const x509::RelativeName& part : subject.parts())
        if (part.front().type != "CN")
            parts.push_back(part);
    return parts;
}

x509::Name with_common_name(const x509::Name& subject, const std::string& common_name) {
    std::vector<x509::RelativeName> parts = without_common_name(subject);
    parts.push_back({{"CN", common_name}});
    return x509::Name(parts);
}

Bytes sign_ca_certificate(x509::CertificateContent content, const x509::PublicKey& key,
                          const CaSigner& signer, const policy::Config& config, x509::SerialSource& serials) {
    content.serial = serials.next();
    content.spki = key.spki();
    const x509::Sha1 identifier = key.key_identifier();
    content.subject_key_identifier.assign(identifier.begin(), identifier.end());
    if (signer.certificate == nullptr) {
        content.issuer = content.subject.der();
        content.authority_key_identifier = content.subject_key_identifier;
    } else {
        content.issuer = signer.certificate->subject().der();
        content.authority_key_identifier = signer.certificate->subject_key_identifier();
        content.crl_url = url_below(config.crl_url, signer.name + ".crl");
        content.issuer_url = url_below(config.issuer_url, signer.name + ".crt");
        content.ocsp_url = config.ocsp_url;
    }
    return x509::sign_certificate(content, signer.key);
}

} // namespace mtlsca::authority
