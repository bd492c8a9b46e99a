// The parts of the page, as values for its templates. Internal to the report.
#pragma once

#include "deploy/report/statistics.h"

#include <nlohmann/json.hpp>

namespace mtlsca::deploy::report {

using Json = nlohmann::json;

// How bad: the class of what is shown.
enum class Level { ok, warning, critical };
const char* to_string(Level level); // "ok", "warning", "critical"

struct Concern {
    Level level{};
    std::string text;
};

struct Authorities {
    Json cards;
    std::vector<Concern> concerns;
};
Authorities authorities(const Source& source);
std::vector<Concern> concerns(const Statistics& statistics);

Json timeline(const Source& source, const Statistics& statistics);   // values of timeline.html
Json lifecycle(const Statistics& statistics);                        // values of lifecycle.html
Json breakdowns(const Source& source, const Statistics& statistics); // array: profiles, owners, roles
Json urgent(const Source& source, const Statistics& statistics);
Json changes(const Source& source); // the newest first

// The body of the table, row by row. Those that are live come first, by expiry.
void write_rows(const Source& source, const std::vector<std::string>& profiles,
                const std::function<void(std::string_view)>& write);

} // namespace mtlsca::deploy::report
