#include "x509/signature/signed.h"

#include "encoding/der.h"
#include "x509/openssl.h"

namespace mtlsca::x509 {

namespace der = encoding::der;

Signed read_signed(ByteView bytes, const std::string& object) {
    der::Reader outer(bytes, object);
    der::Reader reader = outer.enter(der::sequence);
    outer.expect_end();
    Signed parts;
    parts.tbs = reader.expect(der::sequence).whole;
    parts.algorithm = reader.expect(der::sequence).whole;
    const ByteView bits = reader.expect(der::bit_string).content;
    reader.expect_end();
    if (bits.empty() || bits[0] != 0)
        throw Error(Code::refused, object, "the signature is no whole number of octets");
    parts.signature = bits.subspan(1);
    return parts;
}

void expect_algorithm(ByteView algorithm, const std::string& object) {
    der::Reader outer(algorithm, object);
    der::Reader parts = outer.enter(der::sequence);
    parts.oid();
    if (!parts.at_end())
        parts.next();
    parts.expect_end();
}

std::string algorithm_name(ByteView algorithm) {
    der::Reader outer(algorithm, "signature algorithm");
    const std::string dotted = outer.enter(der::sequence).oid();
    const int nid = OBJ_txt2nid(dotted.c_str());
    return nid == NID_undef ? dotted : OBJ_nid2ln(nid);
}

void rethrow_about(const std::string& object) {
    try {
        throw;
    } catch (const Error& error) {
        if (error.object == object)
            throw;
        throw Error(error.code, object,
                    error.object.empty() ? error.reason : error.object + ": " + error.reason, error.hint);
    }
}

} // namespace mtlsca::x509
