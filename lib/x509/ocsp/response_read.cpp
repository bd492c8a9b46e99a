// Answers of OCSP responders, read back.
#include "x509/certificate/extension.h"
#include "x509/ocsp/response.h"
#include "x509/oid.h"

#include <algorithm>
#include <array>

namespace mtlsca::x509 {
namespace {

namespace der = encoding::der;

using Status = OcspSingleResponse::Status;

[[noreturn]] void refuse(const std::string& object, const std::string& reason) {
    throw Error(Code::refused, object, reason);
}

Bytes to_bytes(ByteView view) {
    return {view.begin(), view.end()};
}

OcspStatus read_status(der::Reader& response, const std::string& object) {
    const ByteView number = response.expect(der::enumerated).content;
    constexpr std::array known{OcspStatus::successful, OcspStatus::malformed_request,
                               OcspStatus::internal_error, OcspStatus::try_later, OcspStatus::unauthorized};
    const auto status = std::find_if(known.begin(), known.end(), [number](OcspStatus one) {
        return number.size() == 1 && number[0] == static_cast<std::uint8_t>(one);
    });
    if (status == known.end())
        refuse(object, "has a status that no responder gives here");
    return *status;
}

void read_revoked(der::Reader revoked, const std::string& object, OcspResponse::Single& read) {
    read.status = Status::revoked;
    read.revoked_at = revoked.time();
    if (revoked.at_end())
        return;
    der::Reader tagged = revoked.enter(der::context_constructed(0));
    const ByteView number = tagged.expect(der::enumerated).content;
    tagged.expect_end();
    revoked.expect_end();
    const auto reason = number.size() == 1 ? parse_reason(std::to_string(number[0])) : std::nullopt;
    if (!reason)
        refuse(object, "has a reason of a revocation that RFC 5280 does not know");
    read.reason = *reason;
}

OcspResponse::Single read_single(der::Reader single, const std::string& object) {
    OcspResponse::Single read;
    der::Reader id = single.enter(der::sequence);
    id.expect(der::sequence);
    id.expect(der::octet_string);
    id.expect(der::octet_string);
    read.serial = id.unsigned_integer();
    id.expect_end();
    const der::Element status = single.next();
    if (status.tag == der::context(0) && status.content.empty())
        read.status = Status::good;
    else if (status.tag == der::context_constructed(1))
        read_revoked(der::Reader(status.content, object), object, read);
    else if (status.tag != der::context(2) || !status.content.empty())
        refuse(object, "has a status of a certificate that RFC 6960 does not know");
    read.this_update = single.time();
    if (single.next_is(der::context_constructed(0))) {
        der::Reader tagged = single.enter(der::context_constructed(0));
        read.next_update = tagged.time();
        tagged.expect_end();
    }
    if (single.next_is(der::context_constructed(1))) // singleExtensions
        single.next();
    single.expect_end();
    return read;
}

void read_data(der::Reader data, const std::string& object, OcspResponse& response) {
    if (!data.next_is(der::context_constructed(1)) && !data.next_is(der::context_constructed(2)))
        refuse(object, "does not say who answers");
    data.next();
    response.produced_at = data.time();
    der::Reader responses = data.enter(der::sequence);
    while (!responses.at_end())
        response.responses.push_back(read_single(responses.enter(der::sequence), object));
    if (data.next_is(der::context_constructed(1))) // responseExtensions
        data.next();
    data.expect_end();
}

void read_certificates(der::Reader& basic, OcspResponse& response) {
    if (!basic.next_is(der::context_constructed(0)))
        return;
    der::Reader tagged = basic.enter(der::context_constructed(0));
    der::Reader certificates = tagged.enter(der::sequence);
    tagged.expect_end();
    while (!certificates.at_end())
        response.certificates.push_back(to_bytes(certificates.expect(der::sequence).whole));
}

} // namespace

OcspResponse OcspResponse::read(ByteView der, const std::string& object) {
    OcspResponse response;
    der::Reader outer(der, object);
    der::Reader whole = outer.enter(der::sequence);
    outer.expect_end();
    response.status = read_status(whole, object);
    if (response.status != OcspStatus::successful) {
        whole.expect_end();
        return response;
    }
    der::Reader tagged = whole.enter(der::context_constructed(0));
    whole.expect_end();
    der::Reader typed = tagged.enter(der::sequence);
    tagged.expect_end();
    if (typed.oid() != oid::ocsp_basic)
        refuse(object, "is not of the basic type");
    der::Reader octets(typed.expect(der::octet_string).content, object);
    typed.expect_end();
    der::Reader basic = octets.enter(der::sequence);
    octets.expect_end();
    const der::Element data = basic.expect(der::sequence);
    read_data(der::Reader(data.content, object), object, response);
    response.tbs = to_bytes(data.whole);
    response.algorithm = to_bytes(basic.expect(der::sequence).whole);
    response.signature = basic.enclosed_in_bit_string();
    read_certificates(basic, response);
    basic.expect_end();
    return response;
}

} // namespace mtlsca::x509
