#include "authority/ocsp/presigned_answers.h"

#include "authority/ocsp/presigning.h"

#include "encoding/hex.h"
#include "x509/ocsp/request.h"

namespace mtlsca::authority {

using x509::OcspStatus;

namespace {

constexpr std::size_t longest_serial = 20; // RFC 5280 4.1.2.2

bool has_folder(const io::Path& path) {
    std::error_code unseen;
    return std::filesystem::is_directory(path, unseen); // or a link to one
}

} // namespace

PresignedAnswers::PresignedAnswers(io::Path folder) : folder_(std::move(folder)) {
    if (!has_folder(folder_))
        throw Error(Code::not_found, folder_, "there is no such folder",
                    "mtlsca ocsp presign --out writes it");
}

OcspAnswer PresignedAnswers::answer(ByteView request, Time now) {
    std::optional<x509::OcspRequest> asked;
    try {
        asked = x509::OcspRequest::read(request);
    } catch (const Error& error) {
        return ocsp_failure(OcspStatus::malformed_request, error.what());
    }
    const x509::OcspCertificateId& id = asked->certificates.front();
    if (asked->certificates.size() > 1)
        return ocsp_failure(OcspStatus::unauthorized, "asks about several certificates");
    // presign has the first two; of the others, and of serials that nobody issues, a name could be longer
    // than file systems take.
    if (id.hash != x509::OcspHash::sha1 && id.hash != x509::OcspHash::sha256)
        return ocsp_failure(OcspStatus::unauthorized, "asks by a hash that nothing was presigned for");
    if (id.serial.size() > longest_serial)
        return ocsp_failure(OcspStatus::unauthorized, "asks about a serial that nobody issues");
    const Bytes plain = x509::encode_ocsp_request(x509::encode_ocsp_certificate_id(id));
    try {
        OcspAnswer answer = answer_from(folder_ / presigned_path({}, plain, id.serial), id.serial, now);
        answer.is_cacheable = answer.is_cacheable && !asked->nonce;
        return answer;
    } catch (const Error& error) {
        if (error.code != Code::not_found)
            return ocsp_failure(OcspStatus::internal_error, error.what());
        return ocsp_failure(OcspStatus::unauthorized,
                            "there is no answer about serial " + encoding::to_upper_hex(id.serial));
    }
}

OcspAnswer PresignedAnswers::answer_from(const io::Path& file, const Bytes& serial, Time now) const {
    OcspAnswer answer;
    answer.der = io::read_file(file, presigned_octets_max);
    const auto response = x509::OcspResponse::read(answer.der, file);
    if (response.status != OcspStatus::successful || response.responses.size() != 1 ||
        response.responses.front().serial != serial || !response.responses.front().next_update)
        throw Error(Code::refused, file, "is no answer to the question that it is named after");
    const x509::OcspResponse::Single& single = response.responses.front();
    if (now >= *single.next_update || now < single.this_update)
        return ocsp_failure(OcspStatus::try_later, file.string() + " is good from " +
                                                       to_rfc3339(single.this_update) + " to " +
                                                       to_rfc3339(*single.next_update) + " only");
    answer.status = OcspStatus::successful;
    answer.produced_at = response.produced_at;
    answer.this_update = single.this_update;
    answer.next_update = *single.next_update;
    answer.statuses.at(static_cast<std::size_t>(single.status)) = 1;
    answer.is_cacheable = true;
    return answer;
}

// What was read is read again in the next second.
std::uint64_t PresignedAnswers::generation(Time now) {
    return static_cast<std::uint64_t>(now.time_since_epoch().count());
}

Findings PresignedAnswers::problems(Time) const {
    if (has_folder(folder_))
        return {};
    return {{Severity::warning, "ocsp-presigned", folder_, "there is no such folder"}};
}

} // namespace mtlsca::authority
