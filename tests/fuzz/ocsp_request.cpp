// Law: whatever the octets, a Responder answers with a response that can be read; it says good of a serial
// that was issued, and of no other; and what is successful is signed.
//
// The corpus asks about golden/client.der. The CA here is another one with the same serial, so that the
// hashes of the golden issuer are replaced by its own wherever the input has them.
#include "law.h"

#include "authority/made_ca.h"
#include "authority/ocsp/responder.h"

#include <algorithm>
#include <array>

using namespace made_ca;

namespace {

constexpr std::array all_hashes{x509::OcspHash::sha1, x509::OcspHash::sha256, x509::OcspHash::sha384,
                                x509::OcspHash::sha512};

class GoldenSerial final : public x509::SerialSource {
public:
    Bytes next() override { return {0x01, 0x01}; }
};

x509::Certificate golden(const char* name) {
    const std::string path = std::string(MTLSCA_VECTORS "/certificates/golden/") + name + ".der";
    constexpr std::size_t largest = 1 << 16;
    return x509::Certificate::from_der(io::read_file(path, largest), path);
}

class World {
public:
    World() {
        authority::Ca ca = made_.open();
        authority::renew_delegates(ca, made_.run("ocsp"));
        GoldenSerial serials;
        const authority::Run run{made_.clock, serials, "issue", "fuzzer"};
        const auto key = x509::PrivateKey::generate(x509::KeyType::ec_p256);
        issued_ = authority::issue(ca, run, *MadeCa::plan(ca, run, "alice").plan, key.public_key()).serial;
        const x509::Certificate before = golden("issuing");
        for (const x509::OcspHash hash : all_hashes) {
            learn(hash, before.subject().der(), ca.issuing().certificate.subject().der());
            learn(hash, before.public_key().key_octets(), ca.issuing().certificate.public_key().key_octets());
        }
        responder_.emplace(made_.open(), made_.clock.now());
    }

    // Whether the input was answered with good: a corpus of which nothing is would prove nothing.
    bool ask(Bytes input) {
        for (const auto& [from, to] : replacements_)
            for (auto at = input.begin();
                 (at = std::search(at, input.end(), from.begin(), from.end())) != input.end();)
                at = std::copy(to.begin(), to.end(), at);
        const authority::OcspAnswer answer = responder_->answer(input, made_.clock.now());
        return judge(answer);
    }

private:
    void learn(x509::OcspHash hash, ByteView from, ByteView to) {
        replacements_.emplace_back(x509::ocsp_digest(hash, from), x509::ocsp_digest(hash, to));
    }

    bool judge(const authority::OcspAnswer& answer) const {
        bool is_good = false;
        try {
            const auto response = x509::OcspResponse::read(answer.der, "answer");
            if (response.status != answer.status || response.status == x509::OcspStatus::internal_error)
                broken("an answer with another status than it says, or internalError");
            if (response.status != x509::OcspStatus::successful)
                return false;
            if (response.responses.empty() || response.certificates.size() != 1)
                broken("a successful answer about nobody, or by nobody");
            for (const auto& single : response.responses)
                if (single.status == x509::OcspSingleResponse::Status::good) {
                    is_good = true;
                    if (single.serial != issued_)
                        broken("good for a serial that was not issued");
                }
            const auto signer = x509::Certificate::from_der(response.certificates[0], "signer");
            if (!verify(signer.public_key(), response.algorithm, response.tbs, response.signature))
                broken("a signature that does not verify");
        } catch (const Error& error) {
            broken(error.what());
        }
        return is_good;
    }

    MadeCa made_;
    Bytes issued_;
    std::vector<std::pair<Bytes, Bytes>> replacements_;
    std::optional<authority::Responder> responder_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    static const bool reaches_good =
        world.ask([] { return io::read_file(MTLSCA_VECTORS "/ocsp/plain.der", std::size_t{1} << 16); }());
    if (!reaches_good)
        broken("the corpus reaches no good answer");
    world.ask(Bytes(data, data + size));
    return 0;
}
