#include "time.h"

#include <array>
#include <cctype>
#include <charconv>
#include <utility>

namespace mtlsca {
namespace {

constexpr std::array<std::pair<char, std::int64_t>, 6> units{
    {{'y', 365 * 86400}, {'w', 7 * 86400}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};
constexpr std::int64_t longest_seconds = 200LL * 365 * 86400;

// Exactly `width` digits at `position`, or nothing.
std::optional<int> digits(std::string_view text, std::size_t position, std::size_t width) {
    if (position + width > text.size())
        return std::nullopt;
    int value = 0;
    for (char c : text.substr(position, width)) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

bool has_separators(std::string_view text, std::string_view separators, std::size_t first) {
    for (std::size_t i = 0; i < separators.size(); ++i)
        if (text[first + 3 * i] != separators[i])
            return false;
    return true;
}

// "Z", "+02:00" or "-05:30" as what has to be subtracted.
std::optional<Duration> parse_offset(std::string_view text) {
    if (text == "Z" || text == "z")
        return Duration{0};
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':')
        return std::nullopt;
    const auto hours = digits(text, 1, 2);
    const auto minutes = digits(text, 4, 2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59)
        return std::nullopt;
    const Duration offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    return text[0] == '+' ? offset : -offset;
}

std::optional<Time> parse_date(std::string_view text) {
    const auto year = digits(text, 0, 4);
    const auto month = digits(text, 5, 2);
    const auto day = digits(text, 8, 2);
    if (!year || !month || !day || !has_separators(text, "--", 4))
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok())
        return std::nullopt;
    return std::chrono::sys_days(date);
}

} // namespace

Time SystemClock::now() const {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::optional<Duration> parse_duration(std::string_view text) {
    if (text.size() < 2)
        return std::nullopt;
    std::int64_t count = 0;
    const char* end = text.data() + text.size() - 1;
    if (text[0] < '0' || text[0] > '9')
        return std::nullopt;
    const auto [stop, problem] = std::from_chars(text.data(), end, count);
    if (problem != std::errc{} || stop != end)
        return std::nullopt;
    for (const auto& [unit, seconds] : units)
        if (unit == *end)
            return count <= longest_seconds / seconds ? std::optional(Duration(count * seconds))
                                                      : std::nullopt;
    return std::nullopt;
}

std::string to_string(Duration duration) {
    const std::int64_t count = duration.count();
    for (const auto& [unit, seconds] : units)
        if (unit != 'w' && unit != 'y' && count % seconds == 0 && (count != 0 || unit == 's'))
            return std::to_string(count / seconds) + unit;
    return std::to_string(count) + "s";
}

std::string in_words(Duration duration) {
    const auto words = [](std::int64_t count, const char* unit) {
        return std::to_string(count) + ' ' + unit + (count == 1 ? "" : "s");
    };
    if (duration >= std::chrono::days(2))
        return words(duration / std::chrono::days(1), "day");
    if (duration >= std::chrono::hours(2))
        return words(duration / std::chrono::hours(1), "hour");
    return words(duration / std::chrono::minutes(1), "minute");
}

std::optional<Time> parse_time(std::string_view text) {
    if (text.size() < 10)
        return std::nullopt;
    const auto date = parse_date(text);
    if (!date || text.size() == 10)
        return date;
    if (text.size() < 20 || (text[10] != 'T' && text[10] != 't' && text[10] != ' '))
        return std::nullopt;
    const auto hour = digits(text, 11, 2);
    const auto minute = digits(text, 14, 2);
    const auto second = digits(text, 17, 2);
    if (!hour || !minute || !second || !has_separators(text, "::", 13) || *hour > 23 || *minute > 59 ||
        *second > 59)
        return std::nullopt;
    std::size_t position = 19;
    if (text[position] == '.') {
        const std::size_t first = ++position;
        while (position < text.size() && text[position] >= '0' && text[position] <= '9')
            ++position;
        if (position == first)
            return std::nullopt;
    }
    const auto offset = parse_offset(text.substr(position));
    if (!offset)
        return std::nullopt;
    return *date + std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second) -
           *offset;
}

namespace {

// Each letter of the format stands for a number of that many digits; all else is itself. A list of a million
// rows has millions of times: snprintf was a tenth of it.
std::string formatted(Time time, std::string_view format) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    const auto number_of = [&](char letter) -> unsigned {
        switch (letter) {
        case 'Y':
            return static_cast<unsigned>(static_cast<int>(date.year()));
        case 'M':
            return static_cast<unsigned>(date.month());
        case 'D':
            return static_cast<unsigned>(date.day());
        case 'h':
            return static_cast<unsigned>(clock.hours().count());
        case 'm':
            return static_cast<unsigned>(clock.minutes().count());
        default:
            return static_cast<unsigned>(clock.seconds().count());
        }
    };
    std::string text(format);
    for (std::size_t end = text.size(); end > 0;) {
        const char letter = format[--end];
        if (std::string_view("YMDhms").find(letter) == std::string_view::npos)
            continue;
        unsigned number = number_of(letter);
        for (text[end] = static_cast<char>('0' + number % 10); end > 0 && format[end - 1] == letter;)
            text[--end] = static_cast<char>('0' + (number /= 10) % 10);
    }
    return text;
}

} // namespace

std::string to_rfc3339(Time time) {
    return formatted(time, "YYYY-MM-DDThh:mm:ssZ");
}

std::string to_minutes(Time time) {
    return formatted(time, "YYYY-MM-DD hh:mm UTC");
}

} // namespace mtlsca
