#include "status_views.h"

#include "encoding/hex.h"

namespace mtlsca::app {
namespace {

using authority::Health;
using authority::TierHealth;

Json time_or_null(const std::optional<Time>& time) {
    return time ? Json(to_rfc3339(*time)) : Json(nullptr);
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json crl_json(const TierHealth& tier, Time now) {
    if (!tier.crl)
        return nullptr;
    return {{"number", tier.crl->number},
            {"this_update", to_rfc3339(tier.crl->this_update)},
            {"next_update", to_rfc3339(tier.crl->next_update)},
            {"due", time_or_null(tier.crl_due)},
            {"age_seconds", (now - tier.crl->this_update).count()},
            {"left_seconds", (tier.crl->next_update - now).count()},
            {"entries", tier.crl->entries},
            {"bytes", tier.crl_bytes},
            {"unpublished_changes", tier.has_unpublished_changes}};
}

Json tiers_json(const Health& health) {
    Json tiers = Json::array();
    for (const TierHealth& tier : health.tiers)
        tiers.push_back({{"issuer", tier.name},
                         {"serial", encoding::to_upper_hex(tier.serial)},
                         {"not_before", to_rfc3339(tier.not_before)},
                         {"not_after", to_rfc3339(tier.not_after)},
                         {"left_seconds", (tier.not_after - health.now).count()},
                         {"issues", tier.issues},
                         {"state", store::to_string(tier.state)},
                         {"has_key", tier.has_key},
                         {"crl", crl_json(tier, health.now)}});
    return tiers;
}

Json certificates_json(const authority::CertificateHealth& found) {
    Json next = Json::array();
    for (const store::Unreplaced& certificate : found.next)
        next.push_back({{"serial", encoding::to_upper_hex(certificate.serial)},
                        {"name", certificate.name},
                        {"profile", certificate.profile},
                        {"owner", text_or_null(certificate.owner)},
                        {"not_after", to_rfc3339(certificate.not_after)}});
    return {{"recorded", found.counts.recorded}, {"ended", found.counts.ended},
            {"revoked", found.counts.revoked},   {"held", found.counts.held},
            {"pending", found.counts.pending},   {"due", found.due},
            {"expiring", found.expiring},        {"critical", found.critical},
            {"expired", found.expired},          {"next", std::move(next)}};
}

Json jobs_json(const Health& health) {
    Json jobs = Json::array();
    for (const store::FailedJob& job : health.failed_jobs)
        jobs.push_back({{"command", job.command},
                        {"since", to_rfc3339(job.since)},
                        {"last", to_rfc3339(job.last)},
                        {"problem", job.problem}});
    return jobs;
}

Json symptoms_json(const Health& health) {
    Json findings = Json::array();
    for (const authority::Symptom& symptom : health.symptoms)
        findings.push_back({{"severity", severity_word(symptom.severity)},
                            {"rule", symptom.rule},
                            {"subject", symptom.subject},
                            {"detail", symptom.detail},
                            {"next", text_or_null(symptom.remedy)}});
    return findings;
}

Json room_json(const Health& health) {
    if (!health.room)
        return nullptr;
    return {{"free_bytes", health.room->free_bytes}, {"total_bytes", health.room->total_bytes}};
}

} // namespace

Json status_json(const StatusReport& report) {
    const Health& health = report.health;
    const Code code = status_code(report);
    Json object = {{"status", code == Code::done      ? "ok"
                              : code == Code::warning ? "warning"
                                                      : "critical"},
                   {"time", to_rfc3339(health.now)},
                   {"findings", symptoms_json(health)},
                   {report.is_pretended ? "would_fix" : "fixed", report.fixed}};
    if (!report.is_complete)
        return object;
    object["cas"] = tiers_json(health);
    object["certificates"] = certificates_json(health.certificates);
    object["deliveries"] = {{"outstanding", health.outstanding.deliveries},
                            {"failed", health.outstanding.failed_deliveries}};
    object["planned_revocations"] = {{"outstanding", health.outstanding.planned_revocations},
                                     {"late", health.outstanding.late_revocations}};
    object["failed_jobs"] = jobs_json(health);
    object["last_event"] = time_or_null(health.last_event);
    object["database"] = {{"bytes", health.database_bytes}, {"read_whole", health.is_deep}};
    object["disk"] = room_json(health);
    return object;
}

} // namespace mtlsca::app
