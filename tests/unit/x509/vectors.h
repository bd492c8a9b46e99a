// What the tests of this room share: the files of tests/vectors, and ill-treatment of them.
#pragma once

#include "io/file.h"
#include "temporary_folder.h"
#include "x509/certificate/certificate.h"
#include "x509/crl/crl.h"

namespace vectors {

inline std::string path(const std::string& name) {
    return std::string(MTLSCA_VECTORS) + "/" + name;
}
inline mtlsca::Bytes file(const std::string& name) {
    constexpr std::size_t largest = 1 << 20;
    return mtlsca::io::read_file(path(name), largest);
}
inline mtlsca::x509::Certificate certificate(const std::string& name) {
    return mtlsca::x509::Certificate::from_der(file("certificates/" + name + ".der"), name);
}
inline mtlsca::x509::PrivateKey key(const std::string& name) {
    return mtlsca::x509::PrivateKey::open(path("certificates/" + name + ".key"),
                                          [] { return mtlsca::Secret(); });
}
// What is read where the key was written to a file.
inline mtlsca::x509::PrivateKey reopened(const mtlsca::Secret& pem,
                                         const mtlsca::x509::PrivateKey::AskPassphrase& passphrase) {
    const ::TemporaryFolder folder;
    const mtlsca::io::Path path = folder.path() / "key";
    mtlsca::io::write_file(path, pem.view(), mtlsca::io::Mode::private_file);
    return mtlsca::x509::PrivateKey::open(path.string(), passphrase);
}
inline mtlsca::Time time(const char* text) {
    return mtlsca::parse_time(text).value();
}

using TemporaryFolder = ::TemporaryFolder;

// Every prefix of `bytes`, and every one of them with a single octet changed, goes to `reader`, which must
// take it or throw an Error; the sanitizers watch for more.
template <class Reader>
void maltreat(const mtlsca::Bytes& bytes, Reader reader) {
    const auto attempt = [&](mtlsca::ByteView view) {
        try {
            reader(view);
        } catch (const mtlsca::Error& error) {
            if (error.object != "hostile")
                throw;
        }
    };
    for (std::size_t size = 0; size < bytes.size(); ++size)
        attempt(mtlsca::Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)));
    for (std::size_t position = 0; position < bytes.size(); ++position)
        for (const int change : {0x01, 0x20, 0x80, 0xff}) {
            mtlsca::Bytes changed = bytes;
            changed[position] = static_cast<std::uint8_t>(changed[position] ^ change);
            attempt(changed);
        }
}

} // namespace vectors
