// The certificates of our CAs, whoever asks for one: a new CA, a renewal, a rollover, a request from
// elsewhere.
#pragma once

#include "authority/ca.h"

namespace mtlsca::authority {

// As every CA of ours has it, without serial, key and signer. `issues`: it signs for subscribers, and no CA
// may stand below it.
x509::CertificateContent ca_content(const x509::Name& subject, bool issues,
                                    const x509::NameConstraints& constraints, Time not_before,
                                    Time not_after);

// CAs of one folder differ in their CN.
std::vector<x509::RelativeName> without_common_name(const x509::Name& subject);
x509::Name with_common_name(const x509::Name& subject, const std::string& common_name);

struct CaSigner {
    const std::string& name;              // of its files, which are named by URLs
    const x509::Certificate* certificate; // null: it signs its own
    const x509::PrivateKey& key;
};
Bytes sign_ca_certificate(x509::CertificateContent content, const x509::PublicKey& key,
                          const CaSigner& signer, const policy::Config& config, x509::SerialSource& serials);

} // namespace mtlsca::authority
