#include "policy/text/resemblance.h"

#include "policy/text/code_points.h"

#include <algorithm>
#include <iterator>

namespace mtlsca::policy {
namespace {

struct LookAlike {
    char32_t point;
    char latin;
};

// Cyrillic, Greek and letter-like signs, both cases (Unicode TR 39, confusables.txt).
constexpr LookAlike look_alikes[] = {
    {U'а', 'a'}, {U'А', 'a'}, {U'В', 'b'}, {U'с', 'c'}, {U'С', 'c'}, {U'ԁ', 'd'}, {U'е', 'e'}, {U'Е', 'e'},
    {U'ѐ', 'e'}, {U'ё', 'e'}, {U'һ', 'h'}, {U'Н', 'h'}, {U'і', 'i'}, {U'І', 'i'}, {U'ӏ', 'l'}, {U'Ӏ', 'l'},
    {U'ј', 'j'}, {U'Ј', 'j'}, {U'к', 'k'}, {U'К', 'k'}, {U'М', 'm'}, {U'м', 'm'}, {U'п', 'n'}, {U'о', 'o'},
    {U'О', 'o'}, {U'р', 'p'}, {U'Р', 'p'}, {U'ԛ', 'q'}, {U'г', 'r'}, {U'ѕ', 's'}, {U'Ѕ', 's'}, {U'Т', 't'},
    {U'т', 't'}, {U'ѵ', 'v'}, {U'ԝ', 'w'}, {U'х', 'x'}, {U'Х', 'x'}, {U'у', 'y'}, {U'У', 'y'}, {U'α', 'a'},
    {U'Α', 'a'}, {U'Β', 'b'}, {U'Ε', 'e'}, {U'Η', 'h'}, {U'ι', 'i'}, {U'Ι', 'i'}, {U'κ', 'k'}, {U'Κ', 'k'},
    {U'Μ', 'm'}, {U'Ν', 'n'}, {U'ν', 'v'}, {U'ο', 'o'}, {U'Ο', 'o'}, {U'ρ', 'p'}, {U'Ρ', 'p'}, {U'Τ', 't'},
    {U'τ', 't'}, {U'υ', 'u'}, {U'Υ', 'y'}, {U'Χ', 'x'}, {U'χ', 'x'}, {U'Ζ', 'z'}, {U'ı', 'i'}, {U'İ', 'i'},
    {U'ſ', 's'}, {U'K', 'k'},
};

bool is_space(char32_t point) {
    return point <= ' ' || point == 0x7f || point == 0xa0 || point == 0xad || point == 0x1680 ||
           (point >= 0x2000 && point <= 0x200f) || (point >= 0x2028 && point <= 0x202f) ||
           (point >= 0x205f && point <= 0x206f) || point == 0x3000 || point == 0xfeff;
}

// Its Latin letter in lower case where it looks like one.
char32_t folded(char32_t point) {
    if (point >= 0xff01 && point <= 0xff5e) // full width forms of ASCII
        point = point - 0xff01 + 0x21;
    if (point >= 0x1d400 && point <= 0x1d6a3) // mathematical alphabets: 26 capitals, 26 small letters, again
        point = U'a' + (point - 0x1d400) % 26;
    if (point >= 'A' && point <= 'Z')
        return point - 'A' + 'a';
    if (point < 0x80)
        return point;
    for (const LookAlike& known : look_alikes)
        if (known.point == point)
            return static_cast<char32_t>(known.latin);
    return point;
}

bool looks_like(std::string_view part, const std::string& role) {
    return appearance(part) == appearance(role);
}

// The pieces that a matcher of DN text could take for attributes, and values of attributes.
bool holds(std::string_view ou, const std::string& role) {
    constexpr std::string_view separators = ",+;=\"\\<>";
    std::size_t begin = 0;
    while (begin <= ou.size()) {
        const std::size_t end = std::min(ou.find_first_of(separators, begin), ou.size());
        if (looks_like(ou.substr(begin, end - begin), role))
            return true;
        begin = end + 1;
    }
    return false;
}

} // namespace

std::string appearance(std::string_view text) {
    std::string seen;
    seen.reserve(text.size());
    for (char32_t point : code_points(text)) {
        if (is_space(point))
            continue;
        const char32_t letter = folded(point);
        if (letter < 0x80)
            seen += static_cast<char>(letter);
        else // any injective spelling serves: it is only compared
            seen += '{' + std::to_string(static_cast<unsigned long>(letter)) + '}';
    }
    return seen;
}

std::optional<std::string> resembled_role(const Roles& roles, std::string_view ou) {
    if (roles.contains(std::string(ou)))
        return std::nullopt;
    const auto found =
        std::find_if(roles.begin(), roles.end(), [&](const auto& role) { return holds(ou, role.first); });
    return found == roles.end() ? std::nullopt : std::optional(found->first);
}

} // namespace mtlsca::policy
