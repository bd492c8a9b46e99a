#include "x509/name/name.h"

#include "encoding/der.h"
#include "encoding/hex.h"
#include "x509/name/attribute_type.h"

#include <algorithm>

namespace mtlsca::x509 {

namespace {

bool is_hex_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

class NameParser {
public:
    explicit NameParser(std::string_view text) : text_(text), is_slashed_(text.starts_with('/')) {
        if (is_slashed_)
            ++position_;
    }

    std::vector<RelativeName> parse() {
        std::vector<RelativeName> parts(1);
        for (;;) {
            parts.back().push_back(read_attribute());
            if (at_end())
                break;
            if (text_[position_++] != '+')
                parts.emplace_back();
        }
        if (!is_slashed_) // RFC 4514 2.1: the last one comes first
            std::reverse(parts.begin(), parts.end());
        return parts;
    }

private:
    bool at_end() const { return position_ == text_.size(); }
    bool at_separator() const {
        return text_[position_] == '+' || text_[position_] == (is_slashed_ ? '/' : ',');
    }

    [[noreturn]] void fail(const std::string& reason) const {
        throw Error(Code::usage, std::string(text_),
                    reason + " (character " + std::to_string(position_ + 1) + ")",
                    "write it as \"CN=name,O=organization,C=DE\", with a backslash before , + \" \\ < > ;");
    }

    void skip_blanks() {
        while (!at_end() && text_[position_] == ' ')
            ++position_;
    }

    Attribute read_attribute() {
        Attribute attribute;
        skip_blanks();
        const std::size_t equals = text_.find_first_of("=,/+", position_);
        if (equals == std::string_view::npos || text_[equals] != '=')
            fail("TYPE=VALUE should stand here");
        std::string_view type = text_.substr(position_, equals - position_);
        type = type.substr(0, type.find_last_not_of(' ') + 1);
        if (!find_attribute_type(type))
            fail("\"" + std::string(type) + "\" is no known type of attribute");
        attribute.type = type;
        position_ = equals + 1;
        skip_blanks();
        const bool is_hex = !at_end() && text_[position_] == '#' && position_ + 1 < text_.size() &&
                            is_hex_digit(text_[position_ + 1]);
        attribute.value = is_hex ? read_hex_value() : read_text_value();
        return attribute;
    }

    std::string read_text_value() {
        std::string value;
        std::size_t significant = 0; // what is left when unescaped blanks at the end are dropped
        while (!at_end() && !at_separator()) {
            const char c = text_[position_];
            if (c == '\\') {
                value += read_escaped();
                significant = value.size();
                continue;
            }
            if (!is_slashed_ && std::string_view("\"<>;").find(c) != std::string_view::npos)
                fail(std::string("an unescaped ") + c);
            value += c;
            if (c != ' ')
                significant = value.size();
            ++position_;
        }
        value.resize(significant);
        return value;
    }

    char read_escaped() {
        const std::string_view rest = text_.substr(position_ + 1);
        if (rest.size() >= 2 && is_hex_digit(rest[0]) && is_hex_digit(rest[1])) {
            position_ += 3;
            return static_cast<char>(encoding::from_hex(rest.substr(0, 2)).value()[0]);
        }
        if (rest.empty() || std::string_view(",+\"\\<>;=# /").find(rest[0]) == std::string_view::npos)
            fail("a backslash that escapes nothing");
        position_ += 2;
        return rest[0];
    }

    std::string read_hex_value() {
        const std::size_t begin = ++position_;
        while (!at_end() && is_hex_digit(text_[position_]))
            ++position_;
        const auto bytes = encoding::from_hex(text_.substr(begin, position_ - begin));
        skip_blanks();
        if (!bytes || (!at_end() && !at_separator()))
            fail("# without the hex digits of a DER element");
        try {
            encoding::der::Reader reader(*bytes, "value");
            const encoding::der::Element element = reader.next();
            reader.expect_end();
            if (auto value = decode_string(element.tag, element.content))
                return *value;
        } catch (const Error&) { // not DER: the same message
        }
        fail("# with hex digits that are not the DER of a string");
    }

    std::string_view text_;
    std::size_t position_ = 0;
    bool is_slashed_;
};

} // namespace

Name Name::parse(std::string_view text) {
    if (text.find_first_not_of(' ') == std::string_view::npos)
        return {};
    return Name(NameParser(text).parse());
}

} // namespace mtlsca::x509
