// Laws: a request of which something is planned is one to OpenSSL, with the same subject and key, and has
// proven possession; what is planned is no CA, names nothing that was not asked for, and says nothing that a
// terminal obeys.
#include "law.h"

#include "io/file.h"
#include "policy/plan/plan.h"
#include "x509/openssl.h"

#include <algorithm>

using namespace mtlsca;

namespace {

constexpr std::size_t largest = 1 << 16;

const char* const settings = R"(
[ca]
name = "Acme"
[profiles.client]
validity = "10d"
keys = ["ec-p256", "ec-p384", "ec-p521", "ed25519", "rsa-2048", "rsa-3072", "rsa-4096"]
key_usages = ["digitalSignature"]
extended_key_usages = ["clientAuth"]
san_types = ["dns", "ip", "email", "uri"]
request_san = "take"
request_ou = "take"
ous = ["*"]
subject = { O = "optional", C = "optional" }
)";

struct World {
    x509::Certificate issuer = x509::Certificate::from_der(
        io::read_file(MTLSCA_VECTORS "/certificates/golden/issuing.der", largest), "issuer");
    policy::Config config = policy::check_settings(policy::read_settings(settings, "settings"), "settings");
};

void openssl_agrees(const x509::Request& request) {
    namespace openssl = x509::openssl;
    const auto theirs = openssl::from_der<openssl::Owned<X509_REQ, X509_REQ_free>, d2i_X509_REQ>(request.der);
    hold(theirs != nullptr, "OpenSSL does not read it");
    hold(openssl::to_der<i2d_X509_NAME>(X509_REQ_get_subject_name(theirs.get()), "subject") ==
             request.subject.der(),
         "another subject");
    hold(openssl::to_der<i2d_X509_PUBKEY>(X509_REQ_get_X509_PUBKEY(theirs.get()), "key") ==
             request.key.spki(),
         "another key");
}

void openssl_verifies(const x509::Request& request) {
    namespace openssl = x509::openssl;
    const auto theirs = openssl::from_der<openssl::Owned<X509_REQ, X509_REQ_free>, d2i_X509_REQ>(request.der);
    hold(X509_REQ_verify(theirs.get(), X509_REQ_get0_pubkey(theirs.get())) == 1,
         "planned without proof of possession");
}

void judge(const policy::CertificatePlan& plan, const x509::Request& request) {
    openssl_agrees(request);
    openssl_verifies(request);
    const x509::CertificateContent& content = plan.content();
    hold(!content.ca && !request.asks_for_ca, "a CA");
    for (const x509::San& san : content.sans)
        hold(std::find(request.sans.begin(), request.sans.end(), san) != request.sans.end() ||
                 san.value == request.subject.common_name(),
             "a name that nobody asked for");
    for (const x509::RelativeName& part : content.subject.parts())
        for (const x509::Attribute& attribute : part)
            hold(std::none_of(attribute.value.begin(), attribute.value.end(),
                              [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }),
                 "a control character in a subject");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const World world;
    std::optional<x509::Request> request;
    try {
        request = x509::Request::parse(ByteView(data, size), "request");
    } catch (const Error&) {
        return 0;
    }
    policy::Facts facts;
    facts.now = world.issuer.not_before() + std::chrono::hours(1);
    facts.issuer = &world.issuer;
    const policy::Planned planned = policy::plan_certificate(
        world.config, policy::find_profile(world.config, "client"), *request, {}, facts);
    if (planned.plan)
        judge(*planned.plan, *request);
    return 0;
}
