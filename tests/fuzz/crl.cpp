// Law: a CRL that our reader accepts is one to OpenSSL, too, which finds the same issuer and the same serials
// in the same order; and none of them is missed by find().
#include "law.h"

#include "x509/crl/crl.h"
#include "x509/openssl.h"

#include <algorithm>

using namespace mtlsca;
using namespace mtlsca::x509;

namespace {

Bytes serial_of(const X509_REVOKED* revoked) {
    const ASN1_INTEGER* serial = X509_REVOKED_get0_serialNumber(revoked);
    const std::uint8_t* octets = ASN1_STRING_get0_data(serial);
    return Bytes(octets, octets + ASN1_STRING_length(serial));
}

Bytes without_leading_zeros(ByteView number) {
    Bytes significant(number.begin(), number.end());
    while (significant.size() > 1 && significant[0] == 0)
        significant.erase(significant.begin());
    return significant;
}

void compare(const Crl& ours, ByteView der) {
    const auto theirs = openssl::from_der<openssl::Owned<X509_CRL, X509_CRL_free>, d2i_X509_CRL>(der);
    hold(theirs != nullptr, "OpenSSL does not read it");
    hold(openssl::to_der<i2d_X509_NAME>(X509_CRL_get_issuer(theirs.get()), "issuer") == ours.issuer().der(),
         "another issuer");
    STACK_OF(X509_REVOKED)* revoked = X509_CRL_get_REVOKED(theirs.get());
    const int count = revoked == nullptr ? 0 : sk_X509_REVOKED_num(revoked);
    hold(ours.entries() == static_cast<std::uint64_t>(count), "another number of entries");
    int at = 0;
    ours.for_each([&](const Crl::Entry& entry) {
        hold(without_leading_zeros(entry.serial) ==
                 without_leading_zeros(serial_of(sk_X509_REVOKED_value(revoked, at++))),
             "another serial");
        hold(ours.find(entry.serial).has_value(), "an entry that is not found");
        return true;
    });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView der(data, size);
    std::optional<Crl> crl;
    try {
        crl = Crl::read(der, "crl");
    } catch (const Error&) {
        return 0;
    }
    compare(*crl, der);
    return 0;
}
