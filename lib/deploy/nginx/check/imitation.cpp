#include "deploy/nginx/check/imitation.h"

#include "deploy/nginx/site/roles.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx::check {
namespace {

constexpr std::size_t most_wanted = 16;     // of one expression; more alternatives are more of the same
constexpr std::size_t longest_sample = 512; // subjects are shorter
constexpr unsigned most_groups_deep = 50;

bool is_letter_or_digit(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

// Literal text at the beginning of `regex`, which loses it.
std::string take_literal(std::string_view& regex) {
    std::string text;
    while (!regex.empty()) {
        const char c = regex[0];
        if (c == '\\' && regex.size() > 1 && !is_letter_or_digit(regex[1])) {
            text += regex[1];
            regex.remove_prefix(2);
        } else if (std::string_view("\\^$.|?*+()[]{},/").find(c) == std::string_view::npos) {
            text += c;
            regex.remove_prefix(1);
        } else {
            break;
        }
    }
    if (!text.empty() && !regex.empty() && std::string_view("?*{").find(regex[0]) != std::string_view::npos)
        text.pop_back();
    return text;
}

// The alternatives of the group at the beginning of `regex`: "(?:Admin|Ops)".
std::vector<std::string> alternatives(std::string_view regex) {
    std::vector<std::string> values;
    regex.remove_prefix(1);
    if (regex.starts_with('?')) // "?:" or "?<name>"
        regex.remove_prefix(std::min(regex.size(), regex.find_first_of(":>") + 1));
    while (values.size() < most_wanted) {
        if (std::string value = take_literal(regex); !value.empty())
            values.push_back(std::move(value));
        if (!regex.starts_with('|'))
            break;
        regex.remove_prefix(1);
    }
    return values;
}

// Builds a text that an expression may match. Only the shapes that people write in a map: what it does not
// know is left out, and then the text matches nothing and harms nobody.
class Sampler {
public:
    explicit Sampler(std::string_view regex) : rest_(regex) {}
    std::string alternation(unsigned depth) {
        std::string first = sequence(depth);
        while (!rest_.empty() && rest_[0] == '|') {
            rest_.remove_prefix(1);
            sequence(depth);
        }
        return first;
    }

private:
    std::string sequence(unsigned depth) {
        std::string text;
        while (!rest_.empty() && rest_[0] != '|' && rest_[0] != ')') {
            const std::string one = atom(depth);
            for (std::size_t times = repetitions(); times > 0 && text.size() < longest_sample; --times)
                text += one;
        }
        return text;
    }

    std::string atom(unsigned depth) {
        const char c = rest_[0];
        rest_.remove_prefix(1);
        switch (c) {
        case '^':
        case '$':
            return {};
        case '.':
            return "x";
        case '[':
            return of_class();
        case '(':
            return group(depth);
        case '\\':
            return escaped();
        default:
            return {c};
        }
    }

    std::string group(unsigned depth) {
        const bool looks_around = rest_.starts_with("?=") || rest_.starts_with("?!") ||
                                  rest_.starts_with("?<=") || rest_.starts_with("?<!");
        if (rest_.starts_with('?'))
            rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_of(":>=!") + 1));
        if (depth >= most_groups_deep)
            rest_ = {};
        std::string text = alternation(depth + 1);
        if (!rest_.empty())
            rest_.remove_prefix(1); // ")"
        return looks_around ? std::string() : text;
    }

    std::string escaped() {
        if (rest_.empty())
            return {};
        const char c = rest_[0];
        rest_.remove_prefix(1);
        switch (c) {
        case 'd':
            return "1";
        case 'w':
            return "x";
        case 's':
            return " ";
        default:
            return is_letter_or_digit(c) ? std::string() : std::string{c};
        }
    }

    std::string of_class() {
        const bool is_negated = rest_.starts_with('^');
        if (is_negated)
            rest_.remove_prefix(1);
        const std::size_t end = std::min(rest_.find(']', 1), rest_.size());
        std::string_view members = rest_.substr(0, end);
        rest_.remove_prefix(std::min(rest_.size(), end + 1));
        if (is_negated)
            return "x";
        if (members.starts_with('\\'))
            members.remove_prefix(1);
        return std::string(members.substr(0, 1));
    }

    std::size_t repetitions() {
        std::size_t times = 1;
        if (rest_.starts_with('*') || rest_.starts_with('?'))
            times = 0;
        else if (!rest_.starts_with('+') && !rest_.starts_with('{'))
            return 1;
        if (rest_.starts_with('{')) {
            times = rest_.size() > 1 && std::isdigit(static_cast<unsigned char>(rest_[1])) != 0
                        ? static_cast<std::size_t>(rest_[1] - '0')
                        : 1;
            rest_.remove_prefix(std::min(rest_.size() - 1, rest_.find('}')));
        }
        rest_.remove_prefix(1);
        while (rest_.starts_with('?') || rest_.starts_with('+')) // lazy, possessive
            rest_.remove_prefix(1);
        return times;
    }

    std::string_view rest_;
};

// nginx's old form escapes nothing, so that a "/" in a value is the beginning of the next attribute.
std::vector<std::string> legacy_imitations(const std::string& wanted) {
    return {"/O=Acme/CN=x/" + wanted,        "/CN=x/" + wanted,
            "/CN=x/" + wanted + "/O=y",      "/O=x/" + wanted + "/CN=y",
            "/O=x/" + wanted + "/C=DE/CN=y", "/CN=" + wanted};
}

} // namespace

std::vector<WantedAttribute> wanted_attributes(std::string_view regex) {
    std::vector<WantedAttribute> wanted;
    for (std::size_t equals = regex.find('=');
         equals != std::string_view::npos && wanted.size() < most_wanted;
         equals = regex.find('=', equals + 1)) {
        std::size_t begin = equals;
        while (begin > 0 && (is_letter_or_digit(regex[begin - 1]) || regex[begin - 1] == '.'))
            --begin;
        if (begin == equals)
            continue; // a lookahead
        const std::string type(regex.substr(begin, equals - begin));
        std::string_view rest = regex.substr(equals + 1);
        if (rest.starts_with('(')) {
            for (std::string& value : alternatives(rest))
                wanted.push_back({type, std::move(value)});
            if (!wanted.empty() && wanted.back().type == type)
                continue;
        }
        wanted.push_back({type, take_literal(rest)});
    }
    return wanted;
}

std::string sample_of(std::string_view regex) {
    return Sampler(regex).alternation(0);
}

std::vector<std::string> imitations_of(const WantedAttribute& wanted, const std::string& sample, Form form) {
    const std::string text = wanted.type + '=' + wanted.value;
    if (form == Form::legacy)
        return legacy_imitations(text);
    std::vector<std::string> subjects;
    const auto add = [&](const std::string& type, const std::string& value) {
        const std::string printed = type + '=' + dn_text(value);
        for (const char* around : {"{},O=Acme", "{}", "C=DE,{}", "{},C=DE,O=Acme", "L=y,{},C=DE"})
            subjects.push_back(fmt::format(fmt::runtime(around), printed));
    };
    for (const char* carrier : {"CN", "OU", "emailAddress", "O"}) {
        if (carrier == wanted.type)
            continue;
        for (const char* value : {"x,{}", "{}", "{},x", "x,{},x", "x+{}", "x, {}", "x;{}", "x\\,{}", "x\n{}",
                                  "SUCCESS:{}", "SUCCESS:x,{}"})
            add(carrier, fmt::format(fmt::runtime(value), text));
        if (!sample.empty() && sample != text)
            for (const std::string& value : {sample, "x" + sample, "x," + sample, sample + ",x"})
                add(carrier, value);
    }
    for (const std::string& value :
         {wanted.value + "x", "x" + wanted.value, wanted.value + " x", wanted.value + ",x",
          wanted.value + "+x", "x," + text, "x" + text, "x+" + text})
        add(wanted.type, value);
    return subjects;
}

std::vector<std::string> honest_subjects(const WantedAttribute& wanted, Form form) {
    if (form == Form::legacy) {
        const std::string text = wanted.type + '=' + wanted.value;
        return {"/O=Acme/" + text + "/CN=x", "/O=Acme/" + text, "/" + text};
    }
    const std::string text = wanted.type + '=' + dn_text(wanted.value);
    return {"CN=x," + text + ",O=Acme", text + ",O=Acme", text, "CN=x," + text};
}

} // namespace mtlsca::deploy::nginx::check
