// The CAs whose certificates this database records.
#pragma once

#include "store/database.h"

#include <optional>
#include <string>

namespace mtlsca::store {

using IssuerId = std::int64_t;

struct Issuer {
    IssuerId id = 0;
    std::string name;               // of its files: "root", "issuing"
    std::optional<IssuerId> parent; // who signed it; none for a root
    bool issues = false; // signs certificates of subscribers: the issuing CA, or a root without one
    Bytes certificate;   // DER
    Bytes spki_sha256;   // 32
};

IssuerId add_issuer(Transaction& transaction, const Issuer& issuer); // `id` is ignored
std::vector<Issuer> issuers(const Database& database);               // few; root first

} // namespace mtlsca::store
