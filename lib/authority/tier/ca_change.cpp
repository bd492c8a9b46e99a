#include "authority/tier/ca_change.h"

#include "authority/tier/ca_certificate.h"
#include "store/issuer/former_certificates.h"

#include <algorithm>

namespace mtlsca::authority {
namespace {

const Tier& tier_named(const Ca& ca, const std::string& name) {
    const Tier* tier = ca.find_tier(name);
    if (tier == nullptr)
        throw Error(Code::not_found, name, "is none of this CA's");
    return *tier;
}

bool is_new(const CaChange& change, const std::string& name) {
    return change.new_ca && change.new_ca->name == name;
}

void open_keys(Ca& ca, const CaChange& change) {
    if (change.new_ca)
        ca.key(ca.issuing()); // new_key() protects as this one is
    for (const PlannedCertificate& certificate : change.certificates)
        if (!is_new(change, certificate.signer))
            ca.key(tier_named(ca, certificate.signer));
}

void refuse_other_state(Ca& ca, const CaChange& change) {
    ca.reload();
    bool is_same = !change.new_ca || ca.find_tier(change.new_ca->name) == nullptr;
    for (const CaStateChange& state : change.states)
        is_same = is_same && tier_named(ca, state.name).record.state == state.from;
    if (!is_same)
        throw Error(Code::failed, ca.folder().home, "another command has just changed this CA",
                    "look at it with mtlsca ca list, and run the command again");
}

// One change, while the CA is locked.
class Work {
public:
    Work(Ca& ca, const Run& run, const CaChange& change) : ca_(ca), run_(run), change_(change) {
        if (change.new_ca)
            new_key_ = ca.new_key(change.new_ca->name, change.new_ca->key);
    }

    void sign() {
        for (const PlannedCertificate& planned : change_.certificates) {
            const bool signs_itself = planned.signer == planned.name;
            const Tier* signer = signs_itself ? nullptr : &tier_named(ca_, planned.signer);
            const bool by_new_key = is_new(change_, planned.signer);
            const CaSigner with{planned.signer, signer == nullptr ? nullptr : &signer->certificate,
                                by_new_key ? *new_key_ : ca_.key(tier_named(ca_, planned.signer))};
            const x509::PublicKey& key = is_new(change_, planned.name)
                                             ? new_key_->public_key()
                                             : tier_named(ca_, planned.name).certificate.public_key();
            signed_.push_back(x509::Certificate::from_der(
                sign_ca_certificate(planned.content, key, with, ca_.config(), run_.serials), planned.name));
        }
    }

    void record() {
        store::Transaction transaction(ca_.database());
        for (std::size_t i = 0; i < signed_.size(); ++i)
            record(transaction, change_.certificates[i], signed_[i]);
        for (const TakenBack& taken : change_.taken_back)
            take_back(transaction, taken);
        for (const CaStateChange& state : change_.states) {
            const Tier& tier = tier_named(ca_, state.name);
            store::set_issuer_state(transaction, tier.record.id, state.to);
            record_event(transaction, run_, change_.event, tier.certificate.serial(),
                         tier.name() + ": " + to_string(state.from) + " to " + to_string(state.to));
        }
        remember_former_certificates(transaction, ca_);
        transaction.commit();
    }

private:
    void record(store::Transaction& transaction, const PlannedCertificate& planned,
                const x509::Certificate& certificate) {
        record_event(transaction, run_, change_.event, certificate.serial(),
                     planned.name + " by " + planned.signer);
        std::optional<store::IssuerId> signer;
        if (planned.signer != planned.name)
            signer = tier_named(ca_, planned.signer).record.id;
        if (planned.further) {
            const store::IssuerId issuer =
                new_id_ ? *new_id_ : tier_named(ca_, planned.name).record.id; // the new one comes first
            store::keep_further_certificate(transaction, {issuer, *signer, certificate.der()});
        } else if (is_new(change_, planned.name)) {
            new_id_ =
                record_prepared_ca(transaction, planned.name, signer, change_.new_ca->issues, certificate);
        } else {
            const Tier& tier = tier_named(ca_, planned.name);
            if (tier.record.parent && tier.record.parent != signer)
                store::keep_further_certificate(
                    transaction, {tier.record.id, *tier.record.parent, tier.record.certificate});
            if (signer)
                store::drop_further_certificate(transaction, tier.record.id, *signer);
            store::replace_issuer_certificate(transaction, tier.record.id, signer, certificate.der());
        }
    }

    void take_back(store::Transaction& transaction, const TakenBack& taken) {
        const Tier& tier = tier_named(ca_, taken.name);
        const store::IssuerId signer = tier_named(ca_, taken.signer).record.id;
        for (const CrossCertificate& cross : ca_.cross_certificates()) {
            if (cross.issuer != tier.record.id || cross.signer != signer)
                continue;
            store::keep_further_certificate(transaction,
                                            {tier.record.id, *tier.record.parent, tier.record.certificate});
            store::drop_further_certificate(transaction, tier.record.id, signer);
            store::replace_issuer_certificate(transaction, tier.record.id, signer, cross.certificate.der());
            record_event(transaction, run_, change_.event, cross.certificate.serial(),
                         taken.name + " by " + taken.signer + " again");
        }
    }

    Ca& ca_;
    const Run& run_;
    const CaChange& change_;
    std::optional<x509::PrivateKey> new_key_;
    std::optional<store::IssuerId> new_id_;
    std::vector<x509::Certificate> signed_;
};

} // namespace

void carry_out(Ca& ca, const Run& run, const CaChange& change) {
    open_keys(ca, change); // before the lock: a passphrase takes its time on purpose
    const io::FolderLock lock = ca.lock();
    refuse_other_state(ca, change);
    Work work(ca, run, change);
    work.sign();
    work.record();
    ca.reload();
}

void remember_former_certificates(store::Transaction& transaction, const Ca& ca) {
    std::vector<Bytes> kept;
    for (store::Issuer& issuer : store::issuers(ca.database()))
        kept.push_back(std::move(issuer.certificate));
    for (store::FurtherCertificate& further : store::further_certificates(ca.database()))
        kept.push_back(std::move(further.certificate));
    const auto remember = [&](store::IssuerId signer, const x509::Certificate& certificate) {
        if (std::find(kept.begin(), kept.end(), certificate.der()) == kept.end())
            store::keep_former_certificate(transaction,
                                           {signer, certificate.serial(), certificate.not_after()});
    };
    for (const Tier& tier : ca.tiers())
        remember(tier.record.parent.value_or(tier.record.id), tier.certificate);
    for (const CrossCertificate& cross : ca.cross_certificates())
        remember(cross.signer, cross.certificate);
}

store::IssuerId record_prepared_ca(store::Transaction& transaction, const std::string& name,
                                   std::optional<store::IssuerId> parent, bool issues,
                                   const x509::Certificate& certificate) {
    const x509::Sha256 digest = certificate.public_key().spki_sha256();
    store::Issuer issuer;
    issuer.name = name;
    issuer.parent = parent;
    issuer.issues = issues;
    issuer.state = store::IssuerState::prepared;
    issuer.certificate = certificate.der();
    issuer.spki_sha256.assign(digest.begin(), digest.end());
    return store::add_issuer(transaction, issuer);
}

} // namespace mtlsca::authority
