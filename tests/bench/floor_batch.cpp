// What `batch` cannot be faster than: new P-256 keys, a body that was laid out once and is patched,
// signatures, and the rows that mtlsca keeps, in transactions of 1,000 that are synced.
//
//   floor_batch HOME COUNT THREADS [FOLDER]
//
// HOME is of `mtlsca init --no-passphrase`. Certificates and keys go to standard output as PEM, or into a
// file each in FOLDER, which are not synced one by one. No policy, no lint, nothing read back: `mtlsca db
// check` judges.
#include "inventory_rows.h"
#include "packs.h"

#include "encoding/pem.h"

#include <atomic>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace mtlsca::bench {
namespace {

constexpr std::size_t leaves_in_a_transaction = 1000, most_packs_waiting = 4;
constexpr std::size_t name_size = std::string_view("floor-00000001").size();

struct Made {
    Leaf leaf;
    std::string pem; // the certificate, then the key
    std::size_t key_at = 0;
};

struct Work {
    const Issuer& issuer;
    const LeafTemplate& layout;
    std::size_t count;
    Time not_before, not_after;
    std::string folder; // empty: standard output
};

void write_new(const std::string& path, std::string_view text, mode_t mode) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    require(file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                ::close(file) == 0,
            "a file cannot be written");
}

Made make(std::size_t number, const Work& work, LeafSigner& signer) {
    const auto key = x509::PrivateKey::generate(x509::KeyType::ec_p256);
    Point point;
    const ByteView made = ByteView(key.public_key().spki()).last(point_size);
    std::copy(made.begin(), made.end(), point.begin());
    Made result;
    Leaf& leaf = result.leaf;
    leaf.serial = random_serial();
    leaf.name = fmt::format("floor-{:08}", number);
    const ByteView der = signer.sign(leaf.serial, leaf.name, point);
    leaf.certificate.assign(der.begin(), der.end());
    leaf.spki_sha256 = signer.spki_sha256(point);
    leaf.fingerprint = signer.sha256(leaf.certificate);
    leaf.not_before = work.not_before;
    leaf.not_after = work.not_after;
    result.pem = encoding::to_pem("CERTIFICATE", leaf.certificate);
    result.key_at = result.pem.size();
    result.pem += key.to_pem().view();
    return result;
}

void work_on(const Work& work, std::atomic<std::size_t>& next, Packs<Made>& packs) {
    LeafSigner signer(work.layout, work.issuer);
    for (;;) {
        const std::size_t first = next.fetch_add(leaves_in_a_transaction);
        if (first >= work.count)
            return;
        std::vector<Made> pack;
        for (std::size_t number = first; number < std::min(work.count, first + leaves_in_a_transaction);
             ++number) {
            pack.push_back(make(number, work, signer));
            if (work.folder.empty())
                continue;
            const std::string path = work.folder + "/" + pack.back().leaf.name;
            const std::string_view pem = pack.back().pem;
            write_new(path + ".key", pem.substr(pack.back().key_at), 0600);
            write_new(path + ".crt", pem.substr(0, pack.back().key_at), 0644);
        }
        packs.put(first / leaves_in_a_transaction, std::move(pack));
    }
}

void record(const std::string& home, const Work& work, Packs<Made>& packs) {
    InventoryRows rows(home, InventoryRows::Order::one_by_one);
    for (std::size_t written = 0; written < work.count;) {
        const std::vector<Made> pack = packs.take();
        rows.begin();
        for (const Made& made : pack)
            rows.add(made.leaf);
        rows.commit();
        written += pack.size();
        if (work.folder.empty())
            for (const Made& made : pack)
                require(std::fwrite(made.pem.data(), 1, made.pem.size(), stdout) == made.pem.size(),
                        "output");
    }
}

void run(const std::string& home, std::size_t count, unsigned threads, const std::string& folder) {
    const Issuer issuer(home);
    const Time now = SystemClock().now();
    const Time end = now + std::chrono::days(90); // the profile's
    const LeafTemplate layout(issuer, name_size, now, end);
    const Work work{issuer, layout, count, now, end, folder};
    std::atomic<std::size_t> next = 0;
    Packs<Made> packs(most_packs_waiting);
    packs.run(
        threads, [&](unsigned) { work_on(work, next, packs); }, [&] { record(home, work, packs); });
}

} // namespace
} // namespace mtlsca::bench

int main(int count, char** arguments) {
    return mtlsca::bench::run_program("floor_batch", [&] {
        mtlsca::bench::require(count == 4 || count == 5, "HOME COUNT THREADS [FOLDER]");
        mtlsca::bench::run(arguments[1], std::stoull(arguments[2]),
                           static_cast<unsigned>(std::stoul(arguments[3])), count == 5 ? arguments[4] : "");
    });
}
