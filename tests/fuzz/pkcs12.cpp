// Laws of files with a private key that were made elsewhere, PKCS#12 before all: a key that is opened is the
// one that OpenSSL finds with the same passphrase, and is the same once we have written it; a file that would
// have its passphrase hashed for more than seconds is refused before anybody is asked for it.
//
// A PKCS#12 file is tried once more with a MAC that is right: a change of anything would else be found by the
// MAC, and nothing behind it tried.
#include "memory_file.h"

#include "io/file.h"
#include "x509/key/key.h"
#include "x509/key/passphrase_work.h"
#include "x509/openssl.h"

#include <optional>

using namespace mtlsca;
using namespace mtlsca::x509;

namespace {

constexpr const char* passphrase = "geheim"; // of tests/vectors/keystores

// What would take longer than it is worth here.
constexpr std::uint64_t many_rounds = 5000;

struct Opened {
    std::optional<PrivateKey> key;
    bool was_asked = false;
};

Opened open(ByteView octets) {
    const MemoryFile file(octets);
    Opened opened;
    try {
        opened.key = PrivateKey::open(file.path(), [&] {
            opened.was_asked = true;
            return Secret(passphrase);
        });
    } catch (const Error& error) {
        hold(error.code == Code::secret && !error.reason.empty(), "refused without a reason");
    }
    return opened;
}

openssl::PkeyPtr key_by_openssl(PKCS12* file) {
    for (const char* word : {passphrase, "", static_cast<const char*>(nullptr)}) {
        EVP_PKEY* key = nullptr;
        if (PKCS12_parse(file, word, &key, nullptr, nullptr) == 1 && key != nullptr)
            return openssl::PkeyPtr(key);
    }
    return nullptr;
}

void is_the_same_again(const PrivateKey& key) {
    const PublicKey& half = key.public_key();
    hold(openssl::to_der<i2d_PUBKEY>(key.handle(), "key") == half.spki(), "another public key");
    if (!half.type())
        return;
    const Secret pem = key.to_pem();
    const Opened again = open(as_bytes(pem.view()));
    hold(again.key && !again.was_asked && again.key->public_key().spki() == half.spki(),
         "what it is written as is another key");
}

void try_open(ByteView octets, PKCS12* file) {
    const std::uint64_t rounds = passphrase_rounds(as_text(octets));
    if (rounds > many_rounds && rounds <= most_passphrase_rounds)
        return;
    const Opened opened = open(octets);
    hold(rounds <= most_passphrase_rounds || (!opened.key && !opened.was_asked), "hours of work are begun");
    if (!opened.key)
        return;
    if (file != nullptr) {
        const openssl::PkeyPtr theirs = key_by_openssl(file);
        hold(theirs && EVP_PKEY_eq(theirs.get(), opened.key->handle()) == 1,
             "another key than OpenSSL finds");
    }
    is_the_same_again(*opened.key);
}

// A corpus of which nothing is opened would prove nothing.
bool corpus_is_opened() {
    constexpr std::size_t largest = 1 << 16;
    for (const char* name : {"modern.p12", "plain.p12", "triple_des.p12", "encrypted.pem", "scrypt.der"}) {
        const Opened opened = open(io::read_file(std::string(MTLSCA_VECTORS "/keystores/") + name, largest));
        hold(opened.key && opened.was_asked, "a keystore of the corpus is not opened");
    }
    return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool reaches_keys = corpus_is_opened();
    static_cast<void>(reaches_keys);
    const ByteView octets(data, size);
    const openssl::QuietErrors quiet;
    const auto file = openssl::from_der<openssl::Pkcs12Ptr, d2i_PKCS12>(octets);
    try_open(octets, file.get());
    unsigned char salt[8] = {};
    if (file && PKCS12_set_mac(file.get(), passphrase, -1, salt, sizeof salt, 1, EVP_sha256()) == 1)
        try_open(openssl::to_der<i2d_PKCS12>(file.get(), "file"), file.get());
    return 0;
}
