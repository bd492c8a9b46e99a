#include "policy/text/subject_text.h"

#include "encoding/text.h"
#include "policy/text/code_points.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace mtlsca::policy {
namespace {

constexpr std::size_t longest_name = 64; // RFC 5280 A.1
constexpr std::size_t longest_owner = 128;
constexpr std::size_t longest_label_key = 63;
constexpr std::size_t longest_label_value = 256;

Finding refused(const char* rule, std::string_view field, std::string detail) {
    return {Severity::error, rule, std::string(field), std::move(detail)};
}

std::optional<Finding> judge_length(std::string_view field, std::size_t characters, std::size_t longest) {
    if (characters <= longest)
        return std::nullopt;
    return refused("text-too-long", field,
                   fmt::format("has {} characters, at most {} are allowed", characters, longest));
}

std::optional<Finding> judge_printable(std::string_view field, std::string_view text) {
    if (encoding::is_printable(text))
        return std::nullopt;
    return refused("text-not-printable", field,
                   "holds control characters, invisible characters or bytes that are not UTF-8");
}

// Unicode's White_Space (PropList.txt) without the ASCII space: they look like one and compare unlike it.
bool is_foreign_space(char32_t point) {
    return point == 0xa0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200a) || point == 0x202f ||
           point == 0x205f || point == 0x3000;
}

// RFC 4518 2.4: private use, no characters at all, and the one that stands for what could not be read; and
// the Braille pattern without dots, which shows nothing. What each shows is up to who looks.
bool is_prohibited(char32_t point) {
    const bool is_private = (point >= 0xe000 && point <= 0xf8ff) || point >= 0xf0000;
    const bool is_no_character = (point >= 0xfdd0 && point <= 0xfdef) || (point & 0xfffe) == 0xfffe;
    return is_private || is_no_character || point == 0xfffd || point == 0x2800;
}

std::optional<Finding> judge_spaces(std::string_view field, std::string_view text,
                                    const std::u32string& points) {
    if (text.front() == ' ' || text.back() == ' ')
        return refused("text-space", field, "begins or ends with a space");
    if (std::any_of(points.begin(), points.end(), is_foreign_space))
        return refused("text-space", field, "holds a space that is not the plain one (U+0020)");
    return std::nullopt;
}

std::optional<Finding> judge_characters(std::string_view field, std::string_view text,
                                        std::string_view forbidden) {
    const std::size_t position = text.find_first_of(forbidden);
    if (position == std::string_view::npos)
        return std::nullopt;
    return refused("text-character", field,
                   fmt::format("holds '{}', which separates attributes where names are matched as text; none "
                               "of {} is allowed",
                               text[position], forbidden));
}

std::optional<Finding> judge_subject_text(std::string_view field, std::string_view text,
                                          std::string_view forbidden) {
    if (text.empty())
        return refused("text-empty", field, "is empty");
    if (auto finding = judge_printable(field, text))
        return finding;
    const std::u32string points = code_points(text);
    if (std::any_of(points.begin(), points.end(), is_prohibited))
        return refused("text-not-printable", field,
                       "holds characters that mean nothing to others: private use, or none of Unicode");
    if (auto finding = judge_spaces(field, text, points))
        return finding;
    return judge_characters(field, text, forbidden);
}

bool is_label_key_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == '-' || c == '_' || c == '/';
}

} // namespace

std::optional<Finding> judge_name(std::string_view field, std::string_view text) {
    if (auto finding = judge_length(field, code_points(text).size(), longest_name))
        return finding;
    return judge_subject_text(field, text, ",+\"\\<>;=");
}

std::optional<Finding> judge_attribute_text(std::string_view field, std::string_view text) {
    return judge_subject_text(field, text, "\"\\<>;=");
}

std::optional<Finding> judge_owner(std::string_view text) {
    if (auto finding = judge_printable("owner", text))
        return finding;
    return judge_length("owner", code_points(text).size(), longest_owner);
}

std::optional<Finding> judge_label(std::string_view key, std::string_view value) {
    const std::string field = fmt::format("label {}", key);
    if (key.empty())
        return refused("text-empty", field, "has no key; write KEY=VALUE");
    if (!std::all_of(key.begin(), key.end(), is_label_key_character))
        return refused("text-character", field, "letters, digits and . - _ / are allowed in a key");
    if (auto finding = judge_length(field, key.size(), longest_label_key))
        return finding;
    if (auto finding = judge_printable(field, value))
        return finding;
    return judge_length(field, code_points(value).size(), longest_label_value);
}

} // namespace mtlsca::policy
