// Time as the project means it: whole seconds UTC, durations as people write them, and a clock that is a
// parameter, so that tests neither sleep nor depend on today.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mtlsca {

using Time = std::chrono::sys_seconds;
using Duration = std::chrono::seconds;

class Clock {
public:
    virtual ~Clock() = default;
    virtual Time now() const = 0;
};

class SystemClock final : public Clock {
public:
    Time now() const override;
};

class FixedClock final : public Clock {
public:
    explicit FixedClock(Time time) : time_(time) {}
    Time now() const override { return time_; }

private:
    Time time_;
};

// "90d", "12h", "30m", "45s", "2w", "1y" (365 days); nothing else, no sign, at most 200 years.
// Empty where the text is no duration.
std::optional<Duration> parse_duration(std::string_view text);
// The largest unit that divides it: 7776000 s is "90d".
std::string to_string(Duration duration);
// "3 hours", "12 days", for people: rounded down, in days from two of them on, else in hours from two of them
// on, else in minutes. Not for what is below zero.
std::string in_words(Duration duration);

// RFC 3339 in UTC: "2026-11-21T09:30:00Z". An offset is taken when reading, fractions are cut off, a bare
// date is its midnight.
std::optional<Time> parse_time(std::string_view text);
std::string to_rfc3339(Time time);
// "2026-11-21 09:30 UTC", for people.
std::string to_minutes(Time time);

} // namespace mtlsca
