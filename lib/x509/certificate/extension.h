// An X.509 extension as certificates, CRLs and their entries carry it (RFC 5280 4.1). Internal to lib/x509.
#pragma once

#include "encoding/der.h"

#include <functional>

namespace mtlsca::x509 {

struct Extension {
    std::string oid;
    bool critical = false;
    ByteView value; // content of the OCTET STRING
};

Bytes encode_extension(const char* oid, bool critical, ByteView value);
// The next Extension of a SEQUENCE OF them.
Extension read_extension(encoding::der::Reader& extensions);
// Every Extension of a SEQUENCE OF them. Error(refused, object) where a kind comes twice (RFC 5280 4.2):
// whoever reads the first and whoever reads the last one would see different things.
void for_each_extension(encoding::der::Reader extensions, const std::string& object,
                        const std::function<void(const Extension&)>& visitor);
// keyIdentifier of an AuthorityKeyIdentifier; empty where it has none.
Bytes read_key_identifier(ByteView authority_key_identifier, const std::string& object);
Bytes encode_authority_key_identifier(ByteView key_identifier);

} // namespace mtlsca::x509
