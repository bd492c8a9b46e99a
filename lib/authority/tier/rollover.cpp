#include "authority/tier/rollover.h"

#include "authority/tier/ca_certificate.h"
#include "authority/tier/trust_files.h"
#include "store/issuer/crls.h"

#include <algorithm>

namespace mtlsca::authority {
namespace {

using State = store::IssuerState;

bool is_of_role(const Tier& tier, CaRole role) {
    return tier.is_root() == (role == CaRole::root);
}

const Tier& active_of(const Ca& ca, CaRole role) {
    if (role == CaRole::issuing && ca.issuing().is_root())
        throw Error(Code::refused, "issuing", "this CA has one tier: its root issues",
                    "roll that over: mtlsca ca rollover prepare root");
    return role == CaRole::root ? ca.root() : ca.issuing();
}

// The newest in this state.
const Tier* tier_in(const Ca& ca, CaRole role, State state) {
    const auto found = std::find_if(ca.tiers().rbegin(), ca.tiers().rend(), [&](const Tier& tier) {
        return is_of_role(tier, role) && tier.record.state == state;
    });
    return found == ca.tiers().rend() ? nullptr : &*found;
}

std::string command(const char* step, CaRole role) {
    return std::string("mtlsca ca rollover ") + step + (role == CaRole::root ? " root" : " issuing");
}

void refuse_unfinished(const Ca& ca, CaRole role) {
    if (const Tier* prepared = tier_in(ca, role, State::prepared))
        throw Error(Code::already, prepared->name(), "is prepared already", command("activate", role));
    if (const Tier* retiring = tier_in(ca, role, State::retiring))
        throw Error(Code::refused, retiring->name(), "is not retired yet", command("retire", role));
}

void refuse_missing_key(const Ca& ca, const Tier& tier, const std::string& hint) {
    if (!ca.has_key(tier))
        throw Error(Code::secret, ca.folder().key(tier.name()), "the key of " + tier.name() + " is not there",
                    hint);
}

// It has a CRL, and relying parties that read our files know it.
void refuse_unpublished(const Ca& ca, const Tier& prepared) {
    if (!are_trust_files_current(ca) || !store::latest_crl(ca.database(), prepared.record.id))
        throw Error(Code::refused, prepared.name(), "is in no trust file or has no CRL yet",
                    "mtlsca crl writes them; nginx has to read them before it becomes active");
}

CaStateChange change_of(const Tier& tier, State to) {
    return {tier.name(), tier.record.state, to};
}

std::vector<PlannedCertificate> certificates_of_new(Ca& ca, const Tier& active, const NewCa& made,
                                                    const x509::Name& subject, const CaValidity& validity) {
    const bool signs_itself = active.is_root();
    std::vector<PlannedCertificate> planned;
    planned.push_back({made.name, signs_itself ? made.name : ca.root().name(), false,
                       ca_content(subject, made.issues, active.certificate.name_constraints(),
                                  validity.not_before, validity.not_after)});
    if (signs_itself && !made.issues) {
        PlannedCertificate cross = planned.front();
        cross.signer = active.name();
        cross.further = true;
        cross.content.not_after = std::min(validity.not_after, active.certificate.not_after());
        planned.push_back(std::move(cross));
    }
    return planned;
}

} // namespace

CaChange plan_preparation(Ca& ca, Time now, CaRole role, const PreparationOptions& options) {
    const Tier& active = active_of(ca, role);
    refuse_unfinished(ca, role);
    const NewCa made{next_ca_name(ca, role), options.key, active.record.issues};
    const x509::Name subject = next_ca_subject(ca, role, options.subject);
    if (role == CaRole::issuing)
        refuse_missing_key(
            ca, ca.root(),
            "mtlsca ca request " + made.name +
                " --out FILE makes a key and a request, mtlsca ca sign signs it where the root's "
                "key is, mtlsca ca install takes the certificate");
    else if (!made.issues)
        refuse_missing_key(ca, active, "bring it here for this step: it vouches for the new root");
    const CaValidity validity = ca_validity(ca, now, active.certificate,
                                            role == CaRole::issuing ? &ca.root() : nullptr, options.validity);
    CaChange change;
    change.event = "ca-prepared";
    change.new_ca = made;
    change.certificates = certificates_of_new(ca, active, made, subject, validity);
    change.notes = validity.notes;
    return change;
}

CaChange plan_activation(Ca& ca, Time now, CaRole role) {
    const Tier& active = active_of(ca, role);
    const Tier* prepared = tier_in(ca, role, State::prepared);
    if (prepared == nullptr && tier_in(ca, role, State::retiring) != nullptr)
        throw Error(Code::already, active.name(), "is active already", command("retire", role));
    if (prepared == nullptr)
        throw Error(Code::not_found, "rollover", "nothing is prepared", command("prepare", role));
    refuse_unpublished(ca, *prepared);
    refuse_missing_key(ca, *prepared, "bring it here: from this step on it signs");
    CaChange change;
    change.event = "ca-activated";
    change.states = {change_of(*prepared, State::active), change_of(active, State::retiring)};
    if (role == CaRole::issuing || active.record.issues)
        return change;
    for (const Tier& tier : ca.tiers())
        if (!tier.is_root() && Ca::is_trusted(tier) && tier.record.parent != prepared->record.id)
            change.certificates.push_back(
                {tier.name(), prepared->name(), false,
                 ca_content(tier.certificate.subject(), true, tier.certificate.name_constraints(),
                            now - ca.config().backdate,
                            std::min(tier.certificate.not_after(), prepared->certificate.not_after()))});
    return change;
}

CaChange plan_retirement(Ca& ca, CaRole role) {
    const Tier& active = active_of(ca, role);
    const Tier* retiring = tier_in(ca, role, State::retiring);
    if (retiring == nullptr && tier_in(ca, role, State::retired) != nullptr &&
        tier_in(ca, role, State::prepared) == nullptr)
        throw Error(Code::already, tier_in(ca, role, State::retired)->name(), "is retired already");
    if (retiring == nullptr)
        throw Error(Code::refused, active.name(), "nothing has taken over from it yet",
                    command(tier_in(ca, role, State::prepared) != nullptr ? "activate" : "prepare", role));
    CaChange change;
    change.event = "ca-retired";
    change.states = {change_of(*retiring, State::retired)};
    return change;
}

CaChange plan_undo_of_preparation(Ca& ca, Time now, CaRole role) {
    active_of(ca, role);
    const Tier* prepared = tier_in(ca, role, State::prepared);
    if (prepared == nullptr)
        throw Error(Code::not_found, "rollover", "nothing is prepared");
    const auto last = store::last_expiry(ca.database(), prepared->record.id);
    if (last && *last >= now)
        throw Error(Code::refused, prepared->name(),
                    "has signed certificates that live until " + to_rfc3339(*last),
                    "activate it again, or wait for that: without it they would be refused");
    for (const Tier& tier : ca.tiers())
        if (tier.record.parent == prepared->record.id && Ca::is_trusted(tier))
            throw Error(Code::refused, prepared->name(), "has signed " + tier.name(), "activate it again");
    CaChange change;
    change.event = "ca-prepared-undone";
    change.states = {change_of(*prepared, State::gone)};
    return change;
}

CaChange plan_undo_of_activation(Ca& ca, CaRole role) {
    const Tier& active = active_of(ca, role);
    const Tier* retiring = tier_in(ca, role, State::retiring);
    if (retiring == nullptr)
        throw Error(Code::not_found, "rollover", "there is no activation that could be undone",
                    tier_in(ca, role, State::retired) != nullptr ? command("retire --undo", role)
                                                                 : std::string());
    CaChange change;
    change.event = "ca-activated-undone";
    change.states = {change_of(*retiring, State::active), change_of(active, State::prepared)};
    for (const CrossCertificate& cross : ca.cross_certificates()) {
        const Tier& tier = ca.tier(cross.issuer);
        if (!tier.is_root() && Ca::is_trusted(tier) && tier.record.parent == active.record.id &&
            cross.signer == retiring->record.id)
            change.taken_back.push_back({tier.name(), retiring->name()});
    }
    return change;
}

CaChange plan_undo_of_retirement(Ca& ca, CaRole role) {
    active_of(ca, role);
    refuse_unfinished(ca, role);
    const Tier* retired = tier_in(ca, role, State::retired);
    if (retired == nullptr)
        throw Error(Code::not_found, "rollover", "there is no retirement that could be undone");
    CaChange change;
    change.event = "ca-retired-undone";
    change.states = {change_of(*retired, State::retiring)};
    return change;
}

} // namespace mtlsca::authority
