#include "deploy/nginx/language/version.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx {

std::optional<Version> parse_version(std::string_view text) {
    if (const auto slash = text.find('/'); slash != std::string_view::npos)
        text.remove_prefix(slash + 1);
    text = text.substr(0, text.find_first_of(" \n"));
    std::array<unsigned, 3> numbers{};
    const char* position = text.data();
    const char* const end = text.data() + text.size();
    for (unsigned& number : numbers) {
        if (&number != numbers.data() && (position == end || *position++ != '.'))
            return std::nullopt;
        const auto [next, problem] = std::from_chars(position, end, number);
        if (problem != std::errc{})
            return std::nullopt;
        position = next;
    }
    if (position != end)
        return std::nullopt;
    return Version{numbers[0], numbers[1], numbers[2]};
}

std::string to_string(const Version& version) {
    return fmt::format("{}.{}.{}", version.major, version.minor, version.patch);
}

} // namespace mtlsca::deploy::nginx
