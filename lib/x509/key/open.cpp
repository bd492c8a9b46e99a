// Private keys from files and URIs.
#include "io/descriptor.h"
#include "x509/key/material.h"
#include "x509/key/passphrase_work.h"
#include "x509/key/plain_key.h"
#include "x509/key/spki.h"
#include "x509/openssl.h"
#include "x509/wiped_memory.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <utility>

namespace mtlsca::x509 {

namespace {

// One question for a passphrase, asked from inside OpenSSL: C code lies between it and us, so that an
// exception waits here until OpenSSL has returned.
class PassphraseQuestion {
public:
    explicit PassphraseQuestion(const PrivateKey::AskPassphrase& ask) : ask_(ask) {}

    // Called by OpenSSL for every string that it wants; the answer is the same each time.
    static int read(UI* ui, UI_STRING* prompt) {
        auto* question = static_cast<PassphraseQuestion*>(UI_get0_user_data(ui));
        return question->answer(ui, prompt) ? 1 : -1;
    }

    bool was_asked() const { return asked_; }
    bool is_answered() const { return !passphrase_.empty(); }
    std::size_t size() const { return passphrase_.size(); }
    void rethrow() const {
        if (problem_)
            std::rethrow_exception(problem_);
    }

private:
    bool answer(UI* ui, UI_STRING* prompt) noexcept {
        if (!asked_) {
            asked_ = true;
            try {
                if (ask_)
                    passphrase_ = ask_();
            } catch (...) {
                problem_ = std::current_exception();
            }
        }
        return is_answered() && UI_set_result_ex(ui, prompt, passphrase_.view().data(),
                                                 static_cast<int>(passphrase_.size())) >= 0;
    }

    const PrivateKey::AskPassphrase& ask_;
    Secret passphrase_;
    std::exception_ptr problem_;
    bool asked_ = false;
};

// "pkcs11:token=…", but not a file whose name happens to hold a colon.
bool is_uri(const std::string& text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos || colon < 2)
        return false;
    for (const char c : text.substr(0, colon))
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && std::strchr("+-.", c) == nullptr)
            return false;
    std::error_code ignored;
    return !std::filesystem::exists(text, ignored);
}

// The path in "file:/etc/x.key", "file:///etc/x.key", "file://localhost/etc/x.key" (RFC 8089 2) and, although
// no RFC has it, "file:x.key".
std::string without_file_scheme(const std::string& text) {
    for (const std::string_view prefix : {"file://localhost/", "file:///", "file:"})
        if (text.starts_with(prefix) && is_uri(text))
            return text.substr(prefix.size() - (prefix.ends_with('/') ? 1 : 0));
    return text;
}

[[noreturn]] void fail_to_open(const std::string& path, const std::string& reason) {
    throw Error(Code::secret, path, "the private key cannot be opened: " + reason,
                "bring the key there, or name the place where it is");
}

// Read by ourselves: stdio, by which OpenSSL reads, wipes no buffer. Pipes are let through: "--key <(vault
// read …)".
Secret read_key_file(const std::string& path) {
    constexpr std::size_t largest = 1 << 20; // a key has a few KiB: what is larger is something else
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        fail_to_open(path, io::reason_of(errno));
    if (S_ISDIR(status.st_mode))
        fail_to_open(path, "it is a folder");
    if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode))
        fail_to_open(path, "it is no regular file");
    const io::Descriptor file = io::open_at(AT_FDCWD, path, O_RDONLY);
    if (!file || ::fstat(file.number(), &status) != 0)
        fail_to_open(path, io::reason_of(errno));
    const std::size_t expected = S_ISREG(status.st_mode) ? static_cast<std::size_t>(status.st_size) : largest;
    Secret text(std::min(expected, largest) + 1);
    const ssize_t size = io::read_up_to(file.number(), text.data(), text.size());
    if (size < 0)
        fail_to_open(path, io::reason_of(errno));
    if (expected > largest || static_cast<std::size_t>(size) > largest)
        fail_to_open(path, "it has more than 1 MiB");
    text.truncate(static_cast<std::size_t>(size));
    return text;
}

openssl::UiMethodPtr ask_through(int (*reader)(UI*, UI_STRING*)) {
    openssl::UiMethodPtr method(UI_create_method("mtlsca"));
    openssl::must(method.get(), "private key", "cannot be opened");
    if (UI_method_set_reader(method.get(), reader) != 0)
        openssl::fail("private key", "cannot be opened");
    return method;
}

// The first private key that the store gives; null where there is none.
openssl::PkeyPtr first_key(OSSL_STORE_CTX* store, const PassphraseQuestion& question) {
    // Without memory OpenSSL 3.0 gives nothing and never comes to the end; what it does not know is passed
    // over.
    constexpr int objects_most = 100;
    for (int objects = 0; objects < objects_most && OSSL_STORE_eof(store) == 0; ++objects) {
        const openssl::KeyStoreItemPtr item(OSSL_STORE_load(store));
        if (item && OSSL_STORE_INFO_get_type(item.get()) == OSSL_STORE_INFO_PKEY)
            return openssl::PkeyPtr(OSSL_STORE_INFO_get1_PKEY(item.get()));
        if (!item && question.was_asked()) // a wrong passphrase does not become right with the next object
            break;
    }
    return nullptr;
}

[[noreturn]] void explain(const std::string& path, const PassphraseQuestion& question) {
    constexpr std::size_t longest = PEM_BUFSIZE;
    question.rethrow();
    if (!question.was_asked())
        throw Error(Code::secret, path, "holds no private key", "a PKCS#8 key in PEM or DER is expected");
    if (!question.is_answered())
        throw Error(Code::secret, path, "the private key is encrypted and no passphrase was given");
    if (question.size() > longest)
        throw Error(Code::secret, path,
                    "the passphrase is longer than 1024 bytes, which OpenSSL cannot take");
    throw Error(Code::secret, path, "wrong passphrase");
}

} // namespace

PrivateKey::PrivateKey(std::shared_ptr<evp_pkey_st> key, PublicKey public_key)
    : material_(std::make_shared<Material>()), public_key_(std::move(public_key)) {
    material_->key = std::move(key);
    material_->is_loaded = true;
}

PrivateKey::PrivateKey(Secret pkcs8, PublicKey public_key)
    : material_(std::make_shared<Material>()), public_key_(std::move(public_key)) {
    material_->pkcs8 = std::move(pkcs8);
}

EVP_PKEY* PrivateKey::handle() const {
    if (material_->is_loaded)
        return material_->key.get();
    const std::lock_guard guard(material_->mutex);
    if (!material_->is_loaded) {
        material_->key = read_plain_key_der(as_bytes(material_->pkcs8.view()));
        openssl::must(material_->key.get(), "private key", "cannot be read");
        material_->is_loaded = true;
    }
    return material_->key.get();
}

PrivateKey PrivateKey::open(const std::string& path_or_uri, const AskPassphrase& passphrase) {
    const std::string location = without_file_scheme(path_or_uri);
    const bool is_file = !is_uri(location);
    const Secret text = is_file ? read_key_file(location) : Secret();
    if (std::optional<PlainKey> plain = read_plain_key(text.view())) {
        const std::shared_ptr<EVP_PKEY> key = std::move(plain->key);
        return {key, PublicKey::of_sound(spki_of(key.get(), path_or_uri), to_string(plain->type), key)};
    }
    const StackWipe wipe;
    if (is_file && passphrase_rounds(text.view()) > most_passphrase_rounds)
        throw Error(Code::secret, path_or_uri,
                    "wants its passphrase to be hashed more than 5,000,000 times before it opens",
                    "write it again with fewer: openssl pkcs8 -topk8 -iter 600000");
    const openssl::QuietErrors quiet;
    const openssl::UiMethodPtr method = ask_through(PassphraseQuestion::read);
    PassphraseQuestion question(passphrase);
    const openssl::BioPtr content = is_file ? openssl::memory_bio(as_bytes(text.view())) : nullptr;
    const openssl::KeyStorePtr store(
        is_file ? OSSL_STORE_attach(content.get(), "file", nullptr, nullptr, method.get(), &question, nullptr,
                                    nullptr, nullptr)
                : OSSL_STORE_open(location.c_str(), method.get(), &question, nullptr, nullptr));
    if (!store) {
        question.rethrow();
        throw Error(Code::secret, path_or_uri, "the private key cannot be opened: " + openssl::take_reason(),
                    "configure OpenSSL's provider for this kind of URI, or give a file");
    }
    OSSL_STORE_expect(store.get(), OSSL_STORE_INFO_PKEY);
    std::shared_ptr<EVP_PKEY> key = first_key(store.get(), question);
    if (!key)
        explain(path_or_uri, question);
    PublicKey public_key = PublicKey::from_spki(spki_of(key.get(), path_or_uri));
    return {std::move(key), std::move(public_key)};
}

std::optional<bool> is_key_of(const std::string& file, ByteView spki_sha256) {
    struct Encrypted {};
    try {
        const auto key = PrivateKey::open(file, []() -> Secret { throw Encrypted(); });
        const Sha256 digest = key.public_key().spki_sha256();
        return std::equal(digest.begin(), digest.end(), spki_sha256.begin(), spki_sha256.end());
    } catch (const Encrypted&) {
        return std::nullopt;
    }
}

} // namespace mtlsca::x509
