// OCSP answers that were signed beforehand: at most one for each certificate and hash. Whether an answer is
// true still, the rest of the inventory says, not its row.
#pragma once

#include "store/issuer/issuers.h"
#include "x509/ocsp/request.h"

#include <functional>

namespace mtlsca::store {

struct PresignedAnswer {
    IssuerId issuer = 0;
    Bytes serial;
    x509::OcspHash hash = x509::OcspHash::sha1;
    Time next_update{};
    Bytes response; // a whole OCSPResponse, DER
};
void keep_presigned_answer(Transaction& transaction, const PresignedAnswer& answer); // replaces
std::optional<Bytes> presigned_answer(const Database& database, IssuerId issuer, ByteView serial,
                                      x509::OcspHash hash);

// Of this issuer and hash those that end at `end` or before, `limit` of them at most: how many went.
std::uint64_t drop_presigned_answers(Transaction& transaction, IssuerId issuer, x509::OcspHash hash, Time end,
                                     std::uint64_t limit);
bool has_presigned_answers_until(const Database& database, IssuerId issuer, x509::OcspHash hash, Time end);
// When the first of this issuer's ends, whatever the hash; none: it has none.
std::optional<Time> first_presigned_end(const Database& database, IssuerId issuer);

// All there are: nothing but the row at hand is in memory.
void for_each_presigned_answer(const Database& database,
                               const std::function<void(const PresignedAnswer&)>& visitor);

} // namespace mtlsca::store
