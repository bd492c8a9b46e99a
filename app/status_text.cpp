#include "status_views.h"

#include "encoding/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace mtlsca::app {
namespace {

using authority::Health;
using authority::Symptom;
using authority::TierHealth;

// As Output shows what comes from outside.
std::string line(const std::string& text) {
    return encoding::printable(text) + "\n";
}

std::string field(const std::string& label, const std::string& value) {
    return line(fmt::format("  {:<14}{}", label, value));
}

// Colour only adds to the word.
std::string word_of(Severity severity, bool in_colour) {
    std::string word = severity_word(severity);
    if (severity == Severity::error)
        word = "CRITICAL";
    std::string padded = fmt::format("{:<10}", word);
    if (!in_colour || severity == Severity::note)
        return padded;
    return (severity == Severity::error ? "\x1b[1;31m" : "\x1b[33m") + padded + "\x1b[0m";
}

std::size_t count(const Health& health, Severity severity) {
    return static_cast<std::size_t>(
        std::count_if(health.symptoms.begin(), health.symptoms.end(),
                      [severity](const Symptom& symptom) { return symptom.severity == severity; }));
}

std::string verdict(const StatusReport& report) {
    const std::string name = report.ca_name.empty() ? "this CA" : report.ca_name;
    if (status_code(report) == Code::done)
        return line(name + ": all is well");
    return line(fmt::format("{}: {} critical, {}", name, count(report.health, Severity::error),
                            count_of(count(report.health, Severity::warning), "warning")));
}

std::string symptoms(const Health& health, bool in_colour) {
    std::string text;
    for (const Symptom& symptom : health.symptoms) {
        text += "  " + word_of(symptom.severity, in_colour);
        text += line(symptom.subject + ": " + symptom.detail +
                     (symptom.remedy.empty() ? "" : "; next: " + symptom.remedy));
    }
    return text;
}

std::string words_of(const TierHealth& tier) {
    const std::string key = tier.has_key ? "key is here" : "key is elsewhere";
    return tier.state == store::IssuerState::active ? key : key + ", " + store::to_string(tier.state);
}

std::string tiers(const Health& health) {
    std::string text = line("CAs");
    for (const TierHealth& tier : health.tiers)
        text += field(tier.name, fmt::format("until {}, {}, {}", to_minutes(tier.not_after),
                                             left_until(tier.not_after, health.now), words_of(tier)));
    text += line("CRLs");
    for (const TierHealth& tier : health.tiers) {
        if (!tier.crl)
            continue;
        text += field(tier.name,
                      fmt::format("number {}, {}, {} bytes, of {}, good until {}, {}", tier.crl->number,
                                  count_of(tier.crl->entries, "entry"), tier.crl_bytes,
                                  to_minutes(tier.crl->this_update), to_minutes(tier.crl->next_update),
                                  left_until(tier.crl->next_update, health.now)));
        const bool is_countdown = !tier.has_key && tier.crl_due && *tier.crl_due > health.now;
        if (is_countdown)
            text += field("", fmt::format("the key must be fetched by {}, {}", to_minutes(*tier.crl_due),
                                          left_until(*tier.crl_due, health.now)));
    }
    return text;
}

std::string figures(const Health& health) {
    const authority::CertificateHealth& found = health.certificates;
    std::string text = line("Certificates");
    text += field("recorded", fmt::format("{}, of them {} ended, {} revoked, {} held, {} pending",
                                          found.counts.recorded, found.counts.ended, found.counts.revoked,
                                          found.counts.held, found.counts.pending));
    text += field("unreplaced", fmt::format("{} due, {} expiring soon, {} of them critical; {} expired",
                                            found.due, found.expiring, found.critical, found.expired));
    if (!found.next.empty())
        text += field("next to end",
                      fmt::format("{} ({}), {}", found.next.front().name, found.next.front().profile,
                                  to_minutes(found.next.front().not_after)));
    text += field("outstanding",
                  fmt::format("{}, {}", count_of(health.outstanding.deliveries, "delivery"),
                              count_of(health.outstanding.planned_revocations, "planned revocation")));
    text += line("Machine");
    text += field("database", fmt::format("{} bytes, {}", health.database_bytes,
                                          health.is_deep ? "read whole" : "--deep reads it whole"));
    if (health.room)
        text += field("disk", fmt::format("{} of {} MiB free", health.room->free_bytes >> 20,
                                          health.room->total_bytes >> 20));
    if (health.last_event)
        text += field("last change", to_minutes(*health.last_event));
    return text;
}

} // namespace

std::string status_text(const StatusReport& report, bool in_colour) {
    std::string text = verdict(report) + symptoms(report.health, in_colour);
    for (const std::string& fixed : report.fixed)
        text += "  " + fmt::format("{:<10}", report.is_pretended ? "would fix" : "fixed") + line(fixed);
    if (report.is_complete)
        text += tiers(report.health) + figures(report.health);
    return text;
}

} // namespace mtlsca::app
