// What the inventory comes to, counted in one reading. Internal to the report.
#pragma once

#include "deploy/report/report.h"

#include <array>
#include <set>

namespace mtlsca::deploy::report {

// Where in its life a certificate is. `renewed` waits for its end beside its successor.
enum class Phase { active, due, renewed, held, expired, revoked, pending };
constexpr std::size_t phase_count = 7;
constexpr std::array<Phase, phase_count> all_phases{
    Phase::due, Phase::active, Phase::renewed, Phase::held, Phase::expired, Phase::revoked, Phase::pending};
const char* to_string(Phase phase); // "active": also the name of its colour in the style
Phase phase_of(const Source& source, const store::Certificate& certificate);

constexpr std::size_t week_count = 53; // a year, and the week in which it ends

// Without a successor, and near or past its end.
struct Urgent {
    std::string serial, name, profile, owner;
    Phase phase{};
    Time not_after{};
};

struct Statistics {
    std::array<std::uint64_t, phase_count> phases{};
    std::uint64_t total = 0, live = 0, successors = 0;
    std::uint64_t revoked_and_live = 0; // still on the CRL
    std::uint64_t expired_lately = 0;
    std::uint64_t archived = 0; // over, and nothing follows from them any more
    std::uint64_t without_owner = 0, without_role = 0;
    std::map<std::string, std::uint64_t> profiles, roles; // of live ones
    std::set<std::string> all_profiles;                   // of dead ones too
    std::array<std::map<std::string, std::uint64_t>, week_count> weeks;
    std::uint64_t after_a_year = 0;
    std::uint64_t urgent_count = 0, critical_count = 0, lapsed_count = 0;
    std::vector<Urgent> urgent; // the first most_urgent by expiry

    std::uint64_t count(Phase phase) const { return phases[static_cast<std::size_t>(phase)]; }
};
constexpr std::size_t most_urgent = 100; // more than anybody reads; the table below has all
// What ended before this was not missed by anybody, or somebody has noticed: expired becomes archived.
constexpr Duration lately = std::chrono::days(30);
constexpr Duration last_days = std::chrono::days(7); // cli.md: status --critical

Statistics count(const Source& source);

} // namespace mtlsca::deploy::report
