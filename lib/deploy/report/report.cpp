#include "deploy/report/report.h"

#include "deploy/report/sections.h"
#include "deploy/report/text.h"
#include "deploy/template.h"
#include "encoding/base64.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::deploy::report {
namespace {

// CSP 3, "hash-source": SHA-256 of the element's text, in base64.
std::string hash_source(std::string_view text) {
    return "'sha256-" + encoding::to_base64(x509::sha256(as_bytes(text))) + "'";
}

Json concern_rows(const std::vector<Concern>& concerns) {
    Json rows = Json::array();
    for (const Concern& concern : concerns)
        rows.push_back({{"level", to_string(concern.level)}, {"text", shown(concern.text)}});
    return rows;
}

const char* verdict(const std::vector<Concern>& concerns) {
    Level worst = Level::ok;
    for (const Concern& concern : concerns)
        worst = std::max(worst, concern.level);
    return worst == Level::ok ? "All is well" : worst == Level::warning ? "Needs attention" : "Act now";
}

Json chips(const Statistics& statistics) {
    Json chips = Json::array();
    for (const Phase phase : all_phases)
        if (statistics.count(phase) > 0)
            chips.push_back({{"phase", to_string(phase)}, {"count", number(statistics.count(phase))}});
    return chips;
}

Json profile_options(const std::vector<std::string>& profiles) {
    Json options = Json::array();
    for (std::size_t i = 0; i < profiles.size(); ++i)
        options.push_back({{"number", std::to_string(i)}, {"profile", shown(profiles[i])}});
    return options;
}

std::string left_out(const Source& source, const Statistics& statistics) {
    if (statistics.total <= source.most_rows)
        return {};
    return fmt::format("Of {} certificates {} are listed: live ones first, by the end of their validity. "
                       "mtlsca list has all of them.",
                       number(statistics.total), number(source.most_rows));
}

std::string head(const Source& source, const Statistics& statistics,
                 const std::vector<std::string>& profiles) {
    Authorities ours = authorities(source);
    std::vector<Concern> all = std::move(ours.concerns);
    for (Concern& concern : concerns(statistics))
        all.push_back(std::move(concern));
    std::stable_sort(all.begin(), all.end(),
                     [](const Concern& left, const Concern& right) { return left.level > right.level; });

    const std::string style = render("report/style.css", Json::object());
    const std::string script = render("report/script.js", Json::object());
    const std::string left = left_out(source, statistics);
    const Json values{
        {"style", style},
        {"style_hash", hash_source(style)},
        {"script_hash", hash_source(script)},
        {"ca", shown(source.config.ca_name)},
        {"written", to_minutes(source.now)},
        {"written_exactly", to_rfc3339(source.now)},
        {"verdict", verdict(all)},
        {"level", to_string(all.empty() ? Level::ok : all.front().level)},
        {"concerns", concern_rows(all)},
        {"live", number(statistics.live)},
        {"due", number(statistics.count(Phase::due))},
        {"has_due", statistics.count(Phase::due) > 0},
        {"successors", number(statistics.successors)},
        {"revoked", number(statistics.count(Phase::revoked))},
        {"total", number(statistics.total)},
        {"lifecycle", render("report/lifecycle.svg", lifecycle(statistics))},
        {"timeline", render("report/timeline.html", timeline(source, statistics))},
        {"breakdowns", breakdowns(source, statistics)},
        {"authorities", std::move(ours.cards)},
        {"urgent", urgent(source, statistics)},
        {"has_urgent", !statistics.urgent.empty()},
        {"more_urgent", statistics.urgent_count > statistics.urgent.size()
                            ? number(statistics.urgent_count - statistics.urgent.size())
                            : ""},
        {"has_more_urgent", statistics.urgent_count > statistics.urgent.size()},
        {"changes", changes(source)},
        {"chips", chips(statistics)},
        {"profile_options", profile_options(profiles)},
        {"has_left_out", !left.empty()},
        {"left_out", left},
        {"no_rows", statistics.total == 0},
    };
    return render("report/head.html", values);
}

} // namespace

void write_report(const Source& source, const std::function<void(std::string_view)>& write) {
    const store::Snapshot snapshot(source.database); // every number is of one moment
    const Statistics statistics = count(source);
    const std::vector<std::string> profiles(statistics.all_profiles.begin(), statistics.all_profiles.end());
    write(head(source, statistics, profiles));
    write_rows(source, profiles, write);
    write(render("report/foot.html", {{"script", render("report/script.js", Json::object())},
                                      {"version", source.version},
                                      {"written", to_minutes(source.now)}}));
}

} // namespace mtlsca::deploy::report
