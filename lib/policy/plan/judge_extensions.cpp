// What else a request asks for. Nothing of it is copied; some of it shows that the requester wants something
// that this CA doesn't give, and is refused instead of ignored.
#include "policy/plan/draft.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace mtlsca::policy {
namespace {

constexpr const char* subject_alternative_name = "2.5.29.17";

// Extensions that may be critical in a request, because the profile answers what they ask for or because they
// ask for nothing that matters without them (RFC 5280 4.2.1, RFC 7633 4.2). Any other critical one says
// "don't sign without me", and is not going to be there. nameConstraints is not here: only a CA has use for
// it.
constexpr std::array<std::string_view, 7> answered_extensions{
    subject_alternative_name,
    "2.5.29.14",         // subjectKeyIdentifier
    "2.5.29.15",         // keyUsage
    "2.5.29.19",         // basicConstraints
    "2.5.29.32",         // certificatePolicies
    "2.5.29.37",         // extendedKeyUsage
    "1.3.6.1.5.5.7.1.24" // TLS feature
};

bool is_answered(const x509::RequestedExtension& extension) {
    return std::find(answered_extensions.begin(), answered_extensions.end(), extension.oid) !=
           answered_extensions.end();
}

void judge_extension(Draft& draft, const x509::RequestedExtension& extension) {
    const std::string field = "extension " + extension.name;
    const std::string requested = extension.critical ? "critical" : "present";
    if (extension.critical && !is_answered(extension))
        draft.refuse("request-critical-extension", field, requested,
                     "is critical and nothing that this CA writes for a requester");
    else
        draft.drop("extension-dropped", field, requested, "the profile decides, and nothing is copied");
}

void judge_ca_wishes(Draft& draft) {
    const x509::Request& request = *draft.request;
    if (request.asks_for_ca)
        draft.refuse("request-asks-for-ca", "extension basicConstraints", "CA:TRUE",
                     "asks for a CA certificate, which no profile gives");
    if (request.asks_for_cert_sign)
        draft.refuse("request-asks-for-cert-sign", "extension keyUsage", "keyCertSign",
                     "asks for the right to sign certificates, which no profile gives");
    if (request.asks_for_crl_sign)
        draft.refuse("request-asks-for-crl-sign", "extension keyUsage", "cRLSign",
                     "asks for the right to sign CRLs, which no profile gives");
}

} // namespace

void judge_extensions(Draft& draft) {
    if (!draft.request)
        return;
    for (const x509::RequestedExtension& extension : draft.request->extensions)
        if (extension.oid != subject_alternative_name)
            judge_extension(draft, extension);
    judge_ca_wishes(draft);
    for (const Finding& finding : draft.request->findings)
        if (!finding.rule.starts_with("san-")) // decide_sans knows what becomes of those
            draft.refuse(finding);
}

} // namespace mtlsca::policy
