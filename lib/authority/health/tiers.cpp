#include "authority/health/parts.h"

#include "authority/certificate/judgement.h"
#include "authority/crl/publication.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

// A bundle up to this size is read and its signatures verified in a few milliseconds; `deep` reads any.
constexpr std::uintmax_t bundle_read_max_bytes = 1 << 20;

bool is_offline_root(const Examination& examination, const Tier& tier) {
    return !tier.record.parent && &tier != &examination.ca.issuing() && !examination.ca.has_key(tier);
}

// "mtlsca crl", where the key is at hand.
std::string publishing_remedy(const Examination& examination, const Tier& tier) {
    if (is_offline_root(examination, tier))
        return fmt::format("mtlsca ca root-crl request, or bring the root's key to {} for one run of mtlsca "
                           "crl and take it away again",
                           examination.ca.folder().key(tier.name()).string());
    return "mtlsca crl --if-due, and see why the timer did not: its failure stands below, or it does not run";
}

// A CA must outlive what it issues.
void examine_validity(const Examination& examination, const Tier& tier) {
    Duration longest{}, usual{};
    for (const auto& [name, profile] : examination.ca.config().profiles) {
        longest = std::max(longest, profile.longest_validity);
        usual = std::max(usual, profile.validity);
    }
    const std::string subject = "certificate of " + tier.name();
    const Time end = tier.certificate.not_after();
    const std::string remedy = tier.record.parent
                                   ? "mtlsca ca renew, or mtlsca ca rollover prepare for a new key"
                                   : "mtlsca ca renew root, or mtlsca ca rollover prepare root for a new "
                                     "key, and bring the new root to who trusts it";
    if (end < examination.now) {
        examination.add(
            Severity::error, "ca-expired", subject,
            fmt::format("expired {} ago: nginx refuses every client", in_words(examination.now - end)),
            remedy);
        return;
    }
    const Duration left = end - examination.now;
    if (tier.certificate.not_before() > examination.now)
        examination.add(Severity::error, "ca-not-yet-valid", subject,
                        "is not valid before " + to_rfc3339(tier.certificate.not_before()) +
                            ": nginx refuses every client",
                        "see that the clock is right: date");
    else if (left < usual)
        examination.add(Severity::error, "ca-expiring", subject,
                        fmt::format("{} left: certificates are cut to that, the usual {} is no longer given",
                                    in_words(left), to_string(usual)),
                        remedy);
    else if (left < longest)
        examination.add(Severity::warning, "ca-expiring", subject,
                        fmt::format("{} left: the {} that a profile allows is refused, what is shorter is "
                                    "still given",
                                    in_words(left), to_string(longest)),
                        remedy);
}

void examine_key(const Examination& examination, const Tier& tier) {
    Ca& ca = examination.ca;
    const std::string subject = "key of " + tier.name();
    if (!ca.has_key(tier)) {
        if (!is_offline_root(examination, tier))
            examination.add(Severity::error, "key-missing", subject,
                            ca.folder().key(tier.name()).string() +
                                " is not there: nothing can be signed, no CRL either",
                            "bring it back from where it is kept, mode 0600");
        return;
    }
    if (!examination.options.deep)
        return;
    try {
        ca.key(tier);
    } catch (const Error& error) {
        examination.add(Severity::error, "key-unusable", subject, error.object + ": " + error.reason,
                        error.hint.empty() ? "see --ca-pass and the key's file" : error.hint);
    }
}

void examine_crl_dates(const Examination& examination, const Tier& tier, const store::PublishedCrl& crl) {
    const std::string subject = "crl of " + tier.name();
    const Duration overlap = examination.ca.crl_times(tier).overlap;
    const std::string remedy = publishing_remedy(examination, tier);
    const Time until = crl.next_update, now = examination.now;
    const auto lateness = policy::crl_lateness(until, overlap, now);
    if (until <= now)
        examination.add(Severity::error, "crl-expired", subject,
                        fmt::format("expired {} ago, at {}: nginx refuses every client",
                                    in_words(now - until), to_rfc3339(until)),
                        remedy);
    else if (lateness == Severity::error)
        examination.add(
            Severity::error, "crl-expiring", subject,
            fmt::format("expires in {}, at {}, and is long overdue: nginx refuses every client then",
                        in_words(until - now), to_rfc3339(until)),
            remedy);
    else if (lateness)
        examination.add(Severity::warning, "crl-due", subject,
                        fmt::format("a new one is due since {}; nginx refuses every client in {}, at {}",
                                    in_words(now - (until - overlap)), in_words(until - now),
                                    to_rfc3339(until)),
                        remedy);
    if (crl.this_update > now)
        examination.add(
            Severity::error, "crl-future", subject,
            fmt::format("begins at {}: until then nginx refuses every client", to_rfc3339(crl.this_update)),
            "see that the clock is right: date; if the CRL was made by one that was ahead: mtlsca crl "
            "--clock-is-right");
}

void examine_crl(const Examination& examination, const Tier& tier, TierHealth& found) {
    Ca& ca = examination.ca;
    const std::string subject = "crl of " + tier.name();
    found.crl = store::latest_crl(ca.database(), tier.record.id);
    found.has_unpublished_changes = store::has_unpublished_changes(ca.database(), tier.record.id);
    if (const auto file = io::file_state(ca.folder().crl(tier.name())))
        found.crl_bytes = file->bytes;
    if (found.crl) {
        found.crl_due = found.crl->next_update - ca.crl_times(tier).overlap;
        examine_crl_dates(examination, tier, *found.crl);
    }
    if (!found.crl || found.crl_bytes == 0)
        examination.add(Severity::error, "crl-missing", subject,
                        ca.folder().crl(tier.name()).string() + " is not there",
                        publishing_remedy(examination, tier));
    if (found.has_unpublished_changes)
        examination.add(Severity::warning, "crl-unpublished", subject,
                        "lacks revocations of the inventory: who was revoked still gets in",
                        publishing_remedy(examination, tier));
}

// What the database cannot know: whether the file that nginx reads is what was published.
void examine_bundle(const Examination& examination) {
    Ca& ca = examination.ca;
    const io::Path bundle = ca.folder().bundle();
    const auto file = io::file_state(bundle);
    if (!file || file->bytes == 0) {
        examination.add(Severity::error, "bundle-missing", bundle,
                        "is not there: nginx does not start, or refuses every client",
                        "mtlsca status --fix, or mtlsca crl");
        return;
    }
    if (file->bytes > bundle_read_max_bytes && !examination.options.deep)
        return;
    // The dates and what is unpublished were said of the CRLs themselves.
    constexpr std::array told{"crl-due", "crl-expiring", "crl-expired", "crl-unpublished", "crl-future"};
    for (const Finding& finding : judge_bundle(ca, bundle, examination.now).findings)
        if (std::find(told.begin(), told.end(), finding.rule) == told.end())
            examination.add(finding.severity, finding.rule.c_str(),
                            finding.subject == bundle ? finding.subject : "bundle, " + finding.subject,
                            finding.detail, "mtlsca crl writes it anew");
}

} // namespace

void examine_tiers(const Examination& examination) {
    for (const Tier& tier : examination.ca.tiers()) {
        if (!Ca::is_trusted(
                tier)) // out of trust file and bundle: its CRL may expire, and nobody asks for its key
            continue;
        TierHealth found;
        found.name = tier.name();
        found.serial = tier.certificate.serial();
        found.not_before = tier.certificate.not_before();
        found.not_after = tier.certificate.not_after();
        found.issues = tier.record.issues;
        found.state = tier.record.state;
        found.has_key = examination.ca.has_key(tier);
        examine_validity(examination, tier);
        examine_key(examination, tier);
        examine_crl(examination, tier, found);
        examination.health.tiers.push_back(std::move(found));
    }
    examine_bundle(examination);
}

} // namespace mtlsca::authority
