// PKCS#7 (RFC 2315, RFC 5652) as a bag of certificates: what Windows and Java call a .p7b.
#include "encoding/der.h"
#include "x509/oid.h"
#include "x509/pkcs12.h"

namespace mtlsca::x509 {

namespace der = encoding::der;

Bytes make_pkcs7(const std::vector<Certificate>& certificates) {
    std::vector<Bytes> elements;
    for (const Certificate& certificate : certificates)
        elements.push_back(certificate.der());
    Bytes set = der::set_of(std::move(elements));
    set[0] = der::context_constructed(0); // [0] IMPLICIT SET OF

    // RFC 5652 5.1: version 1 with plain certificates and data as content type.
    const Bytes signed_data =
        der::element(der::sequence, {der::integer_element(1), der::set_of({}) /* digest algorithms */,
                                     der::element(der::sequence, {der::oid_element(oid::pkcs7_data)}), set,
                                     der::set_of({}) /* signers */});
    return der::element(der::sequence, {der::oid_element(oid::pkcs7_signed_data),
                                        der::element(der::context_constructed(0), {signed_data})});
}

} // namespace mtlsca::x509
