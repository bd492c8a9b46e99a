// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
#include "status_views.h"

#include "encoding/hex.h"
#include "encoding/text.h"

#include <fmt/format.h>
#include <map>

namespace mtlsca::app {
namespace {

using authority::Health;
using authority::TierHealth;

using Labels = std::vector<std::pair<const char*, std::string>>;

// Backslash, quotation mark and line feed are escaped; what a terminal must not get, this file must not.
std::string label_value(const std::string& text) {
    std::string escaped;
    for (const char c : encoding::printable(text)) {
        if (c == '\\' || c == '"')
            escaped += '\\';
        escaped += c;
    }
    return escaped;
}

class Metrics {
public:
    // All samples of one name stand together, below what says what they are.
    void begin(const char* name, const char* help) {
        name_ = name;
        text += fmt::format("# HELP mtlsca_{} {}\n# TYPE mtlsca_{} gauge\n", name, help, name);
    }
    template <class Number>
    void sample(Number value, const Labels& labels = {}) {
        text += "mtlsca_" + name_;
        for (std::size_t i = 0; i < labels.size(); ++i)
            text += fmt::format("{}{}=\"{}\"", i == 0 ? "{" : ",", labels[i].first,
                                label_value(labels[i].second));
        text += fmt::format("{} {}\n", labels.empty() ? "" : "}", value);
    }
    void one(const char* name, const char* help, std::int64_t value) {
        begin(name, help);
        sample(value);
    }
    std::string text;

private:
    std::string name_;
};

std::int64_t seconds(Time time) {
    return time.time_since_epoch().count();
}

void add_status(const StatusReport& report, Metrics& metrics) {
    const Code code = status_code(report);
    metrics.one("status", "0 all is well, 1 warning, 2 critical.",
                code == Code::done      ? 0
                : code == Code::warning ? 1
                                        : 2);
    metrics.one("status_time_seconds", "When this was written.", seconds(report.health.now));
    std::map<std::pair<std::string, std::string>, int> counts;
    for (const authority::Symptom& symptom : report.health.symptoms)
        ++counts[{symptom.rule, severity_word(symptom.severity)}];
    metrics.begin("findings", "What mtlsca status found, by rule.");
    for (const auto& [key, count] : counts)
        metrics.sample(count, {{"rule", key.first}, {"severity", key.second}});
}

template <class Value>
void add_tiers(const Health& health, Metrics& metrics, const char* name, const char* help, Value value) {
    metrics.begin(name, help);
    for (const TierHealth& tier : health.tiers)
        metrics.sample(value(tier), {{"issuer", tier.name}});
}

template <class Value>
void add_crls(const Health& health, Metrics& metrics, const char* name, const char* help, Value value) {
    metrics.begin(name, help);
    for (const TierHealth& tier : health.tiers)
        if (tier.crl)
            metrics.sample(value(tier), {{"issuer", tier.name}});
}

void add_cas(const Health& health, Metrics& metrics) {
    add_tiers(health, metrics, "ca_not_after_seconds", "When the certificate of a CA ends.",
              [](const TierHealth& tier) { return seconds(tier.not_after); });
    add_tiers(health, metrics, "ca_key_present", "1: the key of the CA is in its folder.",
              [](const TierHealth& tier) { return tier.has_key ? 1 : 0; });
    add_crls(health, metrics, "crl_this_update_seconds", "When the newest CRL of a CA begins.",
             [](const TierHealth& tier) { return seconds(tier.crl->this_update); });
    add_crls(health, metrics, "crl_next_update_seconds",
             "When the newest CRL of a CA expires; nginx refuses every client then.",
             [](const TierHealth& tier) { return seconds(tier.crl->next_update); });
    add_crls(health, metrics, "crl_due_seconds", "When a new CRL is due.",
             [](const TierHealth& tier) { return seconds(*tier.crl_due); });
    add_crls(health, metrics, "crl_number", "The number of the newest CRL.",
             [](const TierHealth& tier) { return tier.crl->number; });
    add_crls(health, metrics, "crl_entries", "How many certificates the newest CRL revokes.",
             [](const TierHealth& tier) { return tier.crl->entries; });
    add_crls(health, metrics, "crl_bytes", "The size of the newest CRL, DER.",
             [](const TierHealth& tier) { return tier.crl_bytes; });
    add_crls(health, metrics, "crl_has_unpublished_changes", "1: the newest CRL lacks revocations.",
             [](const TierHealth& tier) { return tier.has_unpublished_changes ? 1 : 0; });
}

void add_certificates(const authority::CertificateHealth& found, Metrics& metrics) {
    metrics.begin("certificates", "How many certificates are recorded, by what became of them.");
    const std::pair<const char*, std::uint64_t> counts[] = {{"recorded", found.counts.recorded},
                                                            {"ended", found.counts.ended},
                                                            {"revoked", found.counts.revoked},
                                                            {"held", found.counts.held},
                                                            {"pending", found.counts.pending}};
    for (const auto& [kind, count] : counts)
        metrics.sample(count, {{"kind", kind}});
    metrics.begin("certificates_without_successor",
                  "How many are due, end soon or have ended, and nothing replaces them.");
    const std::pair<const char*, std::uint64_t> unreplaced[] = {{"due", found.due},
                                                                {"warning", found.expiring - found.critical},
                                                                {"critical", found.critical},
                                                                {"expired", found.expired}};
    for (const auto& [kind, count] : unreplaced)
        metrics.sample(count, {{"kind", kind}});
    metrics.begin("certificate_not_after_seconds",
                  "When a certificate ends that nothing replaces: the 1000 that end first.");
    for (const store::Unreplaced& certificate : found.next)
        metrics.sample(seconds(certificate.not_after),
                       {{"serial", encoding::to_upper_hex(certificate.serial)},
                        {"name", certificate.name},
                        {"profile", certificate.profile},
                        {"owner", certificate.owner}});
}

void add_work(const Health& health, Metrics& metrics) {
    metrics.begin("job_failing_since_seconds",
                  "Since when a timer's command fails; absent while it succeeds.");
    for (const store::FailedJob& job : health.failed_jobs)
        metrics.sample(seconds(job.since), {{"command", job.command}});
    const store::Outstanding& left = health.outstanding;
    metrics.one("deliveries_outstanding", "Renewed certificates that have not arrived.",
                static_cast<std::int64_t>(left.deliveries));
    metrics.one("deliveries_failed", "Those of them that were tried.",
                static_cast<std::int64_t>(left.failed_deliveries));
    metrics.one("planned_revocations", "Predecessors that are to be revoked.",
                static_cast<std::int64_t>(left.planned_revocations));
    if (health.last_event)
        metrics.one("last_event_seconds", "When anything was changed last.", seconds(*health.last_event));
    metrics.one("database_bytes", "The size of the database.",
                static_cast<std::int64_t>(health.database_bytes));
    if (health.room)
        metrics.one("disk_free_bytes", "What is free where the CA's folder is.",
                    static_cast<std::int64_t>(health.room->free_bytes));
}

} // namespace

std::string status_prometheus(const StatusReport& report) {
    Metrics metrics;
    add_status(report, metrics);
    if (report.is_complete) {
        add_cas(report.health, metrics);
        add_certificates(report.health.certificates, metrics);
        add_work(report.health, metrics);
    }
    return std::move(metrics.text);
}

} // namespace mtlsca::app
