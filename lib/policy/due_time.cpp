#include "policy/due_time.h"

#include <charconv>

namespace mtlsca::policy {
namespace {

constexpr int largest_share = 90;

std::optional<int> parse_percent(std::string_view text) {
    int percent = 0;
    const char* end = text.data() + text.size() - 1; // before the sign
    const auto [stop, problem] = std::from_chars(text.data(), end, percent);
    if (problem != std::errc{} || stop != end || percent < 1 || percent > largest_share)
        return std::nullopt;
    return percent;
}

} // namespace

std::optional<DueTime> DueTime::parse(std::string_view text) {
    if (text.ends_with('%')) {
        const auto percent = parse_percent(text);
        return percent ? std::optional(DueTime(*percent, {})) : std::nullopt;
    }
    const auto duration = parse_duration(text);
    return duration ? std::optional(DueTime(0, *duration)) : std::nullopt;
}

Duration DueTime::before_end(Duration lifetime) const {
    return is_share() ? lifetime * percent_ / 100 : duration_;
}

std::string DueTime::to_string() const {
    return is_share() ? std::to_string(percent_) + "%" : mtlsca::to_string(duration_);
}

} // namespace mtlsca::policy
