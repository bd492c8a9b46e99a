// Words of nginx's configuration language, as they stand in a file: quoted where they must be.
//
// Only the functions below make a Token, so that text from outside cannot end a word, begin a directive or a
// comment, or be taken for a variable. Each is empty where nginx has no way to write the text: control
// characters, and a word longer than longest_token (4096 bytes are fatal to nginx, measured).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mtlsca::deploy::nginx {

inline constexpr std::size_t longest_token = 2048;

class Token {
public:
    const std::string& text() const { return text_; }

private:
    explicit Token(std::string text) : text_(std::move(text)) {}
    static std::optional<Token> of(std::string text, bool bare);
    friend std::optional<Token> word(std::string_view text);
    friend std::optional<Token> map_key(std::string_view text);
    friend std::optional<Token> map_pattern(std::string_view regex);
    friend std::optional<Token> map_value(std::string_view text);
    std::string text_;
};

// A parameter of a directive. Empty also for text with "$": most directives would see a variable there, and
// it cannot be escaped.
std::optional<Token> word(std::string_view text);
// The left side in a map: the very text, not a regular expression or one of the words that a map knows itself
// ("default", "include", …). nginx compares it without case, so keys must differ in more.
std::optional<Token> map_key(std::string_view text);
std::optional<Token> map_pattern(std::string_view regex); // a regular expression (PCRE), with case
// The right side in a map. "$" is written as the variable $mtlsca_dollar, which http.conf defines.
std::optional<Token> map_value(std::string_view text);

// A line that nginx skips, whatever is in `text`, with its line end.
std::string comment(std::string_view text);

// Literal text inside a regular expression.
std::string escape_regex(std::string_view text);

} // namespace mtlsca::deploy::nginx
