#include "deploy/template.h"

#include "deploy_files.h"
#include "encoding/text.h"
#include "error.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>
#include <kainjow/mustache.hpp>
#include <nlohmann/json.hpp>

namespace mtlsca::deploy {
namespace {

using Data = kainjow::mustache::data;
using Names = std::set<std::string, std::less<>>;

[[noreturn]] void mistaken(std::string_view template_name, const std::string& what) {
    throw std::logic_error(fmt::format("template {}: {}", template_name, what));
}

Names names_in_tags(std::string_view text) {
    Names names;
    for (auto tag = text.find("{{"); tag != std::string_view::npos; tag = text.find("{{", tag + 2)) {
        const auto begin = text.find_first_not_of("{#^/& ", tag);
        const auto end = text.find_first_of("} ", begin);
        if (end != std::string_view::npos)
            names.emplace(text.substr(begin, end - begin));
    }
    return names;
}

bool is_section_tag(std::string_view line) {
    return (line.starts_with("{{#") || line.starts_with("{{^") || line.starts_with("{{/")) &&
           line.find("}}") + 2 == line.size();
}

// The lines of section tags that stand alone, without their ends (mustache(5), "standalone"): kainjow would
// leave an empty line for each section that is not shown. The first line of a section must therefore not be
// an empty one, which it would drop.
std::string without_tag_lines(std::string_view text) {
    std::string joined;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        joined += line;
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (!is_section_tag(line))
            joined += '\n';
    }
    return joined;
}

// kainjow/mustache shows nothing for a name that it doesn't find; this one refuses.
class StrictContext final : public kainjow::mustache::basic_context<std::string> {
public:
    StrictContext(std::string_view template_name, const Data& values) : template_name_(template_name) {
        scopes_.push_back(&values);
    }
    void push(const Data* scope) override { scopes_.push_back(scope); }
    void pop() override { scopes_.pop_back(); }
    const Data* get(const std::string& name) const override {
        for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope)
            if (const Data* value = (*scope)->get(name))
                return value;
        mistaken(template_name_, fmt::format("nobody gave a value for {}", name));
    }
    const Data* get_partial(const std::string& name) const override {
        mistaken(template_name_, fmt::format("uses a partial, {}", name));
    }

private:
    std::string_view template_name_;
    std::vector<const Data*> scopes_;
};

class Conversion {
public:
    Conversion(std::string_view template_name, const Names& wanted)
        : template_name_(template_name), wanted_(wanted) {}

    Data object(const nlohmann::json& values) const {
        Data data(Data::type::object);
        for (const auto& [name, value] : values.items()) {
            if (!wanted_.contains(name))
                mistaken(template_name_, fmt::format("has no place for {}", name));
            data.set(name, value_of(name, value));
        }
        return data;
    }

private:
    Data value_of(const std::string& name, const nlohmann::json& value) const {
        if (value.is_string())
            return value.get<std::string>();
        if (value.is_boolean())
            return value.get<bool>();
        if (!value.is_array())
            mistaken(template_name_, fmt::format("{} is neither text, boolean nor array", name));
        Data list(Data::type::list);
        for (const nlohmann::json& element : value)
            list.push_back(object(element));
        return list;
    }

    std::string_view template_name_;
    const Names& wanted_;
};

} // namespace

std::string_view template_text(std::string_view name) {
    const auto found = std::find_if(embedded_files.begin(), embedded_files.end(),
                                    [&](const EmbeddedFile& file) { return file.name == name; });
    if (found == embedded_files.end())
        mistaken(name, "is not there");
    return found->text;
}

std::string render(std::string_view name, const nlohmann::json& values) {
    const std::string_view text = template_text(name);
    const Names wanted = names_in_tags(text);
    const Data data = Conversion(name, wanted).object(values);
    kainjow::mustache::mustache mustache(without_tag_lines(text));
    StrictContext context(name, data);
    // By itself a stream keeps to itself that memory ended, and what comes after is missing.
    std::ostringstream rendered;
    rendered.exceptions(std::ios::badbit);
    if (mustache.is_valid())
        mustache.render(context, rendered);
    if (!mustache.is_valid())
        mistaken(name, mustache.error_message());
    return rendered.str();
}

std::string toml_string(std::string_view text) {
    if (!encoding::is_utf8(text))
        throw Error(Code::refused, "settings", fmt::format("'{}' is not UTF-8", encoding::printable(text)),
                    "TOML files are UTF-8: set the locale of the terminal to one that is");
    std::string quoted = "\"";
    for (char c : text) {
        // TOML 1.0, "String": quotation mark, backslash and control characters except tab must be escaped.
        if (c == '"' || c == '\\')
            quoted.append({'\\', c});
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            quoted += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
        else
            quoted += c;
    }
    return quoted + '"';
}

std::string yaml_string(std::string_view text) {
    if (!encoding::is_printable(text))
        throw Error(Code::refused, "YAML",
                    fmt::format("'{}' is not printable text", encoding::printable(text)));
    std::string quoted = "\"";
    for (const char c : text) {
        // YAML 1.2, 7.3.1: of printable characters these two alone end or escape something.
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

} // namespace mtlsca::deploy
