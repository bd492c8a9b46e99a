#include "authority/ocsp/presigned_answers.h"

#include "authority/ocsp/presigned_files.h"

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
        const io::Path file = folder_ / presigned_path(PresignedNames::request, plain, id.serial);
        OcspAnswer answer =
            PresignedAnswer(io::read_file(file, presigned_octets_max), file, id.serial).answer(now);
        answer.is_cacheable = answer.is_cacheable && !asked->nonce;
        return answer;
    } catch (const Error& error) {
        if (error.code != Code::not_found)
            return ocsp_failure(OcspStatus::internal_error, error.what());
        return ocsp_failure(OcspStatus::unauthorized,
                            "there is no answer about serial " + encoding::to_upper_hex(id.serial));
    }
}

// What was read is read again in the next second.
std::uint64_t PresignedAnswers::generation(Time now) {
    return static_cast<std::uint64_t>(now.time_since_epoch().count());
}

Findings PresignedAnswers::problems(Time now) const {
    const auto problem = [&](std::string detail) {
        return Findings{{Severity::warning, "ocsp-presigned", folder_, std::move(detail)}};
    };
    if (!has_folder(folder_))
        return problem("there is no such folder");
    try {
        const auto end = end_of_presigned_files(folder_);
        if (!end)
            return problem("no run of mtlsca ocsp presign was finished there");
        if (now >= *end)
            return problem("answers have ended since " + to_rfc3339(*end) +
                           ": mtlsca ocsp presign makes new ones");
    } catch (const Error& error) {
        return problem(error.what());
    }
    return {};
}

std::optional<Time> PresignedAnswers::first_presigned_end(Time) const {
    try {
        return end_of_presigned_files(folder_);
    } catch (const Error&) {
        return std::nullopt; // problems() tells
    }
}

} // namespace mtlsca::authority
