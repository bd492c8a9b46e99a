#include "authority/health/clock.h"

#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

// The issuing CA's CRL, which records an event, is published every few days. A year without one is a timer
// that never ran, or a clock that lost its battery and found another year.
constexpr Duration silence_max = std::chrono::hours(366 * 24);

} // namespace

std::optional<Finding> judge_clock(const store::Database& database, Time now, Duration tolerance) {
    const auto last = store::last_event(database);
    if (!last)
        return std::nullopt;
    if (now < *last - tolerance)
        return Finding{
            Severity::warning, "clock-behind", "clock",
            fmt::format("is {} behind the last recorded event, {}: what is signed now begins in the "
                        "past",
                        in_words(*last - now), to_rfc3339(*last))};
    if (now - *last > silence_max)
        return Finding{Severity::warning, "clock-ahead", "clock",
                       fmt::format("nothing was recorded for {}: no timer runs, or the clock is ahead",
                                   in_words(now - *last))};
    return std::nullopt;
}

} // namespace mtlsca::authority
