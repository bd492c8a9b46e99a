#include "authority/certificate/judgement.h"

#include "encoding/pem.h"
#include "store/issuer/crls.h"
#include "x509/certificate/verification.h"

#include <algorithm>

namespace mtlsca::authority {
namespace {

constexpr std::size_t chain_max_bytes = 1 << 20;
constexpr std::size_t bundle_max_bytes = std::size_t{1} << 30; // a million entries are 50 MB as PEM

Findings judge_inventory(const std::optional<store::Certificate>& record,
                         const x509::Certificate& certificate) {
    const std::string subject = certificate.subject().to_string();
    if (!record)
        return {{Severity::error, "verify-unknown", subject, "is not in the inventory of this CA"}};
    if (!record->revocation)
        return {};
    const char* verb = record->state == store::State::held ? "is on hold since " : "was revoked at ";
    return {{Severity::error, "verify-revoked", subject,
             verb + to_rfc3339(record->revocation->revoked_at) + " (" +
                 x509::to_string(record->revocation->reason) + ")"}};
}

std::optional<store::Certificate> record_of(Ca& ca, const x509::Certificate& certificate, Time now) {
    const x509::Sha256 fingerprint = certificate.fingerprint();
    store::Filter filter;
    filter.fingerprint = Bytes(fingerprint.begin(), fingerprint.end());
    auto found = store::find(ca.database(), filter, now, 1);
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

bool is_issued_by_us(const Ca& ca, const x509::Certificate& certificate) {
    return std::any_of(ca.tiers().begin(), ca.tiers().end(), [&](const Tier& tier) {
        return tier.record.issues && tier.certificate.subject() == certificate.issuer();
    });
}

bool is_certificate_of_a_tier(const Ca& ca, const x509::Certificate& certificate) {
    return std::any_of(ca.tiers().begin(), ca.tiers().end(),
                       [&](const Tier& tier) { return tier.certificate.der() == certificate.der(); });
}

// What is wrong with one CRL in the eyes of nginx, which looks at every CA up to the root.
class CrlJudge {
public:
    CrlJudge(Ca& ca, Time now, BundleJudgement& judgement) : ca_(ca), now_(now), judgement_(judgement) {}

    void judge(ByteView der, const std::string& object) {
        const x509::Crl crl = x509::Crl::read(der, object);
        const Tier* tier = issuer_of(crl);
        subject_ = "crl of " + (tier != nullptr ? tier->name() : crl.issuer().to_string());
        if (tier == nullptr) {
            add(Severity::warning, "crl-foreign",
                "is by none of the CAs that are trusted: nginx does not use it");
            return;
        }
        if (std::find(seen_.begin(), seen_.end(), tier) != seen_.end())
            add(Severity::warning, "crl-duplicate",
                "stands twice: of two with one thisUpdate the first one counts");
        seen_.push_back(tier);
        judge_content(crl, *tier);
        judge_dates(crl, *tier);
        judge_age(crl, *tier);
    }

    void judge_absent() {
        for (const Tier& tier : ca_.tiers()) {
            if (!Ca::is_trusted(tier) || std::find(seen_.begin(), seen_.end(), &tier) != seen_.end())
                continue;
            subject_ = "crl of " + tier.name();
            if (tier.record.state == store::IssuerState::prepared)
                add(Severity::warning, "crl-missing",
                    "is not in the file: nginx would refuse every client of this CA once it signs");
            else
                add(Severity::error, "crl-missing", "is not in the file: nginx refuses every client");
        }
    }

private:
    void add(Severity severity, const char* rule, const std::string& detail) {
        judgement_.findings.push_back({severity, rule, subject_, detail});
    }

    const Tier* issuer_of(const x509::Crl& crl) const {
        for (const Tier& tier : ca_.tiers())
            if (Ca::is_trusted(tier) && tier.certificate.subject() == crl.issuer())
                return &tier;
        return nullptr;
    }

    void judge_content(const x509::Crl& crl, const Tier& tier) {
        if (!crl.is_signed_by(tier.certificate.public_key()))
            add(Severity::error, "crl-signature", "is not signed by this CA: nginx refuses every client");
        if (crl.is_delta())
            add(Severity::error, "crl-delta",
                "is a delta CRL, which nginx does not apply: who is revoked in it gets in");
        if (crl.has_issuing_distribution_point())
            add(Severity::error, "crl-idp", "has an issuing distribution point: nginx refuses every client");
        for (const std::string& oid : crl.unknown_critical_extensions())
            add(Severity::error, "crl-critical",
                "has the critical extension " + oid + ": nginx refuses every client");
        std::uint64_t removed = 0;
        crl.for_each([&removed](const x509::Crl::Entry& entry) {
            removed += entry.reason == 8 ? 1 : 0; // removeFromCRL, RFC 5280 5.3.1
            return true;
        });
        if (removed > 0)
            add(Severity::error, "crl-remove-from-crl",
                std::to_string(removed) + " entries say removeFromCRL: nginx lets these clients in");
    }

    void judge_dates(const x509::Crl& crl, const Tier& tier) {
        if (crl.this_update() > now_)
            add(Severity::error, "crl-future",
                "begins at " + to_rfc3339(crl.this_update()) + ": until then nginx refuses every client");
        if (!crl.next_update()) {
            add(Severity::warning, "crl-no-next-update", "has no nextUpdate");
            return;
        }
        const Time until = *crl.next_update();
        judgement_.good_until = std::min(judgement_.good_until.value_or(until), until);
        const auto lateness = policy::crl_lateness(until, ca_.crl_times(tier).overlap, now_);
        const std::string when = " at " + to_rfc3339(until);
        if (until <= now_)
            add(Severity::error, "crl-expired", "expired" + when + ": nginx refuses every client");
        else if (lateness == Severity::error)
            add(Severity::error, "crl-expiring", "expires" + when + ", and is long overdue: run mtlsca crl");
        else if (lateness)
            add(Severity::warning, "crl-due", "expires" + when + ": run mtlsca crl --if-due");
    }

    void judge_age(const x509::Crl& crl, const Tier& tier) {
        const auto latest = store::latest_crl(ca_.database(), tier.record.id);
        if (latest && crl.this_update() < latest->this_update)
            add(Severity::warning, "crl-old",
                "is older than the newest, number " + std::to_string(latest->number));
        if (store::has_unpublished_changes(ca_.database(), tier.record.id))
            add(Severity::warning, "crl-unpublished", "lacks revocations of the inventory: run mtlsca crl");
    }

    Ca& ca_;
    Time now_;
    BundleJudgement& judgement_;
    std::vector<const Tier*> seen_;
    std::string subject_;
};

Judgement judge_as_nginx(Ca& ca, const x509::Certificate& certificate,
                         const std::vector<x509::Certificate>& others, Time at) {
    const Bytes chain = io::read_file(ca.folder().chain(), chain_max_bytes);
    const Bytes bundle = io::read_file(ca.folder().bundle(), bundle_max_bytes);
    const auto blocks = encoding::read_pem(as_text(bundle), ca.folder().bundle());
    x509::VerificationInput input;
    input.trusted = x509::Certificate::parse_all(chain, ca.folder().chain());
    input.intermediates = others;
    for (const encoding::PemBlock& block : blocks)
        input.crls.emplace_back(block.der);
    input.purpose = x509::Purpose::tls_client;
    input.at = at;
    input.depth = ca.issuing().is_root() ? 1 : 2; // as nginx site writes it
    return {x509::verify_chain(certificate, input), std::nullopt};
}

} // namespace

Judgement judge(Ca& ca, const x509::Certificate& certificate, const std::vector<x509::Certificate>& others,
                Time at, bool as_nginx) {
    Judgement judgement;
    if (as_nginx) {
        judgement = judge_as_nginx(ca, certificate, others, at);
        judgement.record = record_of(ca, certificate, at);
        return judgement;
    }
    x509::VerificationInput input;
    input.trusted = ca.certificates();
    input.intermediates = others;
    input.check_revocation = false; // the inventory knows more than the CRLs
    input.at = at;
    judgement.findings = x509::verify_chain(certificate, input);
    judgement.record = record_of(ca, certificate, at);
    if (is_issued_by_us(ca, certificate) && !is_certificate_of_a_tier(ca, certificate)) {
        const Findings more = judge_inventory(judgement.record, certificate);
        judgement.findings.insert(judgement.findings.end(), more.begin(), more.end());
    }
    return judgement;
}

BundleJudgement judge_bundle(Ca& ca, const io::Path& file, Time now) {
    BundleJudgement judgement;
    const Bytes content = io::read_file(file, bundle_max_bytes);
    if (!encoding::looks_like_pem(content)) {
        judgement.findings.push_back(
            {Severity::error, "crl-not-pem", file, "is not PEM: nginx does not start with it"});
        return judgement;
    }
    CrlJudge judge(ca, now, judgement);
    try {
        for (const encoding::PemBlock& block : encoding::read_pem(as_text(content), file)) {
            if (block.label == "X509 CRL")
                judge.judge(block.der, file);
            else
                judgement.findings.push_back(
                    {Severity::error, "crl-not-a-crl", file,
                     "holds a " + block.label + ", which nginx takes silently and ignores"});
        }
    } catch (const Error& error) {
        judgement.findings.push_back(
            {Severity::error, "crl-malformed", file, error.reason + ": nginx does not start with it"});
        return judgement;
    }
    judge.judge_absent();
    return judgement;
}

} // namespace mtlsca::authority
