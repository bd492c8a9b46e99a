// Words that mix scripts, whose letters look alike.
#include "policy/text/subject_text.h"

#include "encoding/punycode.h"
#include "encoding/text.h"
#include "policy/text/code_points.h"
#include "policy/text/resemblance.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::policy {
namespace {

enum Script : unsigned { none = 0, latin = 1, greek = 2, cyrillic = 4 };

struct ScriptRange {
    char32_t first;
    char32_t last;
    Script script;
};

// Unicode 15 Scripts.txt, by blocks: the few signs in them that belong to no script do no harm here.
constexpr ScriptRange script_ranges[] = {
    {'A', 'Z', latin},        {'a', 'z', latin},          {0xaa, 0xaa, latin},        {0xba, 0xba, latin},
    {0xc0, 0xd6, latin},      {0xd8, 0xf6, latin},        {0xf8, 0x2af, latin},       {0x370, 0x3ff, greek},
    {0x400, 0x52f, cyrillic}, {0x1c80, 0x1c8f, cyrillic}, {0x1e00, 0x1eff, latin},    {0x1f00, 0x1fff, greek},
    {0x2c60, 0x2c7f, latin},  {0x2de0, 0x2dff, cyrillic}, {0xa640, 0xa69f, cyrillic}, {0xa720, 0xa7ff, latin},
    {0xab30, 0xab6f, latin},  {0xff21, 0xff3a, latin},    {0xff41, 0xff5a, latin},
};

Script script_of(char32_t point) {
    for (const ScriptRange& range : script_ranges)
        if (point >= range.first && point <= range.last)
            return range.script;
    return none;
}

// A digit belongs to the word around it; every other ASCII character that is no letter ends the word.
bool ends_word(char32_t point) {
    return point < 0x80 && script_of(point) == none && (point < '0' || point > '9');
}

bool is_mixed(unsigned scripts) {
    return (scripts & (scripts - 1)) != 0;
}

constexpr std::string_view label_ends = ".@/:";    // of DNS names, and of those in addresses and URIs
constexpr std::string_view international = "xn--"; // RFC 5890 2.3.1, in any case

bool is_international(std::string_view label) {
    return encoding::to_lower_ascii(label.substr(0, international.size())) == international;
}

// What a browser would show for "xn--…"; empty where that stands for nothing, or for ASCII, which needs no
// such spelling (RFC 5891 4.2.1, 5.4).
std::string spelt_by(std::string_view label) {
    const std::string decoded =
        encoding::decode_punycode(label.substr(international.size())).value_or(std::string());
    return encoding::is_ascii(decoded) ? std::string() : decoded;
}

template <class Visit>
void for_each_label(std::string_view text, Visit visit) {
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find_first_of(label_ends, begin), text.size());
        visit(text.substr(begin, end - begin), text.substr(end, end < text.size() ? 1 : 0));
        begin = end + 1;
    }
}

// With every label as it is shown to people.
std::string as_shown(std::string_view text) {
    std::string shown;
    for_each_label(text, [&](std::string_view label, std::string_view separator) {
        const std::string spelt = is_international(label) ? spelt_by(label) : std::string();
        shown.append(spelt.empty() ? label : spelt).append(separator);
    });
    return shown;
}

std::optional<Finding> judge_letters(std::string_view field, std::string_view text) {
    unsigned scripts = none;
    for (char32_t point : code_points(text)) {
        scripts = ends_word(point) ? none : scripts | script_of(point);
        if (is_mixed(scripts))
            return Finding{Severity::warning, "text-mixed-scripts", std::string(field),
                           "mixes Latin, Greek or Cyrillic letters, which look alike, in one word"};
    }
    // No word mixes scripts, and still all of it could be Latin ("whole-script confusable", Unicode TR 39 4).
    if (const std::string latin = read_as_latin(text); !latin.empty())
        return Finding{Severity::warning, "text-looks-latin", std::string(field),
                       fmt::format("is written in letters that look like Latin ones: {}", latin)};
    return std::nullopt;
}

std::optional<Finding> judge_international(std::string_view field, std::string_view label) {
    const std::string spelt = spelt_by(label);
    if (spelt.empty())
        return Finding{Severity::warning, "text-not-punycode", std::string(field),
                       fmt::format("{} is no international label (RFC 3492)", label)};
    auto doubt = judge_letters(field, spelt);
    if (doubt)
        doubt->detail = fmt::format("{} is shown as {}, which {}", label, spelt, doubt->detail);
    return doubt;
}

} // namespace

std::string read_as_latin(std::string_view text) {
    const std::string shown = as_shown(text);
    if (encoding::is_ascii(shown))
        return {};
    const std::string seen = appearance(shown);
    return seen.find('{') == std::string::npos ? seen : std::string(); // it spells all others with one
}

std::optional<Finding> judge_scripts(std::string_view field, std::string_view text) {
    std::optional<Finding> doubt;
    for_each_label(text, [&](std::string_view label, std::string_view) {
        if (!doubt && is_international(label))
            doubt = judge_international(field, label);
    });
    return doubt ? doubt : judge_letters(field, text);
}

} // namespace mtlsca::policy
