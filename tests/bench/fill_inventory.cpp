// An inventory of any size, as if a CA had issued it: real certificates, with every row and every audit
// entry, so that `mtlsca db check` finds it sound.
//
//   fill_inventory HOME VALID REVOKED
//
// HOME is of `mtlsca init --no-passphrase`. Names are client-00000001, …; the revoked ones come last. Their
// ends are spread over the next 90 days. Keys are taken in turn from a pool, since making them would take as
// long as everything else, and nobody has their private halves. The published CRL does not know of those that
// are revoked: `mtlsca crl` comes next. Two threads sign, the third writes.
#include "inventory_rows.h"
#include "packs.h"

#include <cstdio>
#include <fmt/format.h>

namespace mtlsca::bench {
namespace {

constexpr std::size_t leaves_in_a_pack = 1000, most_packs_waiting = 16, keys_in_pool = 1000;
constexpr unsigned signers = 2;
constexpr int days = 90; // of the profile client
constexpr std::size_t name_size = std::string_view("client-00000001").size();

std::vector<Point> make_pool() {
    std::vector<Point> points(keys_in_pool);
    for (Point& point : points) {
        const auto key = x509::PrivateKey::generate(x509::KeyType::ec_p256);
        const ByteView made = ByteView(key.public_key().spki()).last(point_size);
        std::copy(made.begin(), made.end(), point.begin());
    }
    return points;
}

struct Work {
    const Issuer& issuer;
    const std::vector<Point>& pool;
    std::uint64_t count;
    Time not_before;
};

void sign(const Work& work, unsigned first_pack, Packs<Leaf>& packs) {
    std::vector<std::unique_ptr<LeafTemplate>> layouts; // one for each day on which certificates end
    std::vector<std::unique_ptr<LeafSigner>> makers;
    for (int day = 1; day <= days; ++day) {
        layouts.push_back(std::make_unique<LeafTemplate>(work.issuer, name_size, work.not_before,
                                                         work.not_before + std::chrono::days(day)));
        makers.push_back(std::make_unique<LeafSigner>(*layouts.back(), work.issuer));
    }
    for (std::uint64_t pack = first_pack; pack * leaves_in_a_pack < work.count; pack += signers) {
        std::vector<Leaf> leaves;
        const std::uint64_t end = std::min(work.count, (pack + 1) * leaves_in_a_pack);
        for (std::uint64_t number = pack * leaves_in_a_pack; number < end; ++number) {
            const std::size_t day = number % days;
            const Point& point = work.pool[number % work.pool.size()];
            Leaf leaf{random_serial(), fmt::format("client-{:08}", number + 1),     {}, {}, {},
                      work.not_before, work.not_before + std::chrono::days(day + 1)};
            const ByteView der = makers[day]->sign(leaf.serial, leaf.name, point);
            leaf.certificate.assign(der.begin(), der.end());
            leaf.spki_sha256 = makers[day]->spki_sha256(point);
            leaf.fingerprint = makers[day]->sha256(leaf.certificate);
            leaves.push_back(std::move(leaf));
        }
        packs.put(pack, std::move(leaves));
    }
}

void write(const std::string& home, std::uint64_t valid, std::uint64_t count, Packs<Leaf>& packs) {
    InventoryRows rows(home, InventoryRows::Order::bulk);
    for (std::uint64_t written = 0; written < count;) {
        rows.begin();
        for (const Leaf& leaf : packs.take()) {
            // affiliationChanged, superseded, cessationOfOperation (RFC 5280 5.3.1)
            written < valid ? rows.add(leaf) : rows.add_revoked(leaf, 3 + static_cast<int>(written % 3));
            ++written;
        }
        rows.commit();
    }
    rows.finish();
}

void fill(const std::string& home, std::uint64_t valid, std::uint64_t revoked) {
    const Issuer issuer(home);
    const std::vector<Point> pool = make_pool();
    const Time now = SystemClock().now();
    const Work work{issuer, pool, valid + revoked, now};
    Packs<Leaf> packs(most_packs_waiting);
    packs.run(
        signers, [&](unsigned first_pack) { sign(work, first_pack, packs); },
        [&] { write(home, valid, work.count, packs); });
}

} // namespace
} // namespace mtlsca::bench

int main(int count, char** arguments) {
    return mtlsca::bench::run_program("fill_inventory", [&] {
        mtlsca::bench::require(count == 4, "HOME VALID REVOKED");
        mtlsca::bench::fill(arguments[1], std::stoull(arguments[2]), std::stoull(arguments[3]));
    });
}
