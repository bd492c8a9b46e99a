// OCSP responders, where this CA has any: a client that asks and gets no answer is locked out, or lets in
// whom it should not.
#include "authority/health/parts.h"
#include "authority/ocsp/delegate.h"
#include "store/inventory/presigned_answers.h"

#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

std::string remedy_of(const Ca& ca, const Tier& tier) {
    if (ca.has_key(tier))
        return "mtlsca crl makes a new one";
    return tier.is_root() ? "mtlsca ca root-crl request asks for a new one, beside the root's CRL"
                          : "bring the CA's key back, and run mtlsca crl";
}

void examine_end(const Examination& examination, const Tier& tier, Time end) {
    const std::string subject = "ocsp responder of " + tier.name();
    const std::string remedy = remedy_of(examination.ca, tier);
    // `crl --if-due` runs each hour, or each day, and has not done it.
    const Duration late = delegate_overlap(examination.ca, tier) * 3 / 4;
    const auto lateness = policy::crl_lateness(end, late, examination.now);
    if (end <= examination.now)
        examination.add(Severity::error, "ocsp-responder-expired", subject,
                        fmt::format("its certificate expired {} ago: it answers tryLater",
                                    in_words(examination.now - end)),
                        remedy);
    else if (lateness)
        examination.add(*lateness, "ocsp-responder-expiring", subject,
                        fmt::format("its certificate ends in {}, at {}, and a new one is overdue",
                                    in_words(end - examination.now), to_rfc3339(end)),
                        remedy);
}

// Rows of `ocsp presign --rows`, which a job makes anew when half of their overlap is left at the latest.
void examine_rows(const Examination& examination, const Tier& tier) {
    const auto end = store::first_presigned_end(examination.ca.database(), tier.record.id);
    if (!end)
        return;
    const std::string subject = "presigned ocsp answers of " + tier.name();
    const std::string remedy = "mtlsca ocsp presign --rows makes new ones, where the responders' keys are";
    if (*end <= examination.now)
        examination.add(Severity::error, "ocsp-presigned-ended", subject,
                        fmt::format("the first of them ended {} ago: they are tryLater",
                                    in_words(examination.now - *end)),
                        remedy);
    else if (*end - examination.now < examination.ca.config().ocsp.overlap / 2)
        examination.add(Severity::warning, "ocsp-presigned-late", subject,
                        fmt::format("the first of them ends in {}, and new ones are overdue",
                                    in_words(*end - examination.now)),
                        remedy);
}

} // namespace

void examine_responders(const Examination& examination) {
    const Ca& ca = examination.ca;
    for (const Tier& tier : ca.tiers())
        if (Ca::is_trusted(tier))
            examine_rows(examination, tier);
    if (!answers_ocsp(ca))
        return;
    for (const Tier& tier : ca.tiers()) {
        if (!Ca::is_trusted(tier))
            continue;
        const std::string subject = "ocsp responder of " + tier.name();
        try {
            if (const auto delegate = read_delegate(ca, tier))
                examine_end(examination, tier, delegate->certificate.not_after());
            else
                examination.add(Severity::warning, "ocsp-responder-missing", subject,
                                "is not there: requests about certificates of " + tier.name() +
                                    " are answered with tryLater",
                                remedy_of(ca, tier));
        } catch (const Error& error) {
            examination.add(Severity::error, "ocsp-responder-unusable", subject,
                            error.object + ": " + error.reason, error.hint);
        }
    }
}

} // namespace mtlsca::authority
