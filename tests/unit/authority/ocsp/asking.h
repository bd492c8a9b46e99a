// Requests as clients make them, and a responder to ask.
#pragma once

#include "../made_ca.h"
#include "authority/ocsp/responder.h"
#include "encoding/der.h"

#include <catch2/catch.hpp>

namespace asking {

using namespace made_ca;
namespace der = mtlsca::encoding::der;
using Status = x509::OcspSingleResponse::Status;

inline Bytes question(const x509::Certificate& issuer, const std::vector<Bytes>& serials,
                      x509::OcspHash hash = x509::OcspHash::sha1, ByteView nonce = {}) {
    constexpr std::array oids{"1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2",
                              "2.16.840.1.101.3.4.2.3"};
    const auto sequence = [](std::initializer_list<ByteView> parts) {
        return der::element(der::sequence, parts);
    };
    Bytes list;
    for (const Bytes& serial : serials)
        append(list, sequence({sequence(
                         {sequence({der::oid_element(oids[static_cast<std::size_t>(hash)])}),
                          der::octet_string_element(ocsp_digest(hash, issuer.subject().der())),
                          der::octet_string_element(ocsp_digest(hash, issuer.public_key().key_octets())),
                          der::unsigned_element(serial)})}));
    Bytes extensions;
    if (!nonce.empty())
        extensions = der::element(
            der::context_constructed(2),
            {sequence({sequence({der::oid_element("1.3.6.1.5.5.7.48.1.2"),
                                 der::octet_string_element(der::octet_string_element(nonce))})})});
    return sequence({sequence({der::element(der::sequence, list), extensions})});
}

// Delegates of all CAs made, and one responder that is not this process's last writer.
class Asked {
public:
    explicit Asked(bool one_tier = false) : made(one_tier) {
        authority::Ca ca = made.open();
        REQUIRE(authority::renew_delegates(ca, made.run("ocsp")).failures.empty());
        responder.emplace(made.open(), made.clock.now());
    }

    authority::OcspAnswer ask(const Bytes& request) { return responder->answer(request, made.clock.now()); }
    // About one certificate of the issuing CA; the answer is checked as a client would.
    Status status_of(const Bytes& serial) { return status_of(made.open().issuing(), serial); }
    Status status_of(const authority::Tier& issuer, const Bytes& serial) {
        const authority::OcspAnswer answer = ask(question(issuer.certificate, {serial}));
        REQUIRE(answer.status == x509::OcspStatus::successful);
        const auto response = x509::OcspResponse::read(answer.der, "answer");
        REQUIRE(response.certificates.size() == 1);
        const auto delegate = x509::Certificate::from_der(response.certificates[0], "delegate");
        CHECK(delegate.is_signed_by(issuer.certificate.public_key()));
        CHECK(verify(delegate.public_key(), response.algorithm, response.tbs, response.signature));
        REQUIRE(response.responses.size() == 1);
        CHECK(response.responses[0].serial == serial);
        CHECK(response.responses[0].next_update == answer.next_update);
        return response.responses[0].status;
    }

    MadeCa made;
    std::optional<authority::Responder> responder;
};

} // namespace asking
