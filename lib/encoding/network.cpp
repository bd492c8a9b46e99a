#include "encoding/network.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <utility>

namespace mtlsca::encoding {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool bit(const Bytes& address, unsigned number) {
    return (address[number / 8] >> (7 - number % 8)) & 1;
}

} // namespace

bool Network::contains(const Network& other) const {
    if (address.size() != other.address.size() || prefix_length > other.prefix_length)
        return false;
    for (unsigned number = 0; number < prefix_length; ++number)
        if (bit(address, number) != bit(other.address, number))
            return false;
    return true;
}

std::string Network::to_string() const {
    std::string text = address_text(address);
    if (!is_single_address())
        text.append("/").append(std::to_string(prefix_length));
    return text;
}

std::optional<Bytes> parse_address(std::string_view text) {
    const std::string terminated(text);
    if (terminated.size() != text.size() || terminated.find('\0') != std::string::npos)
        return std::nullopt;
    Bytes address(16);
    if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) {
        // An IPv4-mapped address is another spelling of an IPv4 one, which nginx's geo would not match.
        if (std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.begin()))
            return std::nullopt;
        return address;
    }
    address.resize(4);
    if (inet_pton(AF_INET, terminated.c_str(), address.data()) == 1)
        return address;
    return std::nullopt;
}

std::optional<Network> parse_network(std::string_view text) {
    const std::size_t slash = text.find('/');
    auto address = parse_address(text.substr(0, slash));
    if (!address)
        return std::nullopt;
    const auto width = static_cast<unsigned>(8 * address->size());
    if (slash == std::string_view::npos)
        return Network{std::move(*address), width};
    unsigned prefix_length = 0;
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix_length);
    if (problem != std::errc{} || end != digits.data() + digits.size() || prefix_length > width ||
        (digits.size() > 1 && digits[0] == '0'))
        return std::nullopt;
    for (unsigned number = prefix_length; number < width; ++number)
        if (bit(*address, number))
            return std::nullopt;
    return Network{std::move(*address), prefix_length};
}

std::string address_text(ByteView address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.size() != 4 && address.size() != 16)
        return {};
    const int family = address.size() == 4 ? AF_INET : AF_INET6;
    inet_ntop(family, address.data(), text.data(), text.size());
    return text.data();
}

} // namespace mtlsca::encoding
