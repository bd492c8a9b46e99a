// An answer that was signed beforehand, as it lies in a file or in a row.
#pragma once

#include "authority/ocsp/answer_source.h"

namespace mtlsca::authority {

inline constexpr std::size_t presigned_octets_max = 64UL * 1024; // a response of ours has 1 KB

// What the response says. Error(refused) where it is no successful answer about this serial and no other,
// with an end.
const x509::OcspResponse::Single& only_answer(const x509::OcspResponse& response, const std::string& object,
                                              ByteView serial);

class PresignedAnswer {
public:
    // Error(refused) as only_answer() has it.
    PresignedAnswer(Bytes der, const std::string& object, ByteView serial);

    Time next_update() const { return *single_.next_update; }
    // Whether it says the same of the certificate, whenever that was and how long it is good.
    bool says(const x509::OcspSingleResponse& response) const;
    // Outside of its time it is "tryLater", because clients would refuse it.
    OcspAnswer answer(Time now) const;

private:
    Bytes der_;
    std::string object_;
    Time produced_at_{};
    x509::OcspResponse::Single single_;
};

} // namespace mtlsca::authority
