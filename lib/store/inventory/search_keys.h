// The keys of certificate_search: what stands for a value that certificates are looked for by. Internal to
// this room.
//
// Two values may share a key; who searches compares the row that is found.
#pragma once

#include "store/inventory/inventory.h"

namespace mtlsca::store {

using SearchKey = std::int64_t;

// Of all that is known before the signature; the fingerprint's comes with the certificate.
std::vector<SearchKey> search_keys(const Intent& intent);
SearchKey fingerprint_key(ByteView fingerprint);

// A SAN as people look for it: "dns:x" is of that type only, a bare "x" of any.
struct SanQuery {
    explicit SanQuery(std::string_view text);
    bool matches(std::string_view san) const; // "dns:x"
    SearchKey key() const;

    std::string type; // empty: any
    std::string value;
};
SearchKey ou_key(std::string_view ou);
SearchKey owner_key(std::string_view owner);
SearchKey label_key(const Label& label);

std::string to_line(const Label& label); // "key=value"
Label label_from_line(std::string_view line);

} // namespace mtlsca::store
