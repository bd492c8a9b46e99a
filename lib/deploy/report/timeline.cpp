// When live certificates end, week by week for a year: bars, one colour for each profile.
#include "deploy/report/sections.h"
#include "deploy/report/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::deploy::report {
namespace {

// The drawing's own units; the page scales it.
constexpr double left_margin = 44, top_margin = 12, plot_height = 180, plot_width = 1010;
constexpr double step = plot_width / week_count;
constexpr std::size_t most_series = 5; // that the eye tells apart; the others are one more

// The profiles with most certificates, and what the rest is called.
std::vector<std::string> series_of(const Statistics& statistics) {
    std::vector<std::pair<std::string, std::uint64_t>> profiles(statistics.profiles.begin(),
                                                                statistics.profiles.end());
    std::stable_sort(profiles.begin(), profiles.end(),
                     [](const auto& left, const auto& right) { return left.second > right.second; });
    std::vector<std::string> series;
    for (const auto& [profile, count] : profiles)
        if (series.size() < most_series)
            series.push_back(profile);
    return series;
}

std::uint64_t sum(const std::map<std::string, std::uint64_t>& counts) {
    std::uint64_t total = 0;
    for (const auto& [name, count] : counts)
        total += count;
    return total;
}

// The next of 1, 2, 5, 10, 20, 50, … that a third of the highest bar fits into: at most three lines.
std::uint64_t grid_step(std::uint64_t highest) {
    std::uint64_t unit = 1;
    while (true) {
        for (const std::uint64_t factor : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{5}})
            if (unit * factor * 3 >= highest)
                return unit * factor;
        unit *= 10;
    }
}

std::string coordinate(double value) {
    return fmt::format("{:.1f}", value);
}

class Drawing {
public:
    Drawing(const Source& source, const Statistics& statistics)
        : source_(source), statistics_(statistics), series_(series_of(statistics)) {
        for (const auto& week : statistics.weeks)
            highest_ = std::max(highest_, sum(week));
        grid_ = grid_step(highest_);
        top_ = std::max<std::uint64_t>(1, (highest_ + grid_ - 1) / grid_) * grid_;
    }

    Json values() const {
        const std::uint64_t later = statistics_.after_a_year;
        return {{"grid", grid()},
                {"months", months()},
                {"weeks", weeks()},
                {"legend", legend()},
                {"has_table", highest_ > 0},
                {"is_empty", highest_ == 0},
                {"later", later == 0 ? "" : count_of(later, "ends", "end") + " later than that."},
                {"has_later", later > 0}};
    }

private:
    Time begin_of(std::size_t week) const { return source_.now + std::chrono::weeks(week); }
    double y_of(std::uint64_t count) const {
        return top_margin + plot_height * (1 - static_cast<double>(count) / static_cast<double>(top_));
    }
    static double x_of(std::size_t week) { return left_margin + step * static_cast<double>(week); }

    Json grid() const {
        Json lines = Json::array();
        for (std::uint64_t value = 0; value <= top_; value += grid_)
            lines.push_back({{"y", coordinate(y_of(value))},
                             {"text_y", coordinate(y_of(value) + 4)},
                             {"value", number(value)}});
        return lines;
    }

    Json months() const {
        constexpr const char* names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(source_.now));
        const Time end = source_.now + std::chrono::weeks(week_count);
        Json months = Json::array();
        for (auto month = today.year() / today.month() + std::chrono::months(1);;
             month += std::chrono::months(1)) {
            const Time first = std::chrono::sys_days(month / 1);
            if (first >= end)
                return months;
            const double weeks =
                static_cast<double>((first - source_.now).count()) / Duration(std::chrono::weeks(1)).count();
            const bool is_new_year = month.month() == std::chrono::January;
            const std::string name = names[static_cast<unsigned>(month.month()) - 1];
            months.push_back(
                {{"x", coordinate(left_margin + step * weeks)},
                 {"name", is_new_year ? fmt::format("{} {}", name, static_cast<int>(month.year())) : name}});
        }
    }

    std::string title(std::size_t week) const {
        const auto& counts = statistics_.weeks[week];
        std::string text =
            fmt::format("{} to {}: {}", date(begin_of(week)), date(begin_of(week + 1) - std::chrono::days(1)),
                        count_of(sum(counts), "certificate", "certificates"));
        for (const auto& [profile, count] : counts)
            text += fmt::format("\n{} {}", number(count), shown(profile));
        return text;
    }

    Json bars(std::size_t week) const {
        const auto& counts = statistics_.weeks[week];
        std::vector<std::uint64_t> parts(series_.size() + 1, 0);
        for (const auto& [profile, count] : counts) {
            const auto found = std::find(series_.begin(), series_.end(), profile);
            parts[static_cast<std::size_t>(found - series_.begin())] += count;
        }
        Json bars = Json::array();
        std::uint64_t below = 0;
        for (std::size_t part = 0; part < parts.size(); ++part) {
            if (parts[part] == 0)
                continue;
            const double top = y_of(below + parts[part]);
            bars.push_back({{"series", std::to_string(part < series_.size() ? part : most_series)},
                            {"bar_y", coordinate(top)},
                            {"height", coordinate(y_of(below) - top)}});
            below += parts[part];
        }
        return bars;
    }

    Json weeks() const {
        Json weeks = Json::array();
        for (std::size_t week = 0; week < week_count; ++week) {
            const std::uint64_t total = sum(statistics_.weeks[week]);
            if (total == 0)
                continue;
            weeks.push_back({{"title", title(week)},
                             {"hover_x", coordinate(x_of(week))},
                             {"bar_x", coordinate(x_of(week) + 2)},
                             {"begin", date(begin_of(week))},
                             {"total", number(total)},
                             {"bars", bars(week)}});
        }
        return weeks;
    }

    Json legend() const {
        Json legend = Json::array();
        for (std::size_t i = 0; i < series_.size(); ++i)
            legend.push_back({{"series", std::to_string(i)},
                              {"label", shown(series_[i])},
                              {"count", number(statistics_.profiles.at(series_[i]))}});
        std::uint64_t others = 0;
        for (const auto& [profile, count] : statistics_.profiles)
            if (std::find(series_.begin(), series_.end(), profile) == series_.end())
                others += count;
        if (others > 0)
            legend.push_back({{"series", std::to_string(most_series)},
                              {"label", "other profiles"},
                              {"count", number(others)}});
        return legend;
    }

    const Source& source_;
    const Statistics& statistics_;
    std::vector<std::string> series_;
    std::uint64_t highest_ = 0, grid_ = 1, top_ = 1;
};

} // namespace

Json timeline(const Source& source, const Statistics& statistics) {
    return Drawing(source, statistics).values();
}

} // namespace mtlsca::deploy::report
