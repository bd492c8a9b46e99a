// Rules about key usages, basic and extended.
#include "policy/lint/purposes.h"
#include "policy/lint/rules.h"

#include <algorithm>
#include <set>

namespace mtlsca::policy {
namespace {

using Content = x509::CertificateContent;

Wrong key_usage_missing(const Content& content) {
    return wrong_if(content.key_usages.empty(), "no key usage: the key is good for everything");
}

Wrong extended_usage_missing(const Content& content) {
    return wrong_if(!content.ca && content.extended_key_usages.empty(),
                    "no extended key usage: it is good for servers, clients and code alike");
}

Wrong any_usage(const Content& content) {
    return wrong_if(has_purpose(content.extended_key_usages, any_extended_key_usage),
                    "anyExtendedKeyUsage: it is good for everything");
}

Wrong usage_repeated(const Content& content) {
    const std::set<std::string> extended(content.extended_key_usages.begin(),
                                         content.extended_key_usages.end());
    const std::set<x509::KeyUsage> basic(content.key_usages.begin(), content.key_usages.end());
    return wrong_if(extended.size() != content.extended_key_usages.size() ||
                        basic.size() != content.key_usages.size(),
                    "a usage stands there twice");
}

// Every key exchange of TLS 1.3, and those of 1.2 that keep secrets, sign with the key.
Wrong tls_without_signature(const Content& content) {
    const auto& usages = content.key_usages;
    const bool signs =
        std::find(usages.begin(), usages.end(), x509::KeyUsage::digital_signature) != usages.end();
    const bool is_for_tls = has_purpose(content.extended_key_usages, server_auth) ||
                            has_purpose(content.extended_key_usages, client_auth);
    return wrong_if(is_for_tls && !usages.empty() && !signs, "for TLS, and without digitalSignature");
}

} // namespace

std::vector<LintRule> usage_rules() {
    return {
        {"lint-key-usage-missing", Severity::error, "RFC 5280 4.2.1.3", key_usage_missing},
        {"lint-extended-usage-missing", Severity::error, "RFC 5280 4.2.1.12", extended_usage_missing},
        {"lint-any-usage", Severity::error, "RFC 5280 4.2.1.12", any_usage},
        {"lint-usage-repeated", Severity::error, "RFC 5280 4.2.1.3 and 4.2.1.12", usage_repeated},
        {"lint-tls-without-signature", Severity::warning, "RFC 8446 4.4.2.2", tls_without_signature},
    };
}

} // namespace mtlsca::policy
