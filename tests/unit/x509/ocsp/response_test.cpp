#include "x509/ocsp/response.h"

#include "../vectors.h"
#include "encoding/der.h"
#include "encoding/hex.h"
#include "refusal.h"
#include "x509/ocsp/request.h"

#include <catch2/catch.hpp>

using namespace mtlsca;
using namespace mtlsca::x509;

namespace {

using Status = OcspSingleResponse::Status;

constexpr const char* begin = "2026-02-01T00:00:00Z";
constexpr const char* end = "2026-02-02T00:00:00Z";

Bytes signed_by(const PrivateKey& key, const Certificate* delegate,
                const std::vector<OcspSingleResponse>& responses, std::optional<ByteView> nonce = {}) {
    OcspResponseContent content;
    content.produced_at = vectors::time(begin);
    content.responses = responses;
    content.nonce = nonce;
    return OcspSigner(key, delegate).sign(content);
}

std::vector<OcspSingleResponse> answers_to(const OcspRequest& request, Status status) {
    std::vector<OcspSingleResponse> responses;
    for (const OcspCertificateId& id : request.certificates)
        responses.push_back({id.whole, status, vectors::time("2026-01-15T12:00:00Z"),
                             RevocationReason::key_compromise, vectors::time(begin), vectors::time(end)});
    return responses;
}

} // namespace

TEST_CASE("an error is a response of five octets with its number (RFC 6960 4.2.1)") {
    CHECK(encoding::to_hex(ocsp_error(OcspStatus::malformed_request)) == "30030a0101");
    CHECK(encoding::to_hex(ocsp_error(OcspStatus::internal_error)) == "30030a0102");
    CHECK(encoding::to_hex(ocsp_error(OcspStatus::try_later)) == "30030a0103");
    CHECK(encoding::to_hex(ocsp_error(OcspStatus::unauthorized)) == "30030a0106");
    CHECK(OcspResponse::read(ocsp_error(OcspStatus::try_later), "it").status == OcspStatus::try_later);
}

TEST_CASE(
    "a response says of each certificate what it was given, in a signature that verifies, for every key") {
    const Bytes bytes = vectors::file("ocsp/several.der");
    const OcspRequest request = OcspRequest::read(bytes);
    for (const KeyType type : all_key_types) {
        INFO(to_string(type));
        const PrivateKey key = PrivateKey::generate(type);
        auto singles = answers_to(request, Status::good);
        singles[1].status = Status::revoked;
        singles[2].status = Status::unknown;
        const OcspResponse response =
            OcspResponse::read(signed_by(key, nullptr, singles, as_bytes("0123")), "it");
        CHECK(verify(key.public_key(), response.algorithm, response.tbs, response.signature));
        CHECK(response.produced_at == vectors::time(begin));
        REQUIRE(response.responses.size() == 3);
        CHECK(response.responses[0].status == Status::good);
        CHECK(response.responses[1].status == Status::revoked);
        CHECK(response.responses[2].status == Status::unknown);
        CHECK(response.responses[1].revoked_at == vectors::time("2026-01-15T12:00:00Z"));
        CHECK(response.responses[1].reason == RevocationReason::key_compromise);
        CHECK(response.responses[1].serial == Bytes{0x12, 0x34});
        CHECK(response.responses[2].next_update == vectors::time(end));
        CHECK(response.certificates.empty());
    }
}

TEST_CASE("one signer signs again and again") {
    const Bytes bytes = vectors::file("ocsp/plain.der");
    const PrivateKey key = PrivateKey::generate(KeyType::ec_p256);
    OcspSigner signer(key, nullptr);
    const auto singles = answers_to(OcspRequest::read(bytes), Status::good);
    OcspResponseContent content;
    content.responses = singles;
    for (int i = 0; i < 3; ++i) {
        const OcspResponse response = OcspResponse::read(signer.sign(content), "it");
        CHECK(verify(key.public_key(), response.algorithm, response.tbs, response.signature));
    }
}

TEST_CASE("the delegate's certificate goes along, and the answer repeats CertID and nonce octet for octet") {
    const Bytes bytes = vectors::file("ocsp/nonce.der");
    const OcspRequest request = OcspRequest::read(bytes);
    const Certificate delegate = vectors::certificate("golden/responder");
    const Bytes answer = signed_by(PrivateKey::generate(KeyType::ec_p256), &delegate,
                                   answers_to(request, Status::good), request.nonce);
    REQUIRE(OcspResponse::read(answer, "it").certificates.size() == 1);
    CHECK(OcspResponse::read(answer, "it").certificates[0] == delegate.der());
    CHECK(as_text(answer).find(as_text(request.certificates[0].whole)) != std::string_view::npos);
    CHECK(as_text(answer).find(as_text(encoding::der::octet_string_element(*request.nonce))) !=
          std::string_view::npos);
}

TEST_CASE("responses that are cut off or changed in one octet are read or refused") {
    const Bytes bytes = vectors::file("ocsp/several.der");
    vectors::maltreat(
        signed_by(vectors::key("root"), nullptr, answers_to(OcspRequest::read(bytes), Status::revoked)),
        [](ByteView view) { OcspResponse::read(view, "hostile"); });
}
