// Laws: a name that was read, as text or as DER, is to OpenSSL the same octets; what it is written as is read
// as the same name again. So are alternative names. What is refused is refused with an Error.
#include "law.h"

#include "x509/name/name.h"
#include "x509/name/san.h"
#include "x509/openssl.h"

#include <algorithm>

using namespace mtlsca;
using namespace mtlsca::x509;

namespace {

void openssl_agrees(const Name& name) {
    const auto theirs =
        openssl::from_der<openssl::Owned<X509_NAME, X509_NAME_free>, d2i_X509_NAME>(name.der());
    hold(theirs != nullptr, "OpenSSL does not read it");
    hold(openssl::to_der<i2d_X509_NAME>(theirs.get(), "name") == name.der(), "OpenSSL encodes it otherwise");
}

void try_text(std::string_view text) {
    std::optional<Name> name;
    try {
        name = Name::parse(text);
    } catch (const Error&) {
        return;
    }
    openssl_agrees(*name);
    try {
        hold(Name::parse(name->to_string()) == *name, "what it is written as is another name");
    } catch (const Error& error) {
        broken(error.reason);
    }
}

void try_der(ByteView der) {
    try {
        const Name name = Name::from_der(der);
        hold(std::equal(der.begin(), der.end(), name.der().begin(), name.der().end()), "other octets");
        openssl_agrees(name);
        static_cast<void>(name.to_string());
    } catch (const Error&) {
        return;
    }
}

void try_san(std::string_view text) {
    const SanOrFinding read = parse_san(text);
    hold(read.san.has_value() != read.finding.has_value(), "neither a name nor why not, or both");
    if (!read.san)
        return;
    hold(parse_san(to_string(*read.san)).san == read.san, "what it is written as is another SAN");
    const SansRead again = read_sans(sans_der({*read.san}));
    hold(again.findings.empty() && again.sans == std::vector{*read.san}, "as DER it is another SAN");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    try_text(text);
    try_der(ByteView(data, size));
    try_san(text);
    return 0;
}
