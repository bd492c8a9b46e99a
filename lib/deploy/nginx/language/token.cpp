#include "deploy/nginx/language/token.h"

#include "encoding/text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx {
namespace {

bool is_bare_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("._-/:[]@+,=").find(c) != std::string_view::npos;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// Inside quotes nginx reads \" and \\ as the character itself and \t, \r, \n as control characters; any other
// backslash stays. ' is literal.
std::string quote(std::string_view text) {
    std::string quoted = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

// Words with a meaning of their own on the left side of a map (ngx_http_map_module: "If a source value
// matches one of the names of special parameters, it should be prefixed with the backslash").
constexpr std::array<std::string_view, 4> map_words{"default", "hostnames", "include", "volatile"};

} // namespace

std::optional<Token> Token::of(std::string text, bool bare) {
    if (std::any_of(text.begin(), text.end(), is_control))
        return std::nullopt;
    if (!bare || text.empty() || !std::all_of(text.begin(), text.end(), is_bare_character))
        text = quote(text);
    if (text.size() > longest_token)
        return std::nullopt;
    return Token(std::move(text));
}

std::optional<Token> word(std::string_view text) {
    if (text.find('$') != std::string_view::npos)
        return std::nullopt;
    return Token::of(std::string(text), true);
}

std::optional<Token> map_key(std::string_view text) {
    std::string key(text);
    // One leading backslash is taken away by nginx, so that a key that has one needs another.
    if (key.starts_with('~') || key.starts_with('\\') ||
        std::find(map_words.begin(), map_words.end(), key) != map_words.end())
        key.insert(key.begin(), '\\');
    return Token::of(std::move(key), true);
}

std::optional<Token> map_pattern(std::string_view regex) {
    return Token::of(fmt::format("~{}", regex), false);
}

std::optional<Token> map_value(std::string_view text) {
    constexpr std::string_view dollar = "${mtlsca_dollar}";
    std::string value;
    for (char c : text)
        c == '$' ? value.append(dollar) : value.append(1, c);
    return Token::of(std::move(value), true);
}

std::string comment(std::string_view text) {
    // A comment is a word to nginx's reader too: 4096 bytes of it are fatal.
    std::string line = fmt::format("# {}", encoding::printable(text));
    if (line.size() > longest_token)
        line.resize(longest_token);
    return line + '\n';
}

std::string escape_regex(std::string_view text) {
    std::string escaped;
    for (char c : text) {
        if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos)
            escaped += '\\';
        escaped += c;
    }
    return escaped;
}

} // namespace mtlsca::deploy::nginx
