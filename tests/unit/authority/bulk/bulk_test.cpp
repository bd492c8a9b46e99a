// Threads: run this under the thread sanitizer, too (tests/run.sh).
#include "authority/bulk/bulk.h"

#include "authority/certificate/annotation.h"
#include "authority/made_ca.h"
#include "refusal.h"
#include "store/audit/audit.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <thread>

using namespace made_ca;
using authority::BulkRow;

namespace {

// Random ones: more than made_ca's counter has, and each once.
class Serials final : public x509::SerialSource {
public:
    Bytes next() override { return source_.next(); }

private:
    x509::RandomSerials source_;
};

// Rows are names; certificates and keys go to memory.
class Client final : public authority::BulkClient {
public:
    Client(const authority::Ca& ca, std::vector<std::string> names) : ca_(ca), names_(std::move(names)) {}

    bool read(BulkRow& row) override {
        if (before_waiting && !is_ready())
            before_waiting();
        if (row_ == fail_to_read_after)
            throw Error(Code::refused, "input", "ends in the middle");
        if (row_ == names_.size() || row_ == stop_after)
            return false;
        row.text = names_[row_++];
        row.number = row_;
        row.name = row.text;
        return true;
    }
    bool is_ready() override { return wait_every == 0 || row_ % wait_every != 0 || row_ == names_.size(); }
    authority::BulkWish wish(BulkRow& row) const override {
        if (row.text.empty())
            throw Error(Code::refused, "row", "has no name");
        authority::BulkWish wish;
        wish.profile = &policy::find_profile(ca_.config(), "client");
        wish.options.name = row.text;
        row.digest = store::row_digest(row.text);
        return wish;
    }
    authority::IssueOptions issue_options(BulkRow&) const override { return {}; }
    void claim(const BulkRow&) override {}
    std::optional<x509::PrivateKey> kept_key(const BulkRow&, const store::Certificate&) override {
        return std::nullopt;
    }
    void recover(BulkRow& row, bool is_delivered) override {
        if (!is_delivered)
            throw Error(Code::already, row.name, "its key may be lost");
    }
    void write(BulkRow& row) const override {
        if (!row.was_done_before)
            row.output = Secret(std::string(as_text(row.key->public_key().spki())));
        ++written;
    }
    void sync() override { synced = written.load(); }
    void keep(std::vector<BulkRow>& rows) override {
        for (const BulkRow& row : rows)
            if (row.has_certificate())
                ++kept;
        if (kept > synced)
            throw Error(Code::failed, "disk", "was not synced");
        if (rows.front().number > fail_to_keep_after)
            throw Error(Code::failed, "disk", "is full");
    }
    void publish(std::vector<BulkRow>&) override {}
    void deliver(std::vector<BulkRow>& rows) override {
        for (BulkRow& row : rows)
            delivered.push_back(std::move(row));
    }

    std::vector<BulkRow> delivered;
    mutable std::atomic<std::size_t> written = 0;
    std::atomic<std::size_t> synced = 0;
    std::size_t kept = 0; // in one thread
    std::size_t stop_after = SIZE_MAX, fail_to_read_after = SIZE_MAX;
    std::uint64_t fail_to_keep_after = UINT64_MAX;
    std::size_t wait_every = 0; // rows, after which the next ones come later
    std::function<void()> before_waiting;

private:
    const authority::Ca& ca_;
    std::vector<std::string> names_;
    std::size_t row_ = 0;
};

std::vector<std::string> names(int count) {
    std::vector<std::string> names;
    for (int i = 1; i <= count; ++i)
        names.push_back("client-" + std::to_string(i));
    return names;
}

struct Bulk {
    authority::BulkSummary run(Client& client, bool resume = false, bool complete = true) {
        // Another process each time: what the one before left pending is a dead one's.
        authority::Ca opened = made.open();
        authority::BulkOptions options;
        options.threads = 3;
        options.source = "/clients.csv";
        options.resume = resume;
        options.lock_turn = lock_turn;
        options.lock_longest = lock_longest;
        return authority::issue_in_bulk(opened, {made.clock, serials, "batch", "tester@host"}, client,
                                        options, [complete] { return complete; });
    }
    std::size_t live() const {
        store::Filter filter;
        filter.live = true;
        return store::find(ca.database(), filter, made.clock.now(), 10'000).size();
    }

    MadeCa made;
    Serials serials;
    authority::Ca ca = made.open();
    // Which rows are in one transaction must not depend on how fast a sanitizer is.
    std::chrono::seconds lock_turn = std::chrono::hours(1), lock_longest = std::chrono::hours(1);
};

} // namespace

TEST_CASE("rows of a batch become certificates in their order, each recorded and logged as one alone") {
    Bulk bulk;
    Client client(bulk.ca, names(2400)); // more than two chunks
    const auto summary = bulk.run(client);
    CHECK(summary.issued == 2400);
    CHECK(summary.failed == 0);
    REQUIRE(client.delivered.size() == 2400);
    std::set<Bytes> serials;
    std::size_t in_order = 0, sound = 0;
    const x509::PublicKey& issuer = bulk.ca.issuing().certificate.public_key();
    for (std::size_t i = 0; i < client.delivered.size(); ++i) {
        const BulkRow& row = client.delivered[i];
        in_order += row.number == i + 1 && row.name == "client-" + std::to_string(i + 1);
        const auto certificate = x509::Certificate::from_der(row.issuance.record.der, row.name);
        sound += certificate.is_signed_by(issuer) && certificate.subject().to_string() == "CN=" + row.name &&
                 as_text(certificate.public_key().spki()) == row.output.view();
        serials.insert(certificate.serial());
    }
    CHECK(in_order == 2400);
    CHECK(sound == 2400);
    CHECK(serials.size() == 2400);
    CHECK(bulk.live() == 2400);
    CHECK(store::walk_audit(bulk.ca.database(), 0).findings.empty());
    CHECK_FALSE(store::find_batch(bulk.ca.database(), "/clients.csv"));
}

TEST_CASE("a row that is wrong, taken or said twice fails alone") {
    Bulk bulk;
    static_cast<void>(bulk.made.issue(bulk.ca, "taken"));
    Client client(bulk.ca, {"alice", "", "taken", "ALICE", "bob", "alice", "not,a,name"});
    const auto summary = bulk.run(client);
    CHECK(summary.issued == 2);
    CHECK(summary.failed == 5);
    std::vector<Code> codes;
    for (const BulkRow& row : client.delivered)
        codes.push_back(row.error ? row.error->code : Code::done);
    CHECK(codes == std::vector{Code::done, Code::refused, Code::already, Code::already, Code::done,
                               Code::already, Code::refused});
    CHECK_FALSE(client.delivered.back().error->findings.empty());
    CHECK(bulk.live() == 3);
}

TEST_CASE("a batch that was interrupted goes on where it was, and issues nothing twice") {
    Bulk bulk;
    Client interrupted(bulk.ca, names(1400));
    interrupted.stop_after = 1200;
    CHECK(bulk.run(interrupted, false, false).issued == 1200);
    Client resumed(bulk.ca, names(1400));
    const auto summary = bulk.run(resumed, true);
    CHECK(summary.done_before == 1200);
    CHECK(summary.issued == 200);
    CHECK(bulk.live() == 1400);
    Client again(bulk.ca, names(1400));
    CHECK(code_of([&] { bulk.run(again, true); }) == Code::not_found);
}

TEST_CASE("what cannot be kept is not valid, and a resumed batch issues it anew") {
    Bulk bulk;
    Client client(bulk.ca, names(4000));
    client.fail_to_keep_after = 1024; // the second chunk
    CHECK(code_of([&] { bulk.run(client); }) == Code::failed);
    CHECK(bulk.live() == 1024);
    CHECK(client.delivered.size() == 1024);
    // What stood before it has arrived.
    Client resumed(bulk.ca, names(4000));
    const auto summary = bulk.run(resumed, true);
    CHECK(summary.done_before == 1024);
    CHECK(summary.issued == 2976);
    CHECK(bulk.live() == 4000);
    CHECK(store::walk_audit(bulk.ca.database(), 0).findings.empty());
}

TEST_CASE("an input that breaks off is told once everything before it is done") {
    Bulk bulk;
    Client client(bulk.ca, names(1400));
    client.fail_to_read_after = 1300;
    CHECK(code_of([&] { bulk.run(client); }) == Code::refused);
    CHECK(client.delivered.size() == 1300);
    CHECK(bulk.live() == 1300);
    Client resumed(bulk.ca, names(1400));
    const auto summary = bulk.run(resumed, true);
    CHECK(summary.done_before == 1300);
    CHECK(summary.issued == 100);
}

TEST_CASE("a batch that ends forgets no other one of the same input") {
    Bulk bulk;
    Client interrupted(bulk.ca, names(10));
    interrupted.stop_after = 5;
    CHECK(bulk.run(interrupted, false, false).issued == 5);
    Client other(bulk.ca, {"somebody", "else"}); // standard input, say
    CHECK(bulk.run(other).issued == 2);
    Client resumed(bulk.ca, names(10));
    CHECK(bulk.run(resumed, true).done_before == 5);
}

TEST_CASE("who waits for input keeps nobody from the CA") {
    Bulk bulk;
    Client client(bulk.ca, names(250));
    client.wait_every = 100;
    int locked = 0;
    client.before_waiting = [&] {
        const io::FolderLock lock(bulk.made.home(), std::chrono::milliseconds(0));
        ++locked;
    };
    CHECK(bulk.run(client).issued == 250);
    CHECK(locked == 3);
}

TEST_CASE("who waits for the CA gets it while a long batch is at work") {
    Bulk bulk;
    bulk.lock_turn = std::chrono::seconds(0);
    Client client(bulk.ca, names(2400));
    std::atomic<bool> is_at_work{true}, was_at_work{false};
    std::thread other([&] {
        const io::FolderLock lock(bulk.made.home(), std::chrono::minutes(5));
        was_at_work = is_at_work.load();
    });
    CHECK(bulk.run(client).issued == 2400);
    is_at_work = false;
    other.join();
    CHECK(was_at_work);
}

TEST_CASE("a long batch lets go of the CA now and then, for who waits and cannot say so") {
    Bulk bulk;
    bulk.lock_longest = std::chrono::seconds(0);
    Client client(bulk.ca, names(2400));
    std::atomic<bool> is_at_work{true};
    std::atomic<int> times{0};
    std::thread other([&] {
        while (is_at_work)
            try {
                const io::FolderLock lock(bulk.made.home(), std::chrono::milliseconds(0));
                times += is_at_work ? 1 : 0;
            } catch (const Error&) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
    });
    CHECK(bulk.run(client).issued == 2400);
    is_at_work = false;
    other.join();
    CHECK(times > 0);
}

TEST_CASE("a compromised key is refused in a batch, too") {
    Bulk bulk;
    const auto key = x509::PrivateKey::generate(x509::KeyType::ec_p256);
    const auto plan = *MadeCa::plan(bulk.ca, bulk.made.run("issue"), "mallory").plan;
    const auto certificate = authority::issue(bulk.ca, bulk.made.run("issue"), plan, key.public_key());
    bulk.made.revoke(bulk.ca, certificate);
    authority::Issuance issuance = authority::prepare(bulk.ca, plan, key.public_key(), Bytes(16, 0x22), {});
    store::Transaction transaction(bulk.ca.database());
    CHECK(code_of([&] { authority::intend(transaction, bulk.ca, bulk.made.run("batch"), issuance); }) ==
          Code::refused);
}
