// What came back from the root's machine, judged before it takes its place.
#include "authority/tier/ca_change.h"
#include "authority/tier/offline.h"
#include "authority/tier/rollover.h"

#include <algorithm>

namespace mtlsca::authority {
namespace {

using State = store::IssuerState;

bool is_same(const x509::NameConstraints& a, const x509::NameConstraints& b) {
    return a.permitted == b.permitted && a.excluded == b.excluded;
}

// What the certificate is to become.
struct Place {
    std::string name;
    const Tier* tier = nullptr;   // whose key it has; null: a new one's
    const Tier* signer = nullptr; // null where it signs itself
};

class Judge {
public:
    Judge(Ca& ca, Time now, const x509::Certificate& certificate)
        : ca_(ca), now_(now), certificate_(certificate) {}

    Place judge() {
        find_owner();
        find_signer();
        judge_form();
        judge_dates();
        if (!findings_.empty())
            throw Error(Code::refused, certificate_.subject().to_string(), "cannot be installed",
                        "mtlsca ca request, and mtlsca ca sign where the root's key is",
                        std::move(findings_));
        return place_;
    }

private:
    void refuse(const char* rule, const char* subject, const std::string& detail) {
        findings_.push_back({Severity::error, rule, subject, detail});
    }

    void find_owner() {
        const auto tier = std::find_if(ca_.tiers().begin(), ca_.tiers().end(), [&](const Tier& one) {
            return one.certificate.public_key().spki() == certificate_.public_key().spki();
        });
        if (tier == ca_.tiers().end())
            return find_new_key();
        place_.tier = &*tier;
        place_.name = tier->name();
        if (tier->certificate.der() == certificate_.der())
            throw Error(Code::already, tier->name(), "has this certificate already");
        if (tier->certificate.subject() != certificate_.subject())
            refuse("ca-subject", "subject", "is not that of " + tier->name() + ", whose key it is");
        if (tier->record.state == State::retired || tier->record.state == State::gone)
            refuse("ca-state", "key",
                   "is that of " + tier->name() + ", which is " + to_string(tier->record.state));
        if (certificate_.not_before() < tier->certificate.not_before())
            refuse("ca-dates", "notBefore", "is earlier than that of the one there is");
    }

    void find_new_key() {
        place_.name = next_ca_name(ca_, CaRole::issuing);
        if (ca_.issuing().is_root() || !io::exists(ca_.folder().key(place_.name)))
            return refuse("ca-key", "key",
                          "is none of ours: neither a CA's here nor " +
                              ca_.folder().key(place_.name).string());
        if (ca_.new_key(place_.name, std::nullopt).public_key().spki() != certificate_.public_key().spki())
            return refuse("ca-key", "key", "is not " + ca_.folder().key(place_.name).string());
        next_ca_subject(ca_, CaRole::issuing, certificate_.subject()); // refuses one that is taken
        for (const Tier& tier : ca_.tiers())
            if (!tier.is_root() &&
                (tier.record.state == State::prepared || tier.record.state == State::retiring))
                refuse("ca-state", "rollover",
                       tier.name() + " is " + to_string(tier.record.state) +
                           ": that rollover comes to its end first");
    }

    void find_signer() {
        if (place_.tier != nullptr && place_.tier->is_root()) {
            if (certificate_.issuer() != certificate_.subject() ||
                !certificate_.is_signed_by(certificate_.public_key()))
                refuse("ca-signature", "signature", "is not its own, as a root's is");
            return;
        }
        for (const Tier& tier : ca_.tiers())
            if (tier.is_root() && Ca::is_trusted(tier) &&
                tier.certificate.subject() == certificate_.issuer() &&
                certificate_.is_signed_by(tier.certificate.public_key()))
                place_.signer = &tier;
        if (place_.signer == nullptr)
            refuse("ca-signature", "signature", "is by no root of this CA");
    }

    void judge_form() {
        const Tier& before = place_.tier != nullptr ? *place_.tier : ca_.issuing();
        if (!certificate_.is_ca())
            refuse("ca-form", "basicConstraints", "do not say CA:TRUE");
        if (certificate_.path_length() != before.certificate.path_length())
            refuse("ca-form", "basicConstraints", "have another path length than those of " + before.name());
        if (certificate_.key_usages() != before.certificate.key_usages())
            refuse("ca-form", "keyUsage", "is not keyCertSign and cRLSign");
        if (!certificate_.extended_key_usages().empty())
            refuse("ca-form", "extendedKeyUsage", "limits what the CA may sign");
        if (!is_same(certificate_.name_constraints(), before.certificate.name_constraints()))
            refuse("ca-form", "nameConstraints", "differ from those of " + before.name());
    }

    void judge_dates() {
        if (certificate_.not_after() <= now_)
            refuse("ca-dates", "notAfter", "has passed: " + to_rfc3339(certificate_.not_after()));
        if (certificate_.not_before() > now_)
            refuse("ca-dates", "notBefore", "has not come yet: " + to_rfc3339(certificate_.not_before()));
        if (place_.signer != nullptr && certificate_.not_after() > place_.signer->certificate.not_after())
            refuse("ca-dates", "notAfter", "is later than that of " + place_.signer->name());
    }

    Ca& ca_;
    Time now_;
    const x509::Certificate& certificate_;
    Place place_;
    Findings findings_;
};

} // namespace

Installation plan_installation(Ca& ca, Time now, const x509::Certificate& certificate) {
    const Place place = Judge(ca, now, certificate).judge();
    return {place.name, place.tier == nullptr};
}

void install_ca_certificate(Ca& ca, const Run& run, const x509::Certificate& certificate) {
    ca.key(ca.issuing()); // before the lock: a passphrase takes its time on purpose
    const io::FolderLock lock = ca.lock();
    ca.reload();
    const Place place = Judge(ca, run.clock.now(), certificate).judge();
    std::optional<store::IssuerId> signer;
    if (place.signer != nullptr)
        signer = place.signer->record.id;
    store::Transaction transaction(ca.database());
    if (place.tier == nullptr) {
        record_prepared_ca(transaction, place.name, signer, true, certificate);
    } else {
        const store::Issuer& record = place.tier->record;
        if (record.parent && record.parent != signer)
            store::keep_further_certificate(transaction, {record.id, *record.parent, record.certificate});
        if (signer)
            store::drop_further_certificate(transaction, record.id, *signer);
        store::replace_issuer_certificate(transaction, record.id, signer, certificate.der());
    }
    record_event(transaction, run, place.tier == nullptr ? "ca-prepared" : "ca-renewed", certificate.serial(),
                 place.name + " by " + (place.signer != nullptr ? place.signer->name() : place.name));
    remember_former_certificates(transaction, ca);
    transaction.commit();
    ca.reload();
}

} // namespace mtlsca::authority
