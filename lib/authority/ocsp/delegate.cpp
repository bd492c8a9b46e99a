#include "authority/ocsp/delegate.h"

#include "authority/ocsp/delegate_steps.h"

#include "authority/certificate/issuance_steps.h"
#include "store/maintenance/recovery.h"

#include <algorithm>

namespace mtlsca::authority {
namespace {

constexpr std::size_t file_max_bytes = 1 << 16; // a key and a certificate: 2 KB

Duration validity_of(const Ca& ca, const Tier& tier) {
    return tier.record.issues ? ca.config().ocsp.responder_validity : ca.config().root_next_update;
}

bool signs_ocsp(const x509::Certificate& certificate) {
    const auto& usages = certificate.extended_key_usages();
    return std::find(usages.begin(), usages.end(), *x509::parse_extended_key_usage("OCSPSigning")) !=
           usages.end();
}

// The one that is replaced, where it is ours.
std::optional<store::CertificateId> predecessor_of(const Ca& ca, const Tier& tier) {
    try {
        if (const auto before = read_delegate(ca, tier))
            if (const auto known =
                    store::standing_of(ca.database(), tier.record.id, before->certificate.serial()))
                return known->id;
    } catch (const Error&) {
        // Whatever lies there is about to be replaced.
    }
    return std::nullopt;
}

bool is_made_here(const Ca& ca, const Tier& tier, Time now) {
    return ca.has_key(tier) && why_delegate_due(ca, tier, now);
}

// A run that dies before the file is there leaves a certificate whose key nobody has; the next one makes
// another.
store::Certificate make_delegate(Ca& ca, const Run& run, const Tier& tier) {
    const policy::CertificatePlan plan = plan_delegate(ca, run, tier, nullptr, validity_of(ca, tier));
    const auto key = x509::PrivateKey::generate(plan.key_type());
    store::Certificate made = certify_delegate(ca, run, tier, plan, key.public_key());
    write_delegate(ca, tier, key, x509::Certificate::from_der(made.der, made.name));
    return made;
}

} // namespace

policy::CertificatePlan plan_delegate(Ca& ca, const Run& run, const Tier& tier, const x509::PublicKey* key,
                                      Duration validity) {
    const policy::Profile profile = policy::ocsp_responder_profile(validity);
    policy::SigningOptions options;
    options.name = "OCSP responder of " + tier.name();
    policy::Facts known = facts(ca, run, key);
    known.issuer = &tier.certificate;
    x509::Request request; // a key and nothing else
    if (key != nullptr)
        request.key = *key;
    policy::Planned planned =
        key == nullptr ? policy::plan_certificate(ca.config(), profile, std::nullopt, options, known)
                       : policy::plan_certificate(ca.config(), profile, request, options, known);
    if (!planned.plan)
        throw Error(Code::refused, *options.name, "cannot be certified",
                    "mtlsca ca list says how long the CA lives", std::move(planned.findings));
    return *std::move(planned.plan);
}

store::Certificate certify_delegate(Ca& ca, const Run& run, const Tier& tier,
                                    const policy::CertificatePlan& plan, const x509::PublicKey& key) {
    IssueOptions options;
    options.renews = predecessor_of(ca, tier);
    Issuance issuance = prepare(ca, tier, plan, key, run.serials.next(), std::move(options));
    {
        store::Transaction transaction(ca.database());
        intend(transaction, ca, run, issuance);
        transaction.commit();
    }
    signed_as(issuance, x509::sign_certificate(issuance.content, ca.key(tier)));
    store::Transaction transaction(ca.database());
    record_valid(transaction, run, issuance);
    transaction.commit();
    return std::move(issuance.record);
}

bool is_delegate_of(const Tier& tier, const x509::Certificate& certificate) {
    return certificate.issuer() == tier.certificate.subject() && signs_ocsp(certificate) &&
           certificate.is_signed_by(tier.certificate.public_key());
}

void write_delegate(const Ca& ca, const Tier& tier, const x509::PrivateKey& key,
                    const x509::Certificate& certificate) {
    const Secret key_pem = key.to_pem();
    const Secret whole = join_secret({key_pem.view(), certificate.to_pem()});
    const io::Path file = delegate_file(ca.folder(), tier.name());
    io::make_folder(file.parent_path(), 0700);
    io::write_file(file, as_bytes(whole.view()), io::Mode::private_file);
}

io::Path delegate_file(const CaFolder& folder, const std::string& tier) {
    return folder.home / "ocsp" / (tier + ".pem");
}

std::optional<Delegate> read_delegate(const Ca& ca, const Tier& tier) {
    const io::Path file = delegate_file(ca.folder(), tier.name());
    if (!io::exists(file))
        return std::nullopt;
    auto certificate = x509::Certificate::parse(io::read_file(file, file_max_bytes), file);
    if (!is_delegate_of(tier, certificate))
        throw Error(Code::refused, file, "holds no certificate of an OCSP responder of " + tier.name(),
                    "remove it, and run mtlsca crl where the CA's key is");
    auto key = x509::PrivateKey::open(file, [] { return Secret(); });
    if (key.public_key().spki() != certificate.public_key().spki())
        throw Error(Code::secret, file, "holds a certificate and the key of another one",
                    "remove it, and run mtlsca crl where the CA's key is");
    return Delegate{std::move(key), std::move(certificate)};
}

Duration delegate_overlap(const Ca& ca, const Tier& tier) {
    return tier.record.issues ? ca.config().ocsp.responder_validity / 2 : ca.config().root_overlap;
}

std::optional<std::string> why_delegate_due(const Ca& ca, const Tier& tier, Time now) {
    if (!Ca::is_trusted(tier))
        return std::nullopt;
    try {
        const auto delegate = read_delegate(ca, tier);
        if (!delegate)
            return "there is none yet";
        const Time end = delegate->certificate.not_after();
        // Nothing that is made now would live longer.
        if (now >= end - delegate_overlap(ca, tier) && end < tier.certificate.not_after())
            return "it ends at " + to_rfc3339(end);
        return std::nullopt;
    } catch (const Error& error) {
        return error.reason;
    }
}

bool answers_ocsp(const Ca& ca) {
    return io::exists(delegate_file(ca.folder(), ca.issuing().name()).parent_path());
}

bool is_any_delegate_due(const Ca& ca, Time now) {
    return std::any_of(ca.tiers().begin(), ca.tiers().end(),
                       [&](const Tier& tier) { return is_made_here(ca, tier, now); });
}

bool open_keys_to_renew_delegates(Ca& ca, Time now) try {
    for (const Tier& tier : ca.tiers())
        if (is_made_here(ca, tier, now))
            ca.key(tier);
    return true;
} catch (const Error&) {
    return false;
}

DelegateRenewal renew_delegates(Ca& ca, const Run& run) {
    DelegateRenewal renewal;
    for (const Tier& tier : ca.tiers()) {
        if (!is_made_here(ca, tier, run.clock.now()))
            continue;
        try {
            ca.key(tier); // before the lock: a passphrase takes its time on purpose
            const io::FolderLock lock = ca.lock();
            if (why_delegate_due(ca, tier, run.clock.now())) // nobody else made it meanwhile
                renewal.made.push_back(make_delegate(ca, run, tier));
        } catch (const Error& error) {
            renewal.failures.push_back(error);
        }
    }
    return renewal;
}

} // namespace mtlsca::authority
