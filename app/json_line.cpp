#include "json_line.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace mtlsca::app {
namespace {

bool needs_escape(char c) {
    return c < 0x20 || c > 0x7e || c == '"' || c == '\\';
}

void append_string(std::string& to, std::string_view text) {
    if (std::any_of(text.begin(), text.end(), needs_escape)) {
        using Library = nlohmann::json;
        to += Library(text).dump(-1, ' ', /*ensure_ascii=*/true, Library::error_handler_t::replace);
        return;
    }
    to.append("\"").append(text).append("\"");
}

} // namespace

JsonLine::JsonLine() {
    constexpr std::size_t usual_size = 500;
    text_.reserve(usual_size);
    text_ = '{';
}

void JsonLine::begin(std::string_view key) {
    if (text_.size() > 1)
        text_ += ',';
    append_string(text_, key);
    text_ += ':';
}

JsonLine& JsonLine::add(std::string_view key, std::string_view text) {
    begin(key);
    append_string(text_, text);
    return *this;
}

JsonLine& JsonLine::add_or_null(std::string_view key, std::string_view text) {
    return text.empty() ? add_null(key) : add(key, text);
}

JsonLine& JsonLine::add(std::string_view key, const std::vector<std::string>& texts) {
    begin(key);
    text_ += '[';
    for (const std::string& text : texts) {
        if (text_.back() != '[')
            text_ += ',';
        append_string(text_, text);
    }
    text_ += ']';
    return *this;
}

JsonLine& JsonLine::add_null(std::string_view key) {
    return add_json(key, "null");
}

JsonLine& JsonLine::add_json(std::string_view key, std::string_view json) {
    begin(key);
    text_ += json;
    return *this;
}

JsonLine& JsonLine::add_members(std::string_view object) {
    if (text_.back() != '{')
        text_ += ',';
    text_ += object.substr(1, object.size() - 2);
    return *this;
}

std::string JsonLine::take() {
    std::string object = std::move(text_);
    object += '}';
    text_.assign(1, '{');
    return object;
}

Secret secret_json_string(std::string_view text) {
    constexpr std::size_t longest_escape = 6; // \u001F
    Secret escaped(text.size() * longest_escape + 2);
    char* to = escaped.data();
    const auto add = [&to](std::string_view piece) { to = std::copy(piece.begin(), piece.end(), to); };
    add("\"");
    while (!text.empty()) {
        const std::size_t size = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, size);
        // A name may stand in such a line, but never a key, which is written in base64.
        if (std::any_of(line.begin(), line.end(), [](char c) { return c < 0x20 || c > 0x7e; })) {
            std::string quoted;
            append_string(quoted, line);
            add(std::string_view(quoted).substr(1, quoted.size() - 2));
        } else {
            for (const char c : line)
                add(c == '"' ? "\\\"" : c == '\\' ? "\\\\" : std::string_view(&c, 1));
        }
        add(size < text.size() ? "\\n" : "");
        text.remove_prefix(std::min(size + 1, text.size()));
    }
    add("\"");
    escaped.truncate(static_cast<std::size_t>(to - escaped.data()));
    return escaped;
}

} // namespace mtlsca::app
