#include "x509/name/name.h"

#include "encoding/der.h"
#include "encoding/hex.h"
#include "x509/name/attribute_type.h"

#include <algorithm>
#include <utility>

namespace mtlsca::x509 {

namespace der = encoding::der;

namespace {

constexpr const char* object = "name";

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(
        utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

bool is_two_letters(std::string_view value) {
    return value.size() == 2 && std::all_of(value.begin(), value.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
           });
}

std::string allowed_characters(std::uint8_t tag) {
    if (tag == der::printable_string)
        return "may hold letters, digits, space and '()+,-./:=? only";
    return tag == der::ia5_string ? "may hold ASCII only" : "is not UTF-8";
}

// The attributes in the order that DER wants for the elements of their SET, and that SET.
Bytes encode_relative_name(RelativeName& attributes) {
    std::vector<std::pair<Bytes, Attribute>> elements;
    for (Attribute& attribute : attributes) {
        const AttributeType type = find_attribute_type(attribute.type).value();
        attribute.type = type.name;
        elements.emplace_back(der::element(der::sequence, {der::element(der::object_identifier, type.oid),
                                                           der::text_element(type.tag, attribute.value)}),
                              std::move(attribute));
    }
    std::sort(elements.begin(), elements.end(),
              [](const auto& a, const auto& b) { return as_text(a.first) < as_text(b.first); });
    Bytes content;
    attributes.clear();
    for (auto& [element, attribute] : elements) {
        append(content, element);
        attributes.push_back(std::move(attribute));
    }
    return der::element(der::set, content);
}

Attribute read_attribute(der::Reader element) {
    Attribute attribute;
    attribute.type = attribute_type_name(element.oid());
    const der::Element value = element.next();
    element.expect_end();
    auto text = decode_string(value.tag, value.content);
    if (!text)
        throw Error(Code::refused, object, "the value of " + attribute.type + " is no string of its kind");
    attribute.value = std::move(*text);
    return attribute;
}

RelativeName read_relative_name(der::Reader set) {
    RelativeName attributes;
    ByteView previous;
    do { // RFC 5280 4.1.2.4: SIZE (1..MAX)
        const ByteView whole = set.expect(der::sequence).whole;
        if (as_text(whole) < as_text(previous))
            throw Error(Code::refused, object, "malformed DER: a SET is not sorted");
        previous = whole;
        attributes.push_back(read_attribute(der::Reader(whole, object).enter(der::sequence)));
    } while (!set.at_end());
    return attributes;
}

void append_escaped(std::string& to, std::string_view value) {
    constexpr std::string_view always = ",+\"\\<>;";
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto byte = static_cast<unsigned char>(value[i]);
        const bool is_last = i + 1 == value.size();
        // U+0080 to U+009F are control characters too; each of their two bytes is escaped.
        const bool leads_c1 = byte == 0xc2 && !is_last && static_cast<unsigned char>(value[i + 1]) < 0xa0;
        const bool follows_c1 = byte < 0xa0 && i > 0 && static_cast<unsigned char>(value[i - 1]) == 0xc2;
        if (byte < 0x20 || byte == 0x7f || leads_c1 || (byte >= 0x80 && follows_c1)) {
            to += '\\';
            to += encoding::to_upper_hex({&byte, 1});
            continue;
        }
        // RFC 4514 2.4; OpenSSL judges a single character as the last one, so that "#" alone stays bare.
        const bool at_start = i == 0 && !is_last && (byte == '#' || byte == ' ');
        if (at_start || (is_last && byte == ' ') || always.find(value[i]) != std::string_view::npos)
            to += '\\';
        to += value[i];
    }
}

// `value` is the element that `attribute` was read from.
std::string attribute_text(const Attribute& attribute, ByteView value) {
    std::string text = attribute.type + "=";
    const bool is_dotted = attribute.type[0] >= '0' && attribute.type[0] <= '9';
    if (is_dotted) // RFC 4514 2.4
        text.append("#").append(encoding::to_upper_hex(value));
    else
        append_escaped(text, attribute.value);
    return text;
}

} // namespace

Findings attribute_findings(const Attribute& attribute) {
    Findings findings;
    const auto add = [&](const char* rule, std::string detail) {
        findings.push_back({Severity::error, rule, "subject " + attribute.type, std::move(detail)});
    };
    const auto type = find_attribute_type(attribute.type);
    if (!type) {
        add("name-type", "is no known type of attribute; give it as a dotted object identifier");
        return findings;
    }
    const std::string& value = attribute.value;
    const std::size_t length = characters(value);
    if (value.empty())
        add("name-empty", "is empty");
    else if (type->name == "C" && !is_two_letters(value))
        add("name-characters", "is not the two letters of a country");
    else if (!is_string_of(type->tag, value))
        add("name-characters", allowed_characters(type->tag));
    if (length > type->longest_characters)
        add("name-too-long", "has " + std::to_string(length) + " characters; RFC 5280 allows " +
                                 std::to_string(type->longest_characters));
    return findings;
}

Name::Name(std::vector<RelativeName> parts) : parts_(std::move(parts)) {
    Findings findings;
    for (const RelativeName& part : parts_) {
        if (part.empty())
            findings.push_back({Severity::error, "name-empty", "subject", "a part has no attribute"});
        for (const Attribute& attribute : part)
            for (Finding& finding : attribute_findings(attribute))
                findings.push_back(std::move(finding));
    }
    if (!findings.empty()) {
        std::string reason = findings[0].subject + " " + findings[0].detail;
        throw Error(Code::refused, object, std::move(reason), {}, std::move(findings));
    }
    Bytes content;
    for (RelativeName& part : parts_)
        append(content, encode_relative_name(part));
    der_ = der::element(der::sequence, content);
}

Name Name::from_der(ByteView der) {
    Name name;
    der::Reader outer(der, object);
    der::Reader sets = outer.enter(der::sequence);
    outer.expect_end();
    while (!sets.at_end())
        name.parts_.push_back(read_relative_name(sets.enter(der::set)));
    name.der_.assign(der.begin(), der.end());
    return name;
}

std::vector<std::string> Name::values(std::string_view type) const {
    std::vector<std::string> found;
    for (const RelativeName& part : parts_)
        for (const Attribute& attribute : part)
            if (attribute.type == type)
                found.push_back(attribute.value);
    return found;
}

std::string Name::common_name() const {
    const std::vector<std::string> names = values("CN");
    return names.empty() ? std::string() : names.back();
}

std::string Name::to_string() const {
    std::vector<std::string> texts; // in the order of the DER, separators behind all but the first
    der::Reader sets = der::Reader(der_, object).enter(der::sequence);
    for (const RelativeName& part : parts_) {
        der::Reader elements = sets.enter(der::set);
        for (const Attribute& attribute : part) {
            der::Reader element = elements.enter(der::sequence);
            element.next();
            const bool is_first_of_all = texts.empty();
            const bool is_first_of_part = &attribute == part.data();
            texts.push_back(attribute_text(attribute, element.next().whole) + (is_first_of_all    ? ""
                                                                               : is_first_of_part ? ","
                                                                                                  : "+"));
        }
    }
    std::string text;
    for (auto one = texts.rbegin(); one != texts.rend(); ++one)
        text += *one;
    return text;
}

} // namespace mtlsca::x509
