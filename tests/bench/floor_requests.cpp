// What `batch --csr-dir` cannot be faster than: read a request, parse it, verify that its sender has the key,
// and sign, for each file of a folder. P-256 only. No rows, no files written, no policy.
//
//   floor_requests HOME FOLDER THREADS
//
// HOME is of `mtlsca init --no-passphrase`. Prints how many were signed; a request that is wrong ends it.
#include "leaf_template.h"

#include "encoding/der.h"
#include "encoding/pem.h"
#include "io/file.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <openssl/core_names.h>
#include <openssl/obj_mac.h>
#include <thread>

namespace mtlsca::bench {
namespace {

namespace der = encoding::der;

struct Request {
    ByteView body, signature; // of the PKCS#10 request (RFC 2986)
    Point point;
};

Request parse(ByteView octets) {
    const std::string object = "request";
    der::Reader outer = der::Reader(octets, object).enter(der::sequence);
    Request request;
    request.body = outer.expect(der::sequence).whole;
    outer.expect(der::sequence);
    request.signature = outer.expect(der::bit_string).content.subspan(1);
    der::Reader body = der::Reader(request.body, object).enter(der::sequence);
    body.small_integer();
    body.expect(der::sequence); // the name
    der::Reader spki = body.enter(der::sequence);
    spki.expect(der::sequence);
    const ByteView point = spki.expect(der::bit_string).content.subspan(1);
    require(point.size() == point_size, "not an uncompressed point of P-256");
    std::copy(point.begin(), point.end(), request.point.begin());
    return request;
}

// With a context that is made once; its keys differ.
class Verifier {
public:
    Verifier() : loader_(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)) {
        require(loader_ != nullptr && EVP_PKEY_fromdata_init(loader_) == 1, "no loader of keys");
    }
    ~Verifier() { EVP_PKEY_CTX_free(loader_); }
    Verifier(const Verifier&) = delete;

    void verify(Request& request, const x509::Sha256& digest) {
        std::string group = SN_X9_62_prime256v1;
        OSSL_PARAM parameters[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
            OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, request.point.data(),
                                              request.point.size()),
            OSSL_PARAM_construct_end()};
        EVP_PKEY* key = nullptr;
        require(EVP_PKEY_fromdata(loader_, &key, EVP_PKEY_PUBLIC_KEY, parameters) == 1, "the key");
        EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key, nullptr);
        const bool verified = context != nullptr && EVP_PKEY_verify_init(context) == 1 &&
                              EVP_PKEY_verify(context, request.signature.data(), request.signature.size(),
                                              digest.data(), digest.size()) == 1;
        EVP_PKEY_CTX_free(context);
        EVP_PKEY_free(key);
        require(verified, "a request is not signed with its key");
    }

private:
    EVP_PKEY_CTX* loader_;
};

using Paths = std::vector<io::Path>;

void sign_all(const Paths& paths, const Issuer& issuer, const LeafTemplate& layout, std::size_t name_size,
              std::atomic<std::size_t>& next, std::atomic<std::size_t>& made) {
    LeafSigner signer(layout, issuer);
    Verifier verifier;
    constexpr std::size_t largest = 64 << 10;
    for (std::size_t at = next++; at < paths.size(); at = next++) {
        const Bytes text = io::read_file(paths[at], largest);
        const auto blocks = encoding::read_pem(as_text(text), paths[at]);
        require(!blocks.empty(), "no request");
        Request request = parse(blocks[0].der);
        verifier.verify(request, signer.sha256(request.body));
        std::string name = paths[at].stem();
        name.resize(name_size, 'x');
        require(!signer.sign(random_serial(), name, request.point).empty(), "no certificate");
        ++made;
    }
}

void run(const std::string& home, const std::string& folder, unsigned threads_wanted) {
    const Issuer issuer(home);
    Paths paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    constexpr std::size_t name_size = 14;
    const Time now = SystemClock().now();
    const LeafTemplate layout(issuer, name_size, now, now + std::chrono::days(90));
    std::atomic<std::size_t> next = 0, made = 0;
    std::vector<std::thread> threads;
    std::exception_ptr failure;
    std::atomic<bool> failed = false;
    for (unsigned thread = 0; thread < threads_wanted; ++thread)
        threads.emplace_back([&] {
            try {
                sign_all(paths, issuer, layout, name_size, next, made);
            } catch (...) {
                if (!failed.exchange(true))
                    failure = std::current_exception();
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    if (failure)
        std::rethrow_exception(failure);
    std::printf("%zu\n", made.load());
}

} // namespace
} // namespace mtlsca::bench

int main(int count, char** arguments) {
    return mtlsca::bench::run_program("floor_requests", [&] {
        mtlsca::bench::require(count == 4, "HOME FOLDER THREADS");
        mtlsca::bench::run(arguments[1], arguments[2], static_cast<unsigned>(std::stoul(arguments[3])));
    });
}
