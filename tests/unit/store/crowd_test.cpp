// Several processes, deaths and full disks: nothing that was reported done is lost, nothing else is there.
#include "child.h"
#include "encoding/hex.h"
#include "store/inventory_fixture.h"

#include <catch2/catch.hpp>
#include <sched.h>
#include <set>
#include <sys/mount.h>

using namespace inventory;

namespace {

std::set<std::string> serials(const store::Database& database) {
    std::set<std::string> found;
    store::for_each(database, {}, now, store::Depth::fingerprint, [&](const store::Certificate& certificate) {
        found.insert(encoding::to_hex(certificate.serial));
        return true;
    });
    return found;
}

void expect_sound(store::Database& database) {
    CHECK(database.check() == Findings{});
    CHECK(store::walk_audit(database, 0).findings == Findings{});
}

// Issues until nothing more fits. 0 where that failed as it should and all that was committed is there.
int fill(Inventory& ca) {
    std::uint64_t committed = 0;
    try {
        for (;; ++committed) {
            store::Intent large = ca.intent("a");
            large.subject.assign(20'000, 's');
            issue(ca.database, large);
        }
    } catch (const Error& error) {
        if (error.code != Code::failed || error.reason.find("full") == std::string::npos)
            return 50;
    }
    if (committed < 3)
        return 51;
    store::Filter valid;
    valid.status = store::Filter::Status::valid;
    if (names(ca.database, valid).size() != committed)
        return 52;
    return ca.database.check().empty() && store::walk_audit(ca.database, 0).findings.empty() ? 0 : 53;
}

} // namespace

TEST_CASE("sixteen processes that open, write and close at once all succeed") {
    Inventory ca;
    constexpr std::uint64_t processes = 16;
    constexpr std::uint64_t each = 20;
    std::vector<pid_t> children;
    for (std::uint64_t process = 0; process < processes; ++process)
        children.push_back(start_child([&ca, process] {
            for (std::uint64_t i = 0; i < each; ++i) {
                store::Database database = ca.again();
                const std::uint64_t number = process * each + i;
                const auto id = issue(database, ca.intent(std::to_string(number), number));
                if (i % 5 == 0)
                    revoke(database, id);
            }
            return 0;
        }));
    for (const pid_t child : children)
        CHECK(wait_for_child(child) == 0);
    CHECK(serials(ca.database).size() == processes * each);
    CHECK(store::count_revoked(ca.database, ca.issuing, now) == processes * each / 5);
    expect_sound(ca.database);
}

TEST_CASE("who waits longer than the timeout is told so, and may read meanwhile") {
    Inventory ca;
    const store::Transaction writing(ca.database);
    store::Database other = ca.again(20ms);
    CHECK(names(other, {}).empty());
    try {
        const store::Transaction waiting(other);
        FAIL("two writers");
    } catch (const Error& error) {
        CHECK(error.code == Code::busy);
        CHECK_THAT(error.hint, Catch::Contains("--lock-timeout"));
    }
}

TEST_CASE("a process that is killed loses nothing that it reported and leaves nothing half done") {
    Inventory ca;
    std::uint64_t next = 0;
    std::set<std::string> reported;
    for (int round = 0; round < 30; ++round) {
        Pipe progress;
        const pid_t child = start_child([&] {
            store::Database database = ca.again();
            for (std::uint64_t number = next;; ++number) {
                const auto id = issue(database, ca.intent(std::to_string(number), number));
                if (number % 3 == 0)
                    revoke(database, id);
                if (::write(progress.writing(), &number, sizeof(number)) != sizeof(number))
                    return 98;
            }
        });
        // Killed after as many reports as the number of the round, wherever it has got to by then.
        const auto read_one = [&](int from) {
            std::uint64_t number = 0;
            if (::read(from, &number, sizeof(number)) != sizeof(number))
                return false;
            reported.insert(encoding::to_hex(serial_of(number)));
            next = number + 1;
            return true;
        };
        for (int i = 0; i <= round % 7; ++i)
            REQUIRE(read_one(progress.reading()));
        ::kill(child, SIGKILL);
        REQUIRE(wait_for_child(child) == 128 + SIGKILL);
        progress.close_writing();
        while (read_one(progress.reading())) {
        }
        next += 1; // the one that was in the making may be there, too
    }
    const std::set<std::string> found = serials(ca.database);
    CHECK(std::includes(found.begin(), found.end(), reported.begin(), reported.end()));
    CHECK(found.size() <= reported.size() + 30);
    expect_sound(ca.database);
}

TEST_CASE("a full disk loses nothing that was reported") {
    SECTION("as the engine sees it") {
        Inventory ca;
        ca.execute("PRAGMA max_page_count = 200");
        CHECK(fill(ca) == 0);
    }
    SECTION("a small file system") {
        constexpr int cannot_mount = 20;
        const int status = in_child([] {
            Inventory ca;
            ca.database.close();
            // A mount that only the child sees, and that goes with it.
            if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", "", MS_REC | MS_PRIVATE, nullptr) != 0 ||
                ::mount("tmpfs", ca.folder.path().c_str(), "tmpfs", 0, "size=2m") != 0)
                return cannot_mount;
            ca.database = store::Database::create(ca.path());
            store::Transaction transaction(ca.database);
            store::add_issuer(transaction, {0, "root", std::nullopt, false, Bytes(1), Bytes(32)});
            store::add_issuer(transaction, {0, "issuing", 1, true, Bytes(1), Bytes(32)});
            transaction.commit();
            return fill(ca);
        });
        if (status == cannot_mount)
            WARN("may not mount a small file system here");
        else
            CHECK(status == 0);
    }
}
