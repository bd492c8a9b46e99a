#include "x509/certificate/extension.h"

#include "error.h"

#include <algorithm>

namespace mtlsca::x509 {

namespace der = encoding::der;

Bytes encode_extension(const char* oid, bool critical, ByteView value) {
    // critical is DEFAULT FALSE, which DER leaves out.
    const Bytes flag = critical ? der::boolean_element(true) : Bytes{};
    return der::element(der::sequence, {der::oid_element(oid), flag, der::octet_string_element(value)});
}

Extension read_extension(der::Reader& extensions) {
    der::Reader reader = extensions.enter(der::sequence);
    Extension extension;
    extension.oid = reader.oid();
    if (reader.next_is(der::boolean)) // some issuers write the default, FALSE: everybody reads it
        extension.critical = reader.boolean_value();
    extension.value = reader.expect(der::octet_string).content;
    reader.expect_end();
    return extension;
}

void for_each_extension(der::Reader extensions, const std::string& object,
                        const std::function<void(const Extension&)>& visitor) {
    // Nobody has so many kinds; the search below must stay short for hostile input.
    constexpr std::size_t most_extensions = 100;
    std::vector<std::string> seen;
    while (!extensions.at_end()) {
        const Extension extension = read_extension(extensions);
        if (std::find(seen.begin(), seen.end(), extension.oid) != seen.end())
            throw Error(Code::refused, object, "has the extension " + extension.oid + " twice");
        if (seen.size() == most_extensions)
            throw Error(Code::refused, object, "has more than 100 extensions");
        seen.push_back(extension.oid);
        visitor(extension);
    }
}

Bytes read_key_identifier(ByteView authority_key_identifier, const std::string& object) {
    der::Reader outer(authority_key_identifier, object);
    der::Reader reader = outer.enter(der::sequence);
    outer.expect_end();
    if (!reader.next_is(der::context(0)))
        return {};
    const ByteView identifier = reader.next().content;
    return {identifier.begin(), identifier.end()};
}

Bytes encode_authority_key_identifier(ByteView key_identifier) {
    return der::element(der::sequence, {der::element(der::context(0), key_identifier)});
}

} // namespace mtlsca::x509
