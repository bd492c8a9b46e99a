#include "encoding/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <iterator>

namespace mtlsca::encoding {
namespace {

struct Character {
    std::uint32_t code_point = 0;
    std::size_t size = 0; // in bytes; 0 where they are not UTF-8
};

// The character at the start of `text`, by table 3-7 of the Unicode Standard (well-formed UTF-8).
Character decode(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
    };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80)
        return {lead, 1};
    if (lead < 0xc2 || lead > 0xf4)
        return {};
    const std::size_t size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const std::uint8_t lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const std::uint8_t highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (byte(1) < lowest || byte(1) > highest)
        return {};
    std::uint32_t code_point = lead & (0x7fU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0) != 0x80)
            return {};
        code_point = code_point << 6 | (byte(i) & 0x3f);
    }
    return {code_point, size};
}

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

// What a terminal obeys or does not show. Unicode 15: general categories Cc, Cf, Zl and Zp
// (extracted/DerivedGeneralCategory.txt) and the property Default_Ignorable_Code_Point
// (DerivedCoreProperties.txt: fillers, variation selectors, tags). tests/vectors/unicode has both lists.
constexpr Range hidden[] = {
    {0x0000, 0x001f},   // C0
    {0x007f, 0x009f},   // DEL, C1
    {0x00ad, 0x00ad},   // soft hyphen
    {0x034f, 0x034f},   // combining grapheme joiner
    {0x0600, 0x0605},   // Arabic number signs
    {0x061c, 0x061c},   // Arabic letter mark
    {0x06dd, 0x06dd},   // Arabic end of ayah
    {0x070f, 0x070f},   // Syriac abbreviation mark
    {0x0890, 0x0891},   // Arabic pound and piastre marks
    {0x08e2, 0x08e2},   // Arabic disputed end of ayah
    {0x115f, 0x1160},   // Hangul fillers
    {0x17b4, 0x17b5},   // Khmer inherent vowels
    {0x180b, 0x180f},   // Mongolian selectors, vowel separator
    {0x200b, 0x200f},   // zero width space, (non-)joiner, left-to-right and right-to-left marks
    {0x2028, 0x202e},   // line and paragraph separators, bidirectional embeddings and overrides
    {0x2060, 0x206f},   // word joiner, invisible operators, bidirectional isolates, deprecated controls
    {0x3164, 0x3164},   // Hangul filler
    {0xfe00, 0xfe0f},   // variation selectors
    {0xfeff, 0xfeff},   // zero width no-break space, byte order mark
    {0xffa0, 0xffa0},   // half-width Hangul filler
    {0xfff0, 0xfffb},   // unassigned, interlinear annotation
    {0x110bd, 0x110bd}, // Kaithi number sign
    {0x110cd, 0x110cd}, // Kaithi number sign above
    {0x13430, 0x1343f}, // Egyptian hieroglyph format controls
    {0x1bca0, 0x1bca3}, // shorthand format controls
    {0x1d173, 0x1d17a}, // musical symbol controls
    {0xe0000, 0xe0fff}, // tags, variation selectors
};

bool is_hidden(std::uint32_t code_point) {
    const Range* found =
        std::lower_bound(std::begin(hidden), std::end(hidden), code_point,
                         [](const Range& range, std::uint32_t wanted) { return range.last < wanted; });
    return found != std::end(hidden) && found->first <= code_point;
}

bool is_shown(const Character& character) {
    return character.size != 0 && !is_hidden(character.code_point);
}

void append_escaped(std::string& to, const Character& character, char byte) {
    std::array<char, 16> text{};
    if (character.size <= 1)
        std::snprintf(text.data(), text.size(), "\\x%02X",
                      static_cast<unsigned>(static_cast<unsigned char>(byte)));
    else
        std::snprintf(text.data(), text.size(), "\\u{%X}", static_cast<unsigned>(character.code_point));
    to += text.data();
}

bool is_file_name_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("._-@+=,: ").find(c) != std::string_view::npos;
}

} // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const Character character = decode(text);
        if (character.size == 0)
            return false;
        text.remove_prefix(character.size);
    }
    return true;
}

std::string printable(std::string_view text) {
    // Nearly everything is; the tables are for the rest.
    if (std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; }))
        return std::string(text);
    std::string shown;
    shown.reserve(text.size());
    while (!text.empty()) {
        const Character character = decode(text);
        const std::size_t size = std::max<std::size_t>(character.size, 1);
        if (is_shown(character))
            shown += text.substr(0, size);
        else
            append_escaped(shown, character, text[0]);
        text.remove_prefix(size);
    }
    return shown;
}

bool is_printable(std::string_view text) {
    while (!text.empty()) {
        const Character character = decode(text);
        if (!is_shown(character))
            return false;
        text.remove_prefix(character.size);
    }
    return true;
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool append_utf8(std::string& to, char32_t point) {
    const auto put = [&](char32_t byte) { to += static_cast<char>(byte); };
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        return false;
    if (point < 0x80) {
        put(point);
        return true;
    }
    if (point < 0x800) {
        put(0xc0 | point >> 6);
    } else {
        if (point < 0x10000) {
            put(0xe0 | point >> 12);
        } else {
            put(0xf0 | point >> 18);
            put(0x80 | (point >> 12 & 0x3f));
        }
        put(0x80 | (point >> 6 & 0x3f));
    }
    put(0x80 | (point & 0x3f));
    return true;
}

std::string to_lower_ascii(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

std::string to_file_name(std::string_view name) {
    // NAME_MAX is 255 bytes; what is left is for ".chain.pem" and its like.
    constexpr std::size_t longest = 240;
    std::string file_name;
    while (!name.empty()) {
        const Character character = decode(name);
        const std::size_t size = std::max<std::size_t>(character.size, 1);
        if (file_name.size() + size > longest)
            break;
        if (is_shown(character) && (size > 1 || is_file_name_character(name[0])))
            file_name += name.substr(0, size);
        else
            file_name += '_';
        name.remove_prefix(size);
    }
    if (file_name.empty())
        return "_";
    if (file_name[0] == '.' || file_name[0] == '-' || file_name[0] == ' ')
        file_name[0] = '_';
    return file_name;
}

std::string shell_word(const std::string& text) {
    constexpr std::string_view harmless =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-+=,:@%";
    if (!text.empty() && text.find_first_not_of(harmless) == std::string::npos)
        return text;
    std::string word = "'";
    for (const char c : text)
        word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return word + "'";
}

} // namespace mtlsca::encoding
