// What a key may be used for, as people write it.
#include "x509/certificate/certificate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace mtlsca::x509 {
namespace {

struct UsageName {
    KeyUsage usage;
    const char* name;
};
constexpr std::array usage_names{
    UsageName{KeyUsage::digital_signature, "digitalSignature"},
    UsageName{KeyUsage::content_commitment, "contentCommitment"},
    UsageName{KeyUsage::key_encipherment, "keyEncipherment"},
    UsageName{KeyUsage::data_encipherment, "dataEncipherment"},
    UsageName{KeyUsage::key_agreement, "keyAgreement"},
    UsageName{KeyUsage::key_cert_sign, "keyCertSign"},
    UsageName{KeyUsage::crl_sign, "cRLSign"},
};

struct PurposeName {
    const char* oid;
    const char* name;
};
// RFC 5280 4.2.1.12
constexpr std::array purpose_names{
    PurposeName{"1.3.6.1.5.5.7.3.1", "serverAuth"},   PurposeName{"1.3.6.1.5.5.7.3.2", "clientAuth"},
    PurposeName{"1.3.6.1.5.5.7.3.3", "codeSigning"},  PurposeName{"1.3.6.1.5.5.7.3.4", "emailProtection"},
    PurposeName{"1.3.6.1.5.5.7.3.8", "timeStamping"}, PurposeName{"1.3.6.1.5.5.7.3.9", "OCSPSigning"},
};

// The arc at the start of `text`, taken off together with the dot behind it.
std::optional<std::uint32_t> take_arc(std::string_view& text) {
    const std::string_view digits = text.substr(0, text.find('.'));
    std::uint32_t value = 0;
    const auto [stop, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool padded = digits.size() > 1 && digits[0] == '0';
    if (digits.empty() || padded || problem != std::errc{} || stop != digits.data() + digits.size())
        return std::nullopt;
    text.remove_prefix(std::min(text.size(), digits.size() + 1));
    return value;
}

bool is_dotted_oid(std::string_view text) {
    if (text.empty() || text.back() == '.')
        return false;
    const auto first = take_arc(text);
    const auto second = take_arc(text);
    // X.660: below 0 and 1 there are 40 arcs, because both numbers share one octet.
    if (!first || !second || *first > 2 || (*first < 2 && *second > 39))
        return false;
    while (!text.empty())
        if (!take_arc(text))
            return false;
    return true;
}

} // namespace

std::optional<KeyUsage> parse_key_usage(std::string_view text) {
    if (text == "nonRepudiation") // its name before X.509 of 2005, and OpenSSL's until today
        return KeyUsage::content_commitment;
    for (const UsageName& known : usage_names)
        if (text == known.name)
            return known.usage;
    return std::nullopt;
}

const char* to_string(KeyUsage usage) {
    for (const UsageName& known : usage_names)
        if (usage == known.usage)
            return known.name;
    return "";
}

std::optional<std::string> parse_extended_key_usage(std::string_view text) {
    for (const PurposeName& known : purpose_names)
        if (text == known.name)
            return known.oid;
    if (is_dotted_oid(text))
        return std::string(text);
    return std::nullopt;
}

std::string extended_key_usage_name(const std::string& oid) {
    for (const PurposeName& known : purpose_names)
        if (oid == known.oid)
            return known.name;
    return oid;
}

} // namespace mtlsca::x509
