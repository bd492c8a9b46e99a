#include "x509/name/san.h"

#include "encoding/der.h"
#include "encoding/hex.h"
#include "encoding/network.h"
#include "encoding/text.h"
#include "x509/name/host_name.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace mtlsca::x509 {

namespace der = encoding::der;

namespace {

struct NamedType {
    SanType type;
    const char* name;
    std::uint8_t tag; // of its GeneralName (RFC 5280 4.2.1.6)
};
constexpr std::array named_types{
    NamedType{SanType::dns, "dns", der::context(2)}, NamedType{SanType::ip, "ip", der::context(7)},
    NamedType{SanType::email, "email", der::context(1)}, NamedType{SanType::uri, "uri", der::context(6)}};

const NamedType& named(SanType type) {
    return *std::find_if(named_types.begin(), named_types.end(),
                         [=](const NamedType& one) { return one.type == type; });
}

// The other choices of GeneralName, by the number of their tag.
constexpr std::array<const char*, 9> choices{"otherName",    "email", "dns", "x400Address", "directoryName",
                                             "ediPartyName", "uri",   "ip",  "registeredID"};

// A hostile value may be as long as the file; a finding about it need not.
std::string shortened(std::string_view value) {
    constexpr std::size_t longest = 100;
    if (value.size() <= longest)
        return std::string(value);
    return std::string(value.substr(0, longest)) + "…";
}

Finding finding(const char* rule, std::string_view type, std::string_view value, std::string detail) {
    return {Severity::error, rule, "san " + std::string(type) + ":" + shortened(value), std::move(detail)};
}

Finding malformed(SanType type, std::string_view value, std::string detail) {
    return finding("san-malformed", to_string(type), value, std::move(detail));
}

bool is_atom_character(char c) { // atext of RFC 5322 3.2.3
    return is_letter_or_digit(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

// Dot-string of RFC 5321 4.1.2.
bool is_local_part(std::string_view text) {
    bool is_after_dot = true;
    for (const char c : text) {
        if (c == '.' ? is_after_dot : !is_atom_character(c))
            return false;
        is_after_dot = c == '.';
    }
    return !is_after_dot;
}

Canonical canonical_email(std::string_view text) {
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos)
        return Canonical::no("has no @");
    // RFC 5321 4.5.3.1: the local part up to 64 octets, a path up to 256 with its angle brackets.
    if (at > 64 || text.size() > 254)
        return Canonical::no("is too long (RFC 5321 allows 64 characters before the @ and 254 in all)");
    if (!is_local_part(text.substr(0, at)))
        return Canonical::no("has characters before the @ that RFC 5321 allows in no atom");
    Canonical domain = canonical_dns(text.substr(at + 1));
    if (!domain.value)
        return Canonical::no("its domain " + domain.problem);
    return Canonical::yes(std::string(text.substr(0, at + 1)) + *domain.value);
}

Canonical canonical_ip(std::string_view text) {
    const auto address = encoding::parse_address(text);
    if (!address)
        return Canonical::no("is no IP address (IPv4-mapped ones count as none)");
    return Canonical::yes(encoding::address_text(*address));
}

Canonical canonical_dns_or_wildcard(std::string_view text) {
    if (!text.starts_with("*."))
        return canonical_dns(text);
    Canonical below = canonical_dns(text.substr(2));
    if (below.value)
        below.value->insert(0, "*.");
    if (below.value && below.value->size() > longest_dns_name)
        return Canonical::no("is longer than 253 characters");
    return below;
}

Canonical canonical(SanType type, std::string_view value) {
    switch (type) {
    case SanType::dns:
        return canonical_dns_or_wildcard(value);
    case SanType::ip:
        return canonical_ip(value);
    case SanType::email:
        return canonical_email(value);
    case SanType::uri:
        break;
    }
    return canonical_uri(value);
}

SanOrFinding read_general_name(const der::Element& element) {
    const auto known = std::find_if(named_types.begin(), named_types.end(),
                                    [&](const NamedType& one) { return one.tag == element.tag; });
    const std::string hex = encoding::to_hex(element.content);
    if (known == named_types.end()) {
        const std::size_t number = element.tag & 0x1f;
        const bool is_choice = element.tag >= 0x80 && element.tag < 0xc0 && number < choices.size();
        return {std::nullopt, finding("san-type", is_choice ? choices[number] : "unknown", hex,
                                      "is of a kind that is not certified; dns, ip, email and uri are")};
    }
    if (known->type != SanType::ip)
        return make_san(known->type, as_text(element.content));
    // RFC 5280 4.2.1.6: four or sixteen octets.
    if (element.content.size() != 4 && element.content.size() != 16)
        return {std::nullopt, malformed(SanType::ip, hex,
                                        "has " + std::to_string(element.content.size()) +
                                            " octets; an address has 4 or 16")};
    return make_san(SanType::ip, encoding::address_text(element.content));
}

} // namespace

std::optional<SanType> parse_san_type(std::string_view text) {
    const std::string lower = encoding::to_lower_ascii(text);
    for (const NamedType& one : named_types)
        if (lower == one.name)
            return one.type;
    return std::nullopt;
}

const char* to_string(SanType type) {
    return named(type).name;
}

std::string to_string(const San& san) {
    return std::string(to_string(san.type)) + ":" + san.value;
}

bool is_wildcard(const San& san) {
    return san.type == SanType::dns && san.value.starts_with("*.");
}

SanOrFinding make_san(SanType type, std::string_view value) {
    Canonical result = canonical(type, value);
    if (!result.value)
        return {std::nullopt, malformed(type, value, std::move(result.problem))};
    return {San{type, std::move(*result.value)}, std::nullopt};
}

SanOrFinding parse_san(std::string_view text) {
    const std::size_t colon = text.find(':');
    const auto type = colon == std::string_view::npos ? std::nullopt : parse_san_type(text.substr(0, colon));
    if (!type)
        return {std::nullopt, Finding{Severity::error, "san-type", "san " + shortened(text),
                                      "has no type; write dns:NAME, ip:ADDRESS, email:ADDRESS or uri:URI"}};
    return make_san(*type, text.substr(colon + 1));
}

std::optional<San> san_from_name(std::string_view name) {
    if (auto ip = make_san(SanType::ip, name).san)
        return ip;
    return make_san(SanType::dns, name).san;
}

SansRead read_sans(ByteView general_names_der) {
    SansRead read;
    std::set<San> seen; // a hostile list may be long
    try {
        der::Reader outer(general_names_der, "subjectAltName");
        der::Reader names = outer.enter(der::sequence);
        outer.expect_end();
        do { // RFC 5280 4.2.1.6: SIZE (1..MAX)
            SanOrFinding one = read_general_name(names.next());
            if (one.finding)
                read.findings.push_back(std::move(*one.finding));
            else if (seen.insert(*one.san).second)
                read.sans.push_back(std::move(*one.san));
        } while (!names.at_end());
    } catch (const Error& error) {
        read.findings.push_back({Severity::error, "san-malformed", error.object, error.reason});
    }
    return read;
}

Bytes san_der(const San& san) {
    const std::uint8_t tag = named(san.type).tag;
    if (san.type == SanType::ip)
        return der::element(tag, encoding::parse_address(san.value).value());
    return der::text_element(tag, san.value);
}

Bytes sans_der(const std::vector<San>& sans) {
    Bytes content;
    for (const San& san : sans)
        append(content, san_der(san));
    return der::element(der::sequence, content);
}

} // namespace mtlsca::x509
