#include "encoding/der.h"
#include "x509/certificate/extension.h"
#include "x509/oid.h"
#include "x509/request/request.h"

namespace mtlsca::x509 {

namespace der = encoding::der;

Bytes make_ca_request(const Name& subject, const PrivateKey& key) {
    const Bytes constraints = der::element(der::sequence, {der::boolean_element(true)});
    const Bytes usages = der::bit_string_element(Bytes{0x80U >> 5 | 0x80U >> 6}, 1); // RFC 5280 4.2.1.3
    const Bytes extensions =
        der::element(der::sequence, {encode_extension(oid::basic_constraints, true, constraints),
                                     encode_extension(oid::key_usage, true, usages)});
    const Bytes attribute = der::element(
        der::sequence, {der::oid_element(oid::extension_request), der::element(der::set, {extensions})});
    // RFC 2986 4.1: version 1 is written 0.
    const Bytes info =
        der::element(der::sequence, {der::integer_element(0), subject.der(), key.public_key().spki(),
                                     der::element(der::context_constructed(0), {attribute})});
    const Bytes algorithm = signature_algorithm(key.public_key());
    return der::element(der::sequence, {info, algorithm, der::bit_string_element(sign(key, info))});
}

} // namespace mtlsca::x509
