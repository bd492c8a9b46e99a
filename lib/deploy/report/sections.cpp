#include "deploy/report/sections.h"
#include "deploy/report/text.h"

#include "encoding/hex.h"
#include "store/audit/audit.h"
#include "store/inventory/owners.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::deploy::report {
namespace {

constexpr std::size_t most_bars = 8;     // of a breakdown; the rest is one more
constexpr std::size_t most_changes = 25; // about a screen
// Of what the log says of each issue and of each CRL half is shown.
constexpr std::uint64_t entries_looked_at = 4 * most_changes;

struct Bar {
    std::string label;
    std::uint64_t count = 0;
    bool is_muted = false; // the rest, or those without
};

Json breakdown(const std::string& title, const std::string& hint, const std::vector<Bar>& bars) {
    std::uint64_t highest = 1;
    for (const Bar& bar : bars)
        highest = std::max(highest, bar.count);
    Json rows = Json::array();
    for (const Bar& bar : bars)
        rows.push_back({{"label", shown(bar.label)},
                        {"count", number(bar.count)},
                        {"muted", bar.is_muted},
                        {"width", fmt::format("{:.1f}", 100.0 * static_cast<double>(bar.count) /
                                                            static_cast<double>(highest))}});
    return {{"title", title}, {"hint", hint}, {"bars", rows}, {"none", bars.empty()}};
}

std::vector<Bar> largest(const std::map<std::string, std::uint64_t>& counts) {
    std::vector<Bar> bars;
    for (const auto& [label, count] : counts)
        bars.push_back({label, count});
    std::stable_sort(bars.begin(), bars.end(),
                     [](const Bar& left, const Bar& right) { return left.count > right.count; });
    if (bars.size() <= most_bars)
        return bars;
    Bar rest{fmt::format("{} others", bars.size() - most_bars), 0, true};
    for (auto bar = bars.begin() + most_bars; bar != bars.end(); ++bar)
        rest.count += bar->count;
    bars.resize(most_bars);
    bars.push_back(rest);
    return bars;
}

std::vector<Bar> owners(const Source& source, const Statistics& statistics) {
    std::vector<Bar> bars;
    std::uint64_t owned = statistics.live - statistics.without_owner;
    for (const store::OwnerCount& owner : store::largest_owners(source.database, source.now, most_bars)) {
        bars.push_back({owner.owner, owner.live});
        owned -= std::min(owned, owner.live);
    }
    if (owned > 0)
        bars.push_back({"others", owned, true});
    if (statistics.without_owner > 0)
        bars.push_back({"nobody", statistics.without_owner, true});
    return bars;
}

std::string event_words(const std::string& event) {
    if (event == "valid")
        return "issued";
    if (event == "released")
        return "released from hold";
    return event == "crl" ? "CRL published" : event == "init" ? "CA made" : event;
}

// Of a CRL the log has JSON, with a hash that says nothing to people.
std::string detail_words(const store::AuditEntry& entry) {
    const Json crl = entry.event == "crl" ? Json::parse(entry.detail, nullptr, false) : Json();
    if (!crl.is_object() || !crl.contains("issuer") || !crl.contains("number") || !crl.contains("entries"))
        return entry.detail;
    return fmt::format("{}, number {}, {}", crl["issuer"].get<std::string>(), crl["number"].dump(),
                       count_of(crl["entries"].get<std::uint64_t>(), "entry", "entries"));
}

// Half of what is told twice ("pending" is followed by "valid"), and seals, which say nothing to people.
bool is_told(const store::AuditEntry& entry) {
    return entry.event != "pending" && entry.event != "sealed";
}

Json change(const Source& source, const store::AuditEntry& entry) {
    std::string name;
    if (!entry.serial.empty()) {
        store::Filter filter;
        filter.serial = entry.serial;
        for (const store::Certificate& certificate : store::find(source.database, filter, source.now, 1))
            name = certificate.name;
    }
    const std::string serial = encoding::to_upper_hex(entry.serial);
    return {{"when", to_minutes(entry.time)},
            {"event", shown(event_words(entry.event))},
            {"what", shown(name.empty() ? serial : name)},
            {"serial", serial},
            {"detail", shown(detail_words(entry))},
            {"actor", shown(entry.actor)},
            {"command", shown(entry.command)}};
}

} // namespace

const char* to_string(Level level) {
    switch (level) {
    case Level::ok:
        return "ok";
    case Level::warning:
        return "warning";
    case Level::critical:
        return "critical";
    }
    return "";
}

std::vector<Concern> concerns(const Statistics& statistics) {
    std::vector<Concern> found;
    if (statistics.critical_count > 0)
        found.push_back(
            {Level::critical, count_of(statistics.critical_count, "certificate ends", "certificates end") +
                                  " within a week, without a successor yet."});
    if (const std::uint64_t due = statistics.count(Phase::due) - statistics.critical_count; due > 0)
        found.push_back({Level::warning, count_of(due, "certificate is", "certificates are") +
                                             " due for renewal: mtlsca renew --due."});
    if (statistics.lapsed_count > 0)
        found.push_back({Level::warning, count_of(statistics.lapsed_count, "certificate", "certificates") +
                                             " expired in the last 30 days without a successor."});
    if (const std::uint64_t pending = statistics.count(Phase::pending); pending > 0)
        found.push_back(
            {Level::warning, count_of(pending, "serial was", "serials were") +
                                 " left pending by a command that died. mtlsca revoke SERIAL sees to it that "
                                 "nobody can use what may have been signed."});
    return found;
}

Json lifecycle(const Statistics& statistics) {
    const std::uint64_t requested = statistics.count(Phase::pending), due = statistics.count(Phase::due),
                        held = statistics.count(Phase::held);
    return {{"requested", number(requested)},
            {"has_requested", requested > 0},
            {"issued", number(statistics.total - requested)},
            {"active", number(statistics.count(Phase::active))},
            {"due", number(due)},
            {"has_due", due > 0},
            {"renewed", number(statistics.count(Phase::renewed))},
            {"held", number(held)},
            {"has_held", held > 0},
            {"revoked", number(statistics.revoked_and_live)},
            {"has_revoked", statistics.revoked_and_live > 0},
            {"expired", number(statistics.expired_lately)},
            {"has_expired", statistics.expired_lately > 0},
            {"archived", number(statistics.archived)}};
}

Json breakdowns(const Source& source, const Statistics& statistics) {
    std::vector<Bar> roles = largest(statistics.roles);
    if (statistics.without_role > 0)
        roles.push_back({"none", statistics.without_role, true});
    const std::uint64_t owner_count = store::count_owners(source.database, source.now);
    return Json::array(
        {breakdown("Profiles", count_of(statistics.profiles.size(), "profile", "profiles"),
                   largest(statistics.profiles)),
         breakdown("Owners", count_of(owner_count, "owner", "owners"), owners(source, statistics)),
         breakdown("Roles", count_of(statistics.roles.size(), "role in use", "roles in use"), roles)});
}

Json urgent(const Source& source, const Statistics& statistics) {
    Json rows = Json::array();
    for (const Urgent& one : statistics.urgent)
        rows.push_back({{"name", shown(one.name)},
                        {"phase", to_string(one.phase)},
                        {"profile", shown(one.profile)},
                        {"owner", shown(one.owner)},
                        {"has_owner", !one.owner.empty()},
                        {"until", date(one.not_after)},
                        {"left", distance(one.not_after, source.now)},
                        {"serial", one.serial}});
    return rows;
}

Json changes(const Source& source) {
    store::AuditFilter filter;
    const std::uint64_t newest = store::audit_head(source.database).sequence;
    filter.after = newest > entries_looked_at ? newest - entries_looked_at : 0;
    std::vector<store::AuditEntry> entries;
    store::for_each_audit(source.database, filter, [&](const store::AuditEntry& entry) {
        if (is_told(entry))
            entries.push_back(entry);
        return true;
    });
    Json rows = Json::array();
    for (auto entry = entries.rbegin(); entry != entries.rend() && rows.size() < most_changes; ++entry)
        rows.push_back(change(source, *entry));
    return rows;
}

} // namespace mtlsca::deploy::report
