// Requests (PKCS#10, RFC 2986) with P-256 keys, as hosts send them.
//
//   make_requests FOLDER COUNT
//
// FOLDER/host-00000001.csr, …; nobody has the keys.
#include "leaf_template.h"

#include "encoding/der.h"
#include "encoding/pem.h"
#include "io/file.h"

#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <fstream>

namespace mtlsca::bench {
namespace {

namespace der = encoding::der;

Bytes make_request(const std::string& name) {
    const auto key = x509::PrivateKey::generate(x509::KeyType::ec_p256);
    const Bytes body = der::element(
        der::sequence, {der::integer_element(0), x509::Name::parse("CN=" + name).der(),
                        key.public_key().spki(), der::element(der::context_constructed(0), ByteView{})});
    return der::element(der::sequence, {body, x509::signature_algorithm(key.public_key()),
                                        der::bit_string_element(x509::sign(key, body))});
}

void run(const std::string& folder, std::size_t count) {
    for (std::size_t number = 1; number <= count; ++number) {
        const std::string name = fmt::format("host-{:08}", number);
        std::ofstream file(folder + "/" + name + ".csr");
        file << encoding::to_pem("CERTIFICATE REQUEST", make_request(name));
        require(file.good(), "a request cannot be written");
    }
}

} // namespace
} // namespace mtlsca::bench

int main(int count, char** arguments) {
    return mtlsca::bench::run_program("make_requests", [&] {
        mtlsca::bench::require(count == 3, "FOLDER COUNT");
        mtlsca::bench::run(arguments[1], std::stoull(arguments[2]));
    });
}
