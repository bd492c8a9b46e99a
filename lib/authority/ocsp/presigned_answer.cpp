#include "authority/ocsp/presigned_answer.h"

namespace mtlsca::authority {

const x509::OcspResponse::Single& only_answer(const x509::OcspResponse& response, const std::string& object,
                                              ByteView serial) {
    if (response.status != x509::OcspStatus::successful || response.responses.size() != 1 ||
        as_text(response.responses.front().serial) != as_text(serial) ||
        !response.responses.front().next_update)
        throw Error(Code::refused, object, "is no answer to the question that it lies there for");
    return response.responses.front();
}

PresignedAnswer::PresignedAnswer(Bytes der, const std::string& object, ByteView serial)
    : der_(std::move(der)), object_(object) {
    const auto response = x509::OcspResponse::read(der_, object);
    produced_at_ = response.produced_at;
    single_ = only_answer(response, object, serial);
}

bool PresignedAnswer::says(const x509::OcspSingleResponse& response) const {
    return single_.status == response.status &&
           (single_.status != x509::OcspSingleResponse::Status::revoked ||
            (single_.revoked_at == response.revoked_at && single_.reason == response.reason));
}

OcspAnswer PresignedAnswer::answer(Time now) const {
    if (now >= next_update() || now < single_.this_update)
        return ocsp_failure(x509::OcspStatus::try_later, object_ + " is good from " +
                                                             to_rfc3339(single_.this_update) + " to " +
                                                             to_rfc3339(next_update()) + " only");
    OcspAnswer answer;
    answer.der = der_;
    answer.status = x509::OcspStatus::successful;
    answer.produced_at = produced_at_;
    answer.this_update = single_.this_update;
    answer.next_update = next_update();
    answer.statuses.at(static_cast<std::size_t>(single_.status)) = 1;
    answer.is_cacheable = true;
    return answer;
}

} // namespace mtlsca::authority
