#include "authority/health/parts.h"

#include "authority/audit_seal.h"
#include "authority/health/clock.h"
#include "encoding/text.h"

#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

// What hourly runs carry out is late when a day of them has not.
constexpr Duration late_after = std::chrono::hours(24);

void examine_clock(const Examination& examination) {
    const auto last = store::last_event(examination.ca.database());
    examination.health.last_event = last;
    const auto doubt = judge_clock(examination.ca.database(), examination.now, Duration(0));
    if (!doubt)
        return;
    const bool is_far_behind =
        examination.now < *last - examination.ca.crl_times(examination.ca.issuing()).backdate;
    examination.add(is_far_behind ? Severity::error : Severity::warning, doubt->rule.c_str(), doubt->subject,
                    doubt->detail,
                    doubt->rule == "clock-behind"
                        ? "see that the clock is right: date, timedatectl"
                        : "see that the clock is right, and mtlsca schedule for timers");
}

// A process that hangs in the middle of a change keeps everybody from writing, those too who would record
// that they failed.
void examine_writing(const Examination& examination) {
    constexpr std::chrono::milliseconds patience{2000}; // a transaction takes about a millisecond
    const io::Path path = examination.ca.folder().database();
    try {
        auto database = store::Database::open(path, store::Database::Access::write, patience);
        const store::Transaction transaction(database);
    } catch (const Error& error) {
        const auto file = io::file_state(path);
        const bool is_ours = io::own_user() == 0 || (file && file->owner == io::own_user());
        if (error.code == Code::busy)
            examination.add(
                Severity::error, "database-locked", path,
                "another process holds it: nothing can be revoked, issued or published until it ends",
                "fuser -v " + encoding::shell_word(path) + " names that process");
        else if (is_ours)
            examination.add(Severity::error, "database-read-only", path, "cannot be written: " + error.reason,
                            error.hint);
    }
}

void examine_jobs(const Examination& examination) {
    examination.health.failed_jobs = store::failed_jobs(examination.ca.database());
    for (const store::FailedJob& job : examination.health.failed_jobs)
        examination.add(Severity::warning, "job-failed", "mtlsca " + job.command,
                        fmt::format("fails since {}, the last time {} ago: {}", to_rfc3339(job.since),
                                    in_words(examination.now - job.last), job.problem),
                        job.command == "renew" ? "mtlsca renew --due, once the reason is gone"
                                               : "mtlsca crl --if-due, once the reason is gone");
    if (const auto hook = store::pending_hook(examination.ca.database()))
        examination.add(Severity::warning, "hook-pending", "--on-change",
                        "was not told of the newest CRL, which nginx may not have: " + *hook,
                        "mtlsca crl --if-due runs it again");
}

void examine_outstanding(const Examination& examination) {
    const store::Outstanding& found = examination.health.outstanding =
        store::outstanding(examination.ca.database(), examination.now - late_after);
    if (found.failed_deliveries > 0)
        examination.add(Severity::warning, "delivery-failed", "deliveries",
                        fmt::format("{} could not be delivered, the first by {}: {}", found.failed_deliveries,
                                    found.failed_target, found.problem),
                        "mtlsca renew --due tries again, and issues nothing anew");
    if (found.late_revocations > 0)
        examination.add(Severity::warning, "revocation-late", "planned revocations",
                        fmt::format("{} should have been carried out a day ago", found.late_revocations),
                        "mtlsca crl --if-due carries them out");
}

void take_findings(const Examination& examination, const Findings& findings, const char* remedy) {
    for (const Finding& finding : findings)
        examination.add(finding.severity, finding.rule.c_str(), finding.subject, finding.detail, remedy);
}

void examine_database(const Examination& examination) {
    Ca& ca = examination.ca;
    if (const auto file = io::file_state(ca.folder().database()))
        examination.health.database_bytes = file->bytes;
    take_findings(examination,
                  examination.options.deep ? ca.database().check() : store::check_quickly(ca.database()),
                  "stop every command, copy the folder, then restore a backup");
    if (examination.options.deep)
        take_findings(examination, verify_audit(ca).findings,
                      "mtlsca audit verify and audit show; find out who wrote to the database");
}

} // namespace

void examine_records(const Examination& examination) {
    examine_database(examination);
    examine_writing(examination);
    examine_clock(examination);
    examine_jobs(examination);
    examine_outstanding(examination);
}

} // namespace mtlsca::authority
