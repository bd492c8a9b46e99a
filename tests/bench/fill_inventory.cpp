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

#include <condition_variable>
#include <cstdio>
#include <deque>
#include <exception>
#include <fmt/format.h>
#include <mutex>
#include <thread>

namespace mtlsca::bench {
namespace {

constexpr std::size_t leaves_in_a_pack = 1000, most_packs_waiting = 16, keys_in_pool = 1000, signers = 2;
constexpr int days = 90; // of the profile client
constexpr std::size_t name_size = std::string_view("client-00000001").size();

struct Pack {
    std::uint64_t number = 0;
    std::vector<Leaf> leaves;
};

// Packs in the order of their numbers, whoever signed them.
class Packs {
public:
    void put(Pack pack) {
        std::unique_lock lock(mutex_);
        taken_.wait(lock, [&] { return pack.number < next_ + most_packs_waiting || failure_; });
        waiting_.push_back(std::move(pack));
        put_.notify_one();
    }
    std::vector<Leaf> take() {
        std::unique_lock lock(mutex_);
        auto found = waiting_.end();
        put_.wait(lock, [&] {
            found = std::find_if(waiting_.begin(), waiting_.end(),
                                 [&](const Pack& pack) { return pack.number == next_; });
            return found != waiting_.end() || failure_;
        });
        if (failure_)
            std::rethrow_exception(failure_);
        std::vector<Leaf> leaves = std::move(found->leaves);
        waiting_.erase(found);
        ++next_;
        taken_.notify_all();
        return leaves;
    }
    void fail(std::exception_ptr failure) {
        const std::lock_guard lock(mutex_);
        failure_ = std::move(failure);
        put_.notify_all();
        taken_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable put_, taken_;
    std::deque<Pack> waiting_;
    std::uint64_t next_ = 0;
    std::exception_ptr failure_;
};

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

void sign(const Work& work, std::size_t first_pack, Packs& packs) try {
    std::vector<std::unique_ptr<LeafTemplate>> layouts; // one for each day on which certificates end
    std::vector<std::unique_ptr<LeafSigner>> makers;
    for (int day = 1; day <= days; ++day) {
        layouts.push_back(std::make_unique<LeafTemplate>(work.issuer, name_size, work.not_before,
                                                         work.not_before + std::chrono::days(day)));
        makers.push_back(std::make_unique<LeafSigner>(*layouts.back(), work.issuer));
    }
    for (std::uint64_t pack = first_pack; pack * leaves_in_a_pack < work.count; pack += signers) {
        Pack made{pack, {}};
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
            made.leaves.push_back(std::move(leaf));
        }
        packs.put(std::move(made));
    }
} catch (...) {
    packs.fail(std::current_exception());
}

void write(const std::string& home, std::uint64_t valid, std::uint64_t count, Packs& packs) {
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
    Packs packs;
    std::vector<std::thread> threads;
    for (std::size_t signer = 0; signer < signers; ++signer)
        threads.emplace_back([&work, &packs, signer] { sign(work, signer, packs); });
    std::exception_ptr failure;
    try {
        write(home, valid, work.count, packs);
    } catch (...) {
        failure = std::current_exception();
        packs.fail(failure);
    }
    for (std::thread& thread : threads)
        thread.join();
    if (failure)
        std::rethrow_exception(failure);
}

} // namespace
} // namespace mtlsca::bench

int main(int count, char** arguments) {
    try {
        mtlsca::bench::require(count == 4, "HOME VALID REVOKED");
        mtlsca::bench::fill(arguments[1], std::stoull(arguments[2]), std::stoull(arguments[3]));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "fill_inventory: %s\n", error.what());
        return 1;
    }
}
