// IP addresses and networks in their one canonical spelling: bindings, SANs and name constraints are made of
// them.
#pragma once

#include "bytes.h"

#include <optional>

namespace mtlsca::encoding {

struct Network {
    Bytes address;              // 4 or 16 octets; bits behind the prefix are zero
    unsigned prefix_length = 0; // bits
    bool operator==(const Network&) const = default;

    bool is_single_address() const { return prefix_length == 8 * address.size(); }
    bool contains(const Network& other) const; // same family, and the whole of `other`
    std::string to_string() const; // "10.0.0.0/8", "2001:db8::/32"; a single address without a prefix
};

// "10.0.0.5", "10.1.0.0/16", "2001:db8::1", "::/0"; IPv4-mapped IPv6 and zone names are refused. With bits
// behind the prefix ("10.0.0.5/8") it is refused too: people mean one or the other.
std::optional<Network> parse_network(std::string_view text);
std::optional<Bytes> parse_address(std::string_view text); // 4 or 16 octets
std::string address_text(ByteView address);                // RFC 5952; 4 or 16 octets, else empty

} // namespace mtlsca::encoding
