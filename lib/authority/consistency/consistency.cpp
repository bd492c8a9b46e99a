#include "authority/consistency/consistency.h"

#include "authority/audit_seal.h"
#include "authority/consistency/report.h"
#include "store/maintenance/proof.h"

#include <algorithm>
#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

constexpr std::uint64_t most_of_a_rule = 100;
constexpr std::uint64_t progress_step = 1000; // certificates: some tenths of a second

const char* issuer_problem(const Ca& ca, const store::Certificate& row,
                           const x509::Certificate& certificate) {
    const Tier& tier = ca.tier(row.issuer);
    if (certificate.issuer() != tier.certificate.subject())
        return "names another issuer than its row";
    if (!certificate.is_signed_by(tier.certificate.public_key()))
        return "is not signed by its issuer";
    return nullptr;
}

// What a relying party and the inventory would see differently; nothing where both see the same.
const char* difference(const Ca& ca, const store::Certificate& row, const x509::Certificate& certificate) {
    std::vector<std::string> sans;
    for (const x509::San& san : certificate.sans())
        sans.push_back(to_string(san));
    const x509::Sha256 spki = certificate.public_key().spki_sha256();
    if (certificate.serial() != row.serial)
        return "has another serial than its row";
    if (certificate.not_before() != row.not_before || certificate.not_after() != row.not_after)
        return "has other dates than its row";
    if (certificate.subject().to_string() != row.subject)
        return "has another subject than its row";
    if (sans != row.sans)
        return "has other SANs than its row";
    if (!std::equal(spki.begin(), spki.end(), row.spki_sha256.begin(), row.spki_sha256.end()))
        return "has another key than its row";
    return issuer_problem(ca, row, certificate);
}

void check_certificate(const Ca& ca, const store::Certificate& row, ConsistencyReport& report) {
    const std::string subject = store::object_of(row);
    if (!store::is_findable(ca.database(), row))
        report.error("certificate-index", subject, "is not found by everything that it is looked for by");
    if (row.der.empty()) {
        if (row.state == store::State::valid)
            report.error("certificate-missing", subject, "is valid, and its content is gone");
        return;
    }
    try {
        const auto certificate = x509::Certificate::from_der(row.der, subject);
        if (const char* problem = difference(ca, row, certificate))
            report.error("certificate-differs", subject, problem);
    } catch (const Error& error) {
        report.error("certificate-unreadable", subject, error.reason);
    }
}

std::uint64_t check_certificates(Ca& ca, const Run& run, const ConsistencyOptions& options,
                                 ConsistencyReport& report) {
    std::uint64_t count = 0;
    store::for_each(ca.database(), {}, run.clock.now(), store::Depth::der,
                    [&](const store::Certificate& row) {
                        check_certificate(ca, row, report);
                        if (++count % progress_step == 0 && options.progress)
                            options.progress(count);
                        return true;
                    });
    return count;
}

// A page that cannot be read ends one part of the proof, not the whole.
template <typename Part>
void as_far_as_readable(ConsistencyReport& report, const Part& part) {
    try {
        part();
    } catch (const Error& error) {
        if (error.code != Code::store && error.code != Code::failed)
            throw;
        report.error("database-unreadable", error.object, error.reason);
    }
}

} // namespace

void ConsistencyReport::add(Severity severity, const char* rule, std::string subject, std::string detail) {
    severities_[rule] = severity;
    if (++counts_[rule] <= most_of_a_rule)
        findings_.push_back({severity, rule, std::move(subject), std::move(detail)});
}

void ConsistencyReport::add(const Findings& findings) {
    for (const Finding& finding : findings)
        add(finding.severity, finding.rule.c_str(), finding.subject, finding.detail);
}

Findings ConsistencyReport::take() {
    for (const auto& [rule, count] : counts_)
        if (count > most_of_a_rule)
            findings_.push_back({severities_[rule], rule, "and more", fmt::format("{} in all", count)});
    return std::move(findings_);
}

Consistency check_consistency(Ca& ca, const Run& run, const ConsistencyOptions& options) {
    ConsistencyReport report;
    Consistency consistency;
    std::optional<io::FolderLock> lock(ca.lock());
    const store::Snapshot snapshot(ca.database());
    as_far_as_readable(report, [&] { check_crls(ca, report); });
    check_files(ca, options.deep, report);
    as_far_as_readable(report, [&] { report.add(verify_audit(ca).findings); });
    lock.reset();
    report.add(ca.database().check());
    as_far_as_readable(report, [&] {
        consistency.certificates = check_certificates(ca, run, options, report);
        report.add(store::find_broken_names(ca.database(), run.clock.now()));
    });
    as_far_as_readable(report, [&] { check_presigned_answers(ca, report); });
    consistency.findings = report.take();
    return consistency;
}

} // namespace mtlsca::authority
