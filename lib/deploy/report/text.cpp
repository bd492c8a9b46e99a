#include "deploy/report/text.h"

#include "encoding/text.h"

#include <fmt/format.h>

namespace mtlsca::deploy::report {

std::string shown(std::string_view text) {
    return encoding::printable(text);
}

std::string html(std::string_view text) {
    std::string escaped;
    for (const char c : shown(text))
        switch (c) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        case '\'':
            escaped += "&#39;";
            break;
        default:
            escaped += c;
        }
    return escaped;
}

std::string number(std::uint64_t value) {
    std::string digits = std::to_string(value);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, 1, ',');
    }
    return digits;
}

std::string date(Time time) {
    return to_rfc3339(time).substr(0, 10);
}

std::string distance(Time time, Time now) {
    constexpr Duration years_from = std::chrono::days(800); // a root's 3650 days say less than 10 years
    const Duration apart = time > now ? time - now : now - time;
    const std::string span =
        apart >= years_from ? fmt::format("{} years", apart / std::chrono::days(365)) : in_words(apart);
    return time > now ? "in " + span : span + " ago";
}

std::string count_of(std::uint64_t count, const char* one, const char* many) {
    return number(count) + ' ' + (count == 1 ? one : many);
}

} // namespace mtlsca::deploy::report
