#include "x509/request/request.h"

#include "encoding/pem.h"
#include "x509/certificate/extension.h"
#include "x509/oid.h"
#include "x509/openssl.h"
#include "x509/signature/signature.h"
#include "x509/signature/signed.h"

#include <set>
#include <utility>

namespace mtlsca::x509 {

namespace der = encoding::der;

namespace {

Bytes to_request_der(ByteView input, const std::string& object) {
    constexpr const char* hint = "a PKCS#10 request in PEM or DER is expected, as from: openssl req -new";
    if (!encoding::looks_like_pem(input)) {
        if (input.empty() || input[0] != der::sequence)
            throw Error(Code::refused, object, "is no certificate request", hint);
        return {input.begin(), input.end()};
    }
    std::vector<Bytes> requests;
    for (encoding::PemBlock& block : encoding::read_pem(as_text(input), object))
        if (block.label == "CERTIFICATE REQUEST" || block.label == "NEW CERTIFICATE REQUEST")
            requests.push_back(std::move(block.der));
    if (requests.empty())
        throw Error(Code::refused, object, "holds no certificate request", hint);
    if (requests.size() > 1)
        throw Error(Code::refused, object,
                    "holds " + std::to_string(requests.size()) + " certificate requests",
                    "give each one in a file of its own");
    return std::move(requests.front());
}

// The part of a request that is being read; what it says goes to `request`.
class RequestReader {
public:
    RequestReader(Request& request, const std::string& object) : request_(request), object_(object) {}

    // What is to be verified: views into the request's DER.
    Signed read() {
        const Signed parts = read_signed(request_.der, object_);
        der::Reader info = der::Reader(parts.tbs, object_).enter(der::sequence);
        if (const std::uint64_t version = info.small_integer(); version != 0) // RFC 2986 4.1
            add("request-version", "version", "is " + std::to_string(version) + "; RFC 2986 knows only 0");
        const ByteView subject = info.expect(der::sequence).whole;
        const ByteView spki = info.expect(der::sequence).whole;
        try {
            request_.subject = Name::from_der(subject);
            request_.key = PublicKey::from_spki(spki);
        } catch (const Error&) {
            rethrow_about(object_);
        }
        // RFC 2986 4.1 wants the attributes, empty ones too; some encoders leave them out, OpenSSL lets them.
        if (!info.at_end())
            read_attributes(info.enter(der::context_constructed(0)));
        info.expect_end();
        return parts;
    }

private:
    void add(const char* rule, std::string subject, std::string detail) {
        request_.findings.push_back({Severity::error, rule, std::move(subject), std::move(detail)});
    }

    void read_attributes(der::Reader attributes) {
        int extension_requests = 0;
        while (!attributes.at_end()) {
            der::Reader attribute = attributes.enter(der::sequence);
            const std::string type = attribute.oid();
            der::Reader values = attribute.enter(der::set);
            attribute.expect_end();
            if (type != oid::extension_request && type != oid::microsoft_extension_request)
                continue;
            do { // RFC 2986 4.1: SIZE (1..MAX); RFC 2985 5.4.2: a single value
                ++extension_requests;
                read_extensions(values.enter(der::sequence));
            } while (!values.at_end());
        }
        if (extension_requests > 1)
            add("attribute-duplicate", "extensionRequest",
                "is there " + std::to_string(extension_requests) + " times; once is allowed");
    }

    void read_extensions(der::Reader list) {
        while (!list.at_end()) {
            const Extension extension = read_extension(list);
            request_.extensions.push_back(
                {extension.oid, openssl::object_name(extension.oid), extension.critical});
            const std::string& name = request_.extensions.back().name;
            if (!seen_extensions_.insert(extension.oid).second) // RFC 5280 4.2
                add("extension-duplicate", "extension " + name, "is there more than once");
            try {
                read_known(extension);
            } catch (const Error& error) {
                add("extension-malformed", "extension " + name, error.reason);
            }
        }
    }

    void read_known(const Extension& extension) {
        if (extension.oid == oid::subject_alternative_name)
            read_sans(extension.value);
        else if (extension.oid == oid::basic_constraints)
            read_basic_constraints(extension.value);
        else if (extension.oid == oid::key_usage)
            read_key_usage(extension.value);
    }

    void read_sans(ByteView value) {
        SansRead read = x509::read_sans(value);
        for (San& san : read.sans)
            if (seen_sans_.insert(san).second)
                request_.sans.push_back(std::move(san));
        for (Finding& finding : read.findings)
            request_.findings.push_back(std::move(finding));
    }

    void read_basic_constraints(ByteView value) {
        der::Reader outer(value, object_);
        der::Reader constraints = outer.enter(der::sequence);
        outer.expect_end();
        if (constraints.next_is(der::boolean) && constraints.boolean_value())
            request_.asks_for_ca = true;
        if (!constraints.at_end())
            constraints.small_integer();
        constraints.expect_end();
    }

    // KeyUsage bits of RFC 5280 4.2.1.3; bit 0 is the highest of the first octet.
    void read_key_usage(ByteView value) {
        der::Reader outer(value, object_);
        const ByteView bits = outer.expect(der::bit_string).content;
        outer.expect_end();
        if (bits.empty() || bits[0] > 7 || (bits.size() == 1 && bits[0] != 0))
            throw Error(Code::refused, object_, "malformed DER: a BIT STRING counts its unused bits wrongly");
        const unsigned first = bits.size() > 1 ? bits[1] : 0U;
        request_.asks_for_cert_sign = request_.asks_for_cert_sign || (first & 0x80U >> 5) != 0;
        request_.asks_for_crl_sign = request_.asks_for_crl_sign || (first & 0x80U >> 6) != 0;
    }

    Request& request_;
    const std::string& object_;
    std::set<std::string> seen_extensions_;
    std::set<San> seen_sans_;
};

std::string signature_problem(ByteView algorithm) {
    try {
        const std::string name = algorithm_name(algorithm);
        return "it is wrong, or " + name +
               " is not accepted (SHA-256, SHA-384 or SHA-512 with ECDSA or RSA, and "
               "Ed25519, are)";
    } catch (const Error&) {
        return "its algorithm is malformed";
    }
}

} // namespace

UnverifiedRequest UnverifiedRequest::parse(ByteView pem_or_der, const std::string& object) {
    UnverifiedRequest read;
    Bytes& der = read.request_.der;
    der = to_request_der(pem_or_der, object);
    const Signed parts = RequestReader(read.request_, object).read();
    const auto stretch = [&](ByteView part) {
        return Stretch{static_cast<std::size_t>(part.data() - der.data()), part.size()};
    };
    read.body_ = stretch(parts.tbs);
    read.algorithm_ = stretch(parts.algorithm);
    read.signature_ = stretch(parts.signature);
    return read;
}

ByteView UnverifiedRequest::at(Stretch stretch) const {
    return ByteView(request_.der).subspan(stretch.first, stretch.size);
}

std::vector<Request> verify_all(std::vector<UnverifiedRequest> requests) {
    std::vector<SignedMessage> messages;
    for (const UnverifiedRequest& one : requests)
        messages.push_back(
            {&one.request_.key, one.at(one.algorithm_), one.at(one.body_), one.at(one.signature_)});
    const std::vector<bool> good = verify_all(messages);
    std::vector<Request> verified;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        if (!good[i]) {
            const PublicKey& key = requests[i].request_.key;
            const std::string problem =
                key.handle() == nullptr
                    ? "was not checked, because " + key.algorithm() + " keys are not certified"
                    : "does not prove possession of the key: " + signature_problem(messages[i].algorithm);
            requests[i].request_.findings.push_back(
                {Severity::error, "request-signature", "signature", problem});
        }
        verified.push_back(std::move(requests[i].request_));
    }
    return verified;
}

Request Request::parse(ByteView pem_or_der, const std::string& object) {
    std::vector<UnverifiedRequest> one;
    one.push_back(UnverifiedRequest::parse(pem_or_der, object));
    return std::move(verify_all(std::move(one)).front());
}

} // namespace mtlsca::x509
