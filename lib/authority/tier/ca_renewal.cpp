// What a renewed or new CA is called, how long it lives, and the renewal itself.
#include "authority/tier/ca_certificate.h"
#include "authority/tier/rollover.h"

#include <algorithm>

namespace mtlsca::authority {
namespace {

using State = store::IssuerState;

constexpr std::size_t common_name_max = 64; // ub-common-name, RFC 5280 A.1

const char* stem_of(CaRole role) {
    return role == CaRole::root ? "root" : "issuing";
}

// As relying parties compare names (RFC 5280 7.1): without case, runs of blanks as one.
std::string compared(const x509::Name& name) {
    std::string text;
    for (const char c : name.to_string()) {
        if (c == ' ' && !text.empty() && text.back() == ' ')
            continue;
        text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text;
}

bool is_taken(const Ca& ca, const x509::Name& subject) {
    return std::any_of(ca.tiers().begin(), ca.tiers().end(), [&](const Tier& tier) {
        return compared(tier.certificate.subject()) == compared(subject);
    });
}

std::string number_of(const std::string& name) {
    const std::size_t dash = name.rfind('-');
    return dash == std::string::npos ? std::string() : name.substr(dash + 1);
}

// "Acme Issuing CA 2" of issuing-2 → "Acme Issuing CA"
std::string without_number(const Tier& tier) {
    std::string common_name = tier.certificate.subject().common_name();
    const std::string number = number_of(tier.name());
    if (!number.empty() && common_name.ends_with(" " + number))
        common_name.resize(common_name.size() - number.size() - 1);
    return common_name;
}

} // namespace

std::string next_ca_name(const Ca& ca, CaRole role) {
    for (unsigned number = 2;; ++number) {
        std::string name = std::string(stem_of(role)) + "-" + std::to_string(number);
        if (ca.find_tier(name) == nullptr)
            return name;
    }
}

x509::Name next_ca_subject(const Ca& ca, CaRole role, const std::optional<x509::Name>& wanted) {
    const Tier& active = role == CaRole::root ? ca.root() : ca.issuing();
    const std::string common_name = without_number(active) + " " + number_of(next_ca_name(ca, role));
    if (!wanted && common_name.size() > common_name_max)
        throw Error(Code::refused, common_name, "is longer than the 64 characters of a CN",
                    "choose another: --subject DN");
    x509::Name subject = wanted ? *wanted : with_common_name(active.certificate.subject(), common_name);
    if (subject.common_name().empty())
        throw Error(Code::refused, "--subject", "has no CN", "CN=…,O=…");
    if (is_taken(ca, subject))
        throw Error(Code::already, subject.to_string(),
                    "is the subject of a CA of this folder, and relying parties confuse two keys of one name",
                    "choose another: --subject DN");
    return subject;
}

CaValidity ca_validity(const Ca& ca, Time now, const x509::Certificate& before, const Tier* signer,
                       std::optional<Duration> wanted) {
    CaValidity validity{now - ca.config().backdate, {}, {}};
    const Duration lifetime =
        wanted ? *wanted + ca.config().backdate : Duration(before.not_after() - before.not_before());
    validity.not_after = validity.not_before + lifetime;
    if (signer == nullptr || validity.not_after <= signer->certificate.not_after())
        return validity;
    const std::string end = to_rfc3339(signer->certificate.not_after());
    if (wanted || signer->certificate.not_after() <= now)
        throw Error(Code::refused, "--days", "it would outlive " + signer->name() + ", which ends at " + end,
                    "fewer days, or first: mtlsca ca renew " + signer->name());
    validity.not_after = signer->certificate.not_after();
    validity.notes.push_back({Severity::note, "ca-validity", signer->name(),
                              "ends at " + end + ", and what it signs not later: that is less than before"});
    return validity;
}

CaChange plan_ca_renewal(Ca& ca, Time now, const std::string& name, std::optional<Duration> validity) {
    const Tier* tier = ca.find_tier(name);
    if (tier == nullptr)
        throw Error(Code::not_found, name, "is none of this CA's", "mtlsca ca list shows them");
    if (tier->record.state == State::retired || tier->record.state == State::gone)
        throw Error(Code::refused, name,
                    std::string("is ") + to_string(tier->record.state) + ": it signs no more",
                    "renew the active one");
    const Tier* signer = tier->is_root() ? nullptr : &ca.tier(*tier->record.parent);
    const Tier& with = signer == nullptr ? *tier : *signer;
    if (!ca.has_key(with))
        throw Error(Code::secret, ca.folder().key(with.name()), "the key of " + with.name() + " is not there",
                    signer == nullptr ? "bring it here for this command"
                                      : "mtlsca ca request " + name +
                                            " --out FILE, mtlsca ca sign where the root's key is, mtlsca ca "
                                            "install takes the certificate");
    const CaValidity dates = ca_validity(ca, now, tier->certificate, signer, validity);
    CaChange change;
    change.event = "ca-renewed";
    change.notes = dates.notes;
    change.certificates.push_back(
        {name, with.name(), false,
         ca_content(tier->certificate.subject(), tier->record.issues, tier->certificate.name_constraints(),
                    dates.not_before, dates.not_after)});
    return change;
}

} // namespace mtlsca::authority
