#include "store/inventory/search_keys.h"

#include "x509/name/san.h"

#include <bit>

namespace mtlsca::store {
namespace {

SearchKey key_of(std::string_view kind, ByteView value) {
    Bytes octets;
    append(octets, as_bytes(kind));
    octets.push_back(0);
    append(octets, value);
    const x509::Sha256 hash = x509::sha256(octets);
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < 8; ++i)
        key = key << 8 | hash[i];
    return std::bit_cast<SearchKey>(key);
}

SearchKey key_of(std::string_view kind, std::string_view value) {
    return key_of(kind, as_bytes(value));
}

std::string_view after_type(std::string_view san) {
    return san.substr(san.find(':') + 1);
}

} // namespace

SanQuery::SanQuery(std::string_view text) : value(text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos)
        return;
    if (const auto parsed = x509::parse_san_type(text.substr(0, colon))) {
        type = x509::to_string(*parsed);
        value = text.substr(colon + 1);
    }
}

bool SanQuery::matches(std::string_view san) const {
    return after_type(san) == value && (type.empty() || san.substr(0, san.find(':')) == type);
}

SearchKey SanQuery::key() const {
    return key_of("san", value);
}

SearchKey ou_key(std::string_view ou) {
    return key_of("ou", ou);
}
SearchKey owner_key(std::string_view owner) {
    return key_of("owner", owner);
}
SearchKey label_key(const Label& label) {
    return key_of("label", to_line(label));
}
SearchKey fingerprint_key(ByteView fingerprint) {
    return key_of("sha256", fingerprint);
}

std::vector<SearchKey> search_keys(const Intent& intent) {
    std::vector<SearchKey> keys;
    for (const std::string& san : intent.sans)
        keys.push_back(key_of("san", after_type(san)));
    for (const std::string& ou : intent.ous)
        keys.push_back(ou_key(ou));
    for (const Label& label : intent.labels)
        keys.push_back(label_key(label));
    if (!intent.owner.empty())
        keys.push_back(owner_key(intent.owner));
    return keys;
}

std::string to_line(const Label& label) {
    return label.key + '=' + label.value;
}

Label label_from_line(std::string_view line) {
    const std::size_t sign = line.find('=');
    return {std::string(line.substr(0, sign)),
            std::string(sign == std::string_view::npos ? std::string_view{} : line.substr(sign + 1))};
}

} // namespace mtlsca::store
