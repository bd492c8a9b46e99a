#include "x509/name/constraints.h"

#include "encoding/der.h"
#include "encoding/network.h"
#include "encoding/text.h"
#include "x509/name/host_name.h"

#include <algorithm>

namespace mtlsca::x509 {

namespace der = encoding::der;

namespace {

constexpr const char* object = "name constraints";

// GeneralName tags (RFC 5280 4.2.1.6) of what a subtree can be made of here.
constexpr std::uint8_t email_tag = der::context(1), dns_tag = der::context(2), uri_tag = der::context(6),
                       ip_tag = der::context(7);

// "example.com", or ".example.com" for the hosts below.
Canonical canonical_host(std::string_view text) {
    const bool is_below = text.starts_with('.');
    Canonical host = canonical_dns(text.substr(is_below ? 1 : 0));
    return host.value && is_below ? Canonical::yes(std::string(".").append(*host.value)) : host;
}

Canonical canonical_email_base(std::string_view text) {
    if (text.find('@') == std::string_view::npos)
        return canonical_host(text);
    SanOrFinding address = make_san(SanType::email, text);
    if (!address.san)
        return Canonical::no(std::move(address.finding->detail));
    return Canonical::yes(std::move(address.san->value));
}

Canonical canonical_network(std::string_view text) {
    const auto network = encoding::parse_network(text);
    if (!network)
        return Canonical::no("is no network; write 10.0.0.0/8, with zeros behind the prefix");
    return Canonical::yes(network->to_string());
}

Canonical canonical_dns_base(std::string_view text) {
    if (text.starts_with('.'))
        return Canonical::no(
            "begins with a dot, which verifiers read differently; without it the name and all "
            "names below it are meant");
    return canonical_dns(text);
}

Canonical canonical_base(SanType type, std::string_view text) {
    switch (type) {
    case SanType::dns:
        return canonical_dns_base(text);
    case SanType::ip:
        return canonical_network(text);
    case SanType::email:
        return canonical_email_base(text);
    case SanType::uri:
        break;
    }
    return canonical_host(text);
}

// Address and mask (RFC 5280 4.2.1.10), eight or 32 octets.
Bytes network_octets(const encoding::Network& network) {
    Bytes octets = network.address;
    for (std::size_t i = 0; i < network.address.size(); ++i) {
        const auto bits =
            std::clamp<int>(static_cast<int>(network.prefix_length) - static_cast<int>(8 * i), 0, 8);
        octets.push_back(static_cast<std::uint8_t>(0xff00 >> bits));
    }
    return octets;
}

encoding::Network read_network(ByteView octets) {
    if (octets.size() != 8 && octets.size() != 32)
        throw Error(Code::refused, object, "an ip subtree has neither 8 nor 32 octets");
    const std::size_t size = octets.size() / 2;
    encoding::Network network;
    for (std::size_t i = 0; i < size; ++i)
        network.address.push_back(octets[i] & octets[size + i]);
    while (network.prefix_length < 8 * size &&
           (octets[size + network.prefix_length / 8] << network.prefix_length % 8 & 0x80) != 0)
        ++network.prefix_length;
    // RFC 5280 4.2.1.10 wants the style of CIDR: no ones behind the first zero.
    const Bytes canonical = network_octets(network);
    if (!std::equal(canonical.begin() + static_cast<std::ptrdiff_t>(size), canonical.end(),
                    octets.begin() + static_cast<std::ptrdiff_t>(size)))
        throw Error(Code::refused, object, "an ip subtree has a mask with gaps");
    return network;
}

Bytes base_der(const Subtree& subtree) {
    switch (subtree.type) {
    case SanType::dns:
        return der::text_element(dns_tag, subtree.value);
    case SanType::ip:
        return der::element(ip_tag, network_octets(encoding::parse_network(subtree.value).value()));
    case SanType::email:
        return der::text_element(email_tag, subtree.value);
    case SanType::uri:
        break;
    }
    return der::text_element(uri_tag, subtree.value);
}

Bytes subtrees_der(unsigned number, const std::vector<Subtree>& subtrees) {
    Bytes content;
    for (const Subtree& subtree : subtrees)
        append(content, der::element(der::sequence, base_der(subtree)));
    return content.empty() ? content : der::element(der::context_constructed(number), content);
}

// The local part of an address counts with its case, its host and every other base without.
std::string lower_host(std::string_view base) {
    const std::size_t at = base.rfind('@');
    const std::size_t host = at == std::string_view::npos ? 0 : at + 1;
    return std::string(base.substr(0, host)) + encoding::to_lower_ascii(base.substr(host));
}

std::optional<Subtree> read_base(const der::Element& base) {
    if (base.tag == ip_tag)
        return Subtree{SanType::ip, read_network(base.content).to_string()};
    if (base.tag != dns_tag && base.tag != email_tag && base.tag != uri_tag)
        return std::nullopt;
    const std::string_view text = as_text(base.content);
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; }))
        throw Error(Code::refused, object, "a subtree holds characters that no host name has");
    const SanType type = base.tag == dns_tag     ? SanType::dns
                         : base.tag == email_tag ? SanType::email
                                                 : SanType::uri;
    return Subtree{type, lower_host(text)};
}

std::vector<Subtree> read_subtrees(der::Reader list) {
    std::vector<Subtree> subtrees;
    do {
        der::Reader subtree = list.enter(der::sequence);
        auto base = read_base(subtree.next());
        // RFC 5280 4.2.1.10: minimum is 0, which DER leaves out, and maximum is absent.
        subtree.expect_end();
        if (base)
            subtrees.push_back(std::move(*base));
    } while (!list.at_end());
    return subtrees;
}

bool is_host_within(std::string_view host, std::string_view base) {
    return base.starts_with('.') ? host.size() > base.size() && host.ends_with(base) : host == base;
}

bool is_dns_within(std::string_view name, std::string_view base) {
    if (!name.ends_with(base))
        return false;
    return name.size() == base.size() || base.empty() || base.starts_with('.') ||
           name[name.size() - base.size() - 1] == '.';
}

bool is_email_within(std::string_view address, std::string_view base) {
    if (base.find('@') != std::string_view::npos && base.front() != '@')
        return address == base;
    if (base.starts_with('.'))
        return address.ends_with(base);
    return address.substr(address.rfind('@') + 1) == base.substr(base.starts_with('@') ? 1 : 0);
}

} // namespace

Subtree parse_subtree(std::string_view text) {
    const std::size_t colon = text.find(':');
    const auto type = colon == std::string_view::npos ? std::nullopt : parse_san_type(text.substr(0, colon));
    if (!type)
        throw Error(Code::usage, std::string(text), "has no type",
                    "write dns:example.com, ip:10.0.0.0/8, email:example.com or uri:example.com");
    Canonical base = canonical_base(*type, text.substr(colon + 1));
    if (!base.value)
        throw Error(Code::usage, std::string(text), std::move(base.problem));
    return {*type, std::move(*base.value)};
}

std::string to_string(const Subtree& subtree) {
    return std::string(to_string(subtree.type)) + ":" + subtree.value;
}

Bytes name_constraints_der(const NameConstraints& constraints) {
    return der::element(der::sequence,
                        {subtrees_der(0, constraints.permitted), subtrees_der(1, constraints.excluded)});
}

NameConstraints read_name_constraints(ByteView der) {
    NameConstraints constraints;
    der::Reader outer(der, object);
    der::Reader reader = outer.enter(der::sequence);
    outer.expect_end();
    if (reader.next_is(der::context_constructed(0)))
        constraints.permitted = read_subtrees(reader.enter(der::context_constructed(0)));
    if (reader.next_is(der::context_constructed(1)))
        constraints.excluded = read_subtrees(reader.enter(der::context_constructed(1)));
    reader.expect_end();
    return constraints;
}

bool lies_within(const San& san, const Subtree& subtree) {
    if (san.type != subtree.type)
        return false;
    switch (san.type) {
    case SanType::dns:
        return is_dns_within(san.value, subtree.value);
    case SanType::ip: {
        const auto network = encoding::parse_network(subtree.value);
        const auto address = encoding::parse_network(san.value);
        return network && address && network->contains(*address);
    }
    case SanType::email:
        return is_email_within(san.value, subtree.value);
    case SanType::uri:
        break;
    }
    return is_host_within(uri_host(san.value), subtree.value);
}

} // namespace mtlsca::x509
