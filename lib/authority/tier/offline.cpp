#include "authority/tier/offline.h"

#include "authority/tier/ca_certificate.h"
#include "authority/tier/rollover.h"

#include <algorithm>

namespace mtlsca::authority {
namespace {

using State = store::IssuerState;

bool signs_no_more(const Tier& tier) {
    return tier.record.state == State::retired || tier.record.state == State::gone;
}

void refuse_one_tier(const Ca& ca) {
    if (ca.issuing().is_root())
        throw Error(Code::refused, "ca request", "this CA has one tier: its root signs itself",
                    "mtlsca ca renew root, mtlsca ca rollover prepare root");
}

const Tier* tier_with_key(const Ca& ca, const x509::PublicKey& key) {
    const auto found = std::find_if(ca.tiers().begin(), ca.tiers().end(), [&](const Tier& tier) {
        return tier.certificate.public_key().spki() == key.spki();
    });
    return found == ca.tiers().end() ? nullptr : &*found;
}

Findings judge_key(const Ca& ca, const x509::PublicKey& key) {
    Findings findings = key.weaknesses();
    if (findings.empty() && !key.type())
        findings.push_back(
            {Severity::error, "ca-key", "key", key.algorithm() + " is no type of key of a CA"});
    const x509::Sha256 digest = key.spki_sha256();
    if (store::is_key_compromised(ca.database(), digest))
        findings.push_back({Severity::error, "ca-key", "key", "was revoked for compromise"});
    return findings;
}

Findings judge_request(const Ca& ca, const x509::Request& request) {
    Findings findings = request.findings;
    for (Finding& finding : judge_key(ca, request.key))
        findings.push_back(std::move(finding));
    const auto refuse = [&](const char* rule, const char* subject, const std::string& detail) {
        findings.push_back({Severity::error, rule, subject, detail});
    };
    if (!request.asks_for_ca || !request.asks_for_cert_sign || !request.asks_for_crl_sign)
        refuse("ca-request", "extensions", "do not ask for a CA: mtlsca sign is for everybody else");
    for (const x509::RequestedExtension& extension : request.extensions)
        if (extension.name != "basicConstraints" && extension.name != "keyUsage")
            refuse("ca-extension", "extensions", extension.name + " has no place in a request of mtlsca");
    const Tier* same_key = tier_with_key(ca, request.key);
    if (same_key != nullptr && (same_key->is_root() || signs_no_more(*same_key)))
        refuse("ca-key", "key", "is that of " + same_key->name() + ", which gets no certificate here");
    if (same_key != nullptr && same_key->certificate.subject() != request.subject)
        refuse("ca-subject", "subject", "is not that of " + same_key->name() + ", whose key it is");
    // Who reads a chain sees whose it is.
    if (without_common_name(request.subject) != without_common_name(ca.issuing().certificate.subject()) &&
        without_common_name(request.subject) != without_common_name(ca.root().certificate.subject()))
        refuse("ca-subject", "subject",
               request.subject.to_string() + " differs from our CAs' in more than its CN");
    return findings;
}

} // namespace

Bytes request_ca_certificate(Ca& ca, const Run& run, const std::string& name,
                             const CaRequestOptions& options) {
    refuse_one_tier(ca);
    const Tier* tier = ca.find_tier(name);
    if (tier == nullptr && name != next_ca_name(ca, CaRole::issuing))
        throw Error(Code::not_found, name, "is none of this CA's",
                    "the next issuing CA is called " + next_ca_name(ca, CaRole::issuing));
    if (tier != nullptr && (tier->is_root() || signs_no_more(*tier)))
        throw Error(Code::refused, name,
                    tier->is_root() ? "signs itself" : std::string("is ") + to_string(tier->record.state),
                    "request one for an issuing CA");
    if (tier != nullptr && (options.subject || options.key))
        throw Error(Code::usage, name, "is there already: --subject and --key are for a new CA");
    const x509::Name subject =
        tier != nullptr ? tier->certificate.subject() : next_ca_subject(ca, CaRole::issuing, options.subject);
    ca.key(ca.issuing()); // before the lock: a passphrase takes its time on purpose
    if (tier != nullptr)
        ca.key(*tier);
    const io::FolderLock lock = ca.lock();
    Bytes request = tier != nullptr ? x509::make_ca_request(subject, ca.key(*tier))
                                    : x509::make_ca_request(subject, ca.new_key(name, options.key));
    store::Transaction transaction(ca.database());
    record_event(transaction, run, "ca-requested", {}, name);
    transaction.commit();
    return request;
}

PlannedSignature plan_ca_signature(Ca& ca, Time now, const x509::Request& request, const std::string& object,
                                   std::optional<Duration> validity) {
    refuse_one_tier(ca);
    Findings findings = judge_request(ca, request);
    if (!findings.empty())
        throw Error(Code::refused, object, "is no request that this root signs",
                    "mtlsca ca request makes one", std::move(findings));
    const Tier& root = ca.root();
    const Tier* tier = tier_with_key(ca, request.key);
    const Tier& before = tier != nullptr ? *tier : ca.issuing();
    if (tier == nullptr)
        next_ca_subject(ca, CaRole::issuing, request.subject); // refuses one that is taken
    if (!ca.has_key(root))
        throw Error(Code::secret, ca.folder().key(root.name()), "the key of " + root.name() + " is not there",
                    "run this where it is, with a copy of the CA's folder");
    const CaValidity dates = ca_validity(ca, now, before.certificate, &root, validity);
    return {tier != nullptr ? tier->name() : next_ca_name(ca, CaRole::issuing), tier == nullptr, root.name(),
            ca_content(request.subject, true, before.certificate.name_constraints(), dates.not_before,
                       dates.not_after),
            dates.notes};
}

Bytes sign_ca_request(Ca& ca, const Run& run, const x509::Request& request, const PlannedSignature& planned) {
    const Tier& root = *ca.find_tier(planned.signer);
    const CaSigner signer{root.name(), &root.certificate, ca.key(root)};
    Bytes der = sign_ca_certificate(planned.content, request.key, signer, ca.config(), run.serials);
    const io::FolderLock lock = ca.lock();
    store::Transaction transaction(ca.database());
    record_event(transaction, run, "ca-signed", x509::Certificate::from_der(der, planned.name).serial(),
                 planned.name + " by " + planned.signer + ": " + planned.content.subject.to_string());
    transaction.commit();
    return der;
}

} // namespace mtlsca::authority
