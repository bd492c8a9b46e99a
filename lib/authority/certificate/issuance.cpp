#include "authority/certificate/issuance_steps.h"

#include "encoding/hex.h"
#include "encoding/pem.h"
#include "policy/text/subject_text.h"
#include "store/inventory/planned_revocations.h"
#include "store/inventory/renewals.h"

namespace mtlsca::authority {
namespace {

Bytes to_bytes(const x509::Sha256& digest) {
    return {digest.begin(), digest.end()};
}

std::string url_below(const std::string& folder_url, const std::string& file) {
    return folder_url.empty() ? folder_url : folder_url + file;
}

// The plan's content with what only the CA knows.
x509::CertificateContent complete(const Ca& ca, const Tier& issuer, const policy::CertificatePlan& plan,
                                  const x509::PublicKey& key, Bytes serial) {
    x509::CertificateContent content = plan.content();
    content.serial = std::move(serial);
    content.issuer = issuer.certificate.subject().der();
    content.spki = key.spki();
    const x509::Sha1 identifier = key.key_identifier();
    content.subject_key_identifier.assign(identifier.begin(), identifier.end());
    content.authority_key_identifier = issuer.certificate.subject_key_identifier();
    if (content.ocsp_no_check) // it goes along with each answer, and nobody looks anything up for it
        return content;
    content.crl_url = url_below(ca.config().crl_url, issuer.name() + ".crl");
    content.issuer_url = url_below(ca.config().issuer_url, issuer.name() + ".crt");
    content.ocsp_url = ca.config().ocsp_url;
    return content;
}

store::Intent intent_of(const Tier& issuer, const policy::CertificatePlan& plan,
                        const x509::CertificateContent& content, const x509::PublicKey& key) {
    store::Intent intent;
    intent.issuer = issuer.record.id;
    intent.serial = content.serial;
    intent.profile = plan.profile();
    intent.name = plan.name();
    intent.subject = content.subject.to_string();
    for (const x509::San& san : content.sans)
        intent.sans.push_back(to_string(san));
    intent.ous = plan.ous();
    intent.bindings = plan.bindings();
    intent.deployments = plan.deployments();
    for (const policy::Label& label : plan.labels())
        intent.labels.push_back({label.key, label.value});
    intent.owner = plan.owner();
    intent.not_before = content.not_before;
    intent.not_after = content.not_after;
    intent.spki_sha256 = to_bytes(key.spki_sha256());
    intent.unique = plan.unique();
    return intent;
}

// For the log; empty where it renews none.
std::string renewal_of(const Ca& ca, const store::Intent& intent) {
    const auto predecessor = intent.renews ? store::by_id(ca.database(), *intent.renews) : std::nullopt;
    return predecessor ? "renews " + encoding::to_upper_hex(predecessor->serial) : std::string();
}

void record_consequences(store::Transaction& transaction, const store::Certificate& record, const Run& run,
                         const IssueOptions& options) {
    store::Delivery delivery;
    delivery.certificate = record.id;
    delivery.certificate_file = options.certificate_file;
    delivery.key_file = options.key_file;
    if (record.renews)
        store::hand_over_deliveries(transaction, *record.renews, delivery);
    for (const std::string& target : options.deliveries) {
        delivery.target = target;
        store::add_delivery(transaction, delivery);
    }
    if (record.renews && options.revoke_predecessor_after)
        store::plan_revocation(transaction, {*record.renews, *options.revoke_predecessor_after,
                                             run.clock.now() + *options.revoke_predecessor_after});
}

// Planning and signing are two moments: somebody else may have renewed or revoked it between them.
void refuse_renewed(const Ca& ca, store::CertificateId id, Time now) {
    const auto predecessor = store::by_id(ca.database(), id);
    const std::string object =
        predecessor ? store::object_of(*predecessor) : "certificate " + std::to_string(id);
    if (!predecessor || predecessor->state != store::State::valid)
        throw Error(Code::refused, object, "is not valid any more", "mtlsca show says what became of it");
    if (const auto successor = store::live_successor_of(ca.database(), id, now))
        throw Error(Code::already, object, "is renewed by " + encoding::to_upper_hex(successor->serial),
                    "renew that one, when its time has come");
}

} // namespace

policy::Facts facts_without_inventory(const Ca& ca, Time now, const x509::PublicKey* key) {
    policy::Facts facts;
    facts.now = now;
    facts.backdate = ca.config().backdate;
    facts.issuer = &ca.issuing().certificate;
    facts.ca_subjects = &ca.subjects();
    facts.key_is_a_ca_key = key != nullptr && ca.is_key_of_ours(key->spki_sha256());
    return facts;
}

policy::Facts facts(Ca& ca, const Run& run, const x509::PublicKey* key) {
    policy::Facts facts = facts_without_inventory(ca, run.clock.now(), key);
    facts.key_is_compromised = key != nullptr && store::is_key_compromised(ca.database(), key->spki_sha256());
    return facts;
}

void refuse_taken_name(Ca& ca, const Run& run, const policy::CertificatePlan& plan) {
    if (!plan.unique())
        return;
    store::Filter filter;
    filter.name = plan.name();
    filter.profile = plan.profile();
    for (const auto status : {store::Filter::Status::valid, store::Filter::Status::held}) {
        filter.status = status;
        const auto holders = store::find(ca.database(), filter, run.clock.now(), 1);
        if (!holders.empty())
            throw store::name_is_taken(plan.profile(), plan.name(), holders.front().serial);
    }
}

void doubt_name(const Ca& ca, const Run& run, policy::Planned& planned) {
    if (!planned.plan)
        return;
    const std::string& name = planned.plan->name();
    store::Filter filter;
    filter.live = true;
    for (const std::string& read_as : {name, policy::read_as_latin(name)}) {
        filter.name = read_as; // without case
        std::optional<store::Certificate> found;
        if (!read_as.empty())
            store::for_each(ca.database(), filter, run.clock.now(), store::Depth::record,
                            [&](const store::Certificate& other) {
                                if (other.name != name)
                                    found = other;
                                return !found;
                            });
        if (found)
            planned.findings.push_back(
                {Severity::warning, "name-resembles", "subject CN",
                 "is easily taken for that of " + store::object_of(*found) + ", which is live"});
    }
}

Issuance prepare(const Ca& ca, const Tier& issuer, const policy::CertificatePlan& plan,
                 const x509::PublicKey& key, Bytes serial, IssueOptions options) {
    Issuance issuance;
    issuance.content = complete(ca, issuer, plan, key, std::move(serial));
    static_cast<store::Intent&>(issuance.record) = intent_of(issuer, plan, issuance.content, key);
    issuance.record.renews = options.renews;
    issuance.options = std::move(options);
    return issuance;
}

Issuance prepare(const Ca& ca, const policy::CertificatePlan& plan, const x509::PublicKey& key, Bytes serial,
                 IssueOptions options) {
    return prepare(ca, ca.issuing(), plan, key, std::move(serial), std::move(options));
}

void refuse_former_issuer(const Ca& ca) {
    for (const store::Issuer& issuer : store::issuers(ca.database()))
        if (issuer.id == ca.issuing().record.id && issuer.state != store::IssuerState::active)
            throw Error(Code::failed, "CA " + issuer.name, "another command has just rolled it over",
                        "run the command again");
}

void intend(store::Transaction& transaction, const Ca& ca, const Run& run, Issuance& issuance) {
    store::Certificate& record = issuance.record;
    // Planning and signing are two moments: a key may have been revoked for compromise between them.
    if (store::is_key_compromised(ca.database(), record.spki_sha256))
        throw Error(Code::refused, record.name, "its key was revoked for compromise", "make a new key");
    record.id = store::record_intent(transaction, record, run.clock.now());
    record_event_of(transaction, run, "pending", record, renewal_of(ca, record));
}

void signed_as(Issuance& issuance, Bytes der) {
    store::Certificate& record = issuance.record;
    record.der = std::move(der);
    record.fingerprint = to_bytes(x509::sha256(record.der));
}

void record_valid(store::Transaction& transaction, const Run& run, Issuance& issuance) {
    store::Certificate& record = issuance.record;
    store::record_certificate(transaction, record.id, record.der, record.fingerprint);
    record_event_of(transaction, run, "valid", record);
    record_consequences(transaction, record, run, issuance.options);
    record.state = store::State::valid;
    record.recorded_at = run.clock.now();
}

store::Certificate issue(Ca& ca, const Run& run, const policy::CertificatePlan& plan,
                         const x509::PublicKey& key, const IssueOptions& options) {
    const x509::PrivateKey& issuer_key = ca.key(ca.issuing());
    const io::FolderLock lock = ca.lock();
    refuse_former_issuer(ca);
    if (options.renews)
        refuse_renewed(ca, *options.renews, run.clock.now());
    if (options.before_recording)
        options.before_recording();
    Issuance issuance = prepare(ca, plan, key, run.serials.next(), options);
    {
        store::Transaction transaction(ca.database());
        intend(transaction, ca, run, issuance);
        transaction.commit();
    }
    signed_as(issuance, x509::sign_certificate(issuance.content, issuer_key));
    store::Transaction transaction(ca.database());
    record_valid(transaction, run, issuance);
    transaction.commit();
    return std::move(issuance.record);
}

std::string chain_pem(const Ca& ca, const store::Certificate& leaf) {
    std::string pem = encoding::to_pem("CERTIFICATE", leaf.der);
    for (const x509::Certificate& certificate : ca.chain(leaf.issuer))
        pem += certificate.to_pem();
    return pem;
}

} // namespace mtlsca::authority
