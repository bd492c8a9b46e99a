#include "authority/backup/restoration.h"

#include "authority/backup/backup.h"
#include "authority/consistency/consistency.h"
#include "authority/made_ca.h"
#include "encoding/hex.h"
#include "refusal.h"

#include <catch2/catch.hpp>

using namespace made_ca;
using x509::RevocationReason;

namespace {

class BackedUpCa : public MadeCa {
public:
    io::Path back_up() {
        authority::Ca ca = open();
        authority::BackupOptions options;
        options.folder = folder / "backups";
        return authority::back_up(ca, run("db backup"), options).folder;
    }
    authority::Restoration restore(const io::Path& backup, bool force = true) {
        return authority::restore(home(), {backup, {}, force, false}, run("db restore"), 1s);
    }
    Findings check() {
        authority::Ca ca = open();
        return authority::check_consistency(ca, run("db check"), {}).findings;
    }
    store::State state_of(const Bytes& serial) {
        authority::Ca ca = open();
        return store::standing_of(ca.database(), ca.issuing().record.id, serial).value().state;
    }
};

} // namespace

TEST_CASE("what was revoked after the backup is revoked after the restore, with its date and its reason") {
    BackedUpCa made;
    authority::Ca ca = made.open();
    const store::Certificate known = made.issue(ca, "known");
    const io::Path backup = made.back_up();
    made.clock.time += days(1);
    const store::Certificate later = made.issue(ca, "later");
    made.revoke(ca, known, RevocationReason::affiliation_changed);
    made.revoke(ca, later, RevocationReason::key_compromise);
    made.publish(ca);
    const std::uint64_t number = PublishedFile(made, "issuing").number();
    const Time revoked_at = made.clock.time;
    ca.database().close();

    made.clock.time += days(1);
    const authority::Restoration restoration = made.restore(backup);
    CHECK(restoration.taken_over == 2);
    CHECK(made.check() == Findings{});
    authority::Ca restored = made.open();
    std::vector<std::string> seen;
    store::for_each(restored.database(), {}, made.clock.time, store::Depth::fingerprint,
                    [&](const store::Certificate& row) {
                        REQUIRE(row.revocation);
                        CHECK(row.revocation->revoked_at == revoked_at);
                        seen.push_back(row.name + " " + x509::to_string(row.revocation->reason));
                        return true;
                    });
    CHECK(seen == std::vector<std::string>{"known affiliationChanged", "unknown keyCompromise"});

    made.publish(restored);
    const PublishedFile published(made, "issuing");
    CHECK(published.number() > number);
    CHECK(published.crl.find(known.serial));
    CHECK(published.crl.find(later.serial));
    // As long as its certificate can live: nobody knows when that ends.
    made.clock.time += days(400);
    made.publish(restored);
    CHECK(PublishedFile(made, "issuing").crl.find(later.serial));
}

TEST_CASE("a hold of the newest CRL holds, and a hold that it no longer has is kept and told") {
    BackedUpCa made;
    authority::Ca ca = made.open();
    const store::Certificate held_later = made.issue(ca, "held-later");
    const store::Certificate released_later = made.issue(ca, "released-later");
    made.revoke(ca, released_later, RevocationReason::certificate_hold);
    const io::Path backup = made.back_up();
    made.clock.time += days(1);
    made.revoke(ca, held_later, RevocationReason::certificate_hold);
    authority::release(ca, made.run("unhold"), {released_later});
    made.publish(ca);
    ca.database().close();

    const authority::Restoration restoration = made.restore(backup);
    CHECK(made.state_of(held_later.serial) == store::State::held);
    CHECK(made.state_of(released_later.serial) == store::State::held);
    const auto is_told = [](const Finding& finding) { return finding.rule == "restore-still-held"; };
    CHECK(std::count_if(restoration.findings.begin(), restoration.findings.end(), is_told) == 1);
}

TEST_CASE("a hold that became final after the backup is final, and one that ended before it stays ended") {
    BackedUpCa made;
    authority::Ca ca = made.open();
    const store::Certificate final_later = made.issue(ca, "final-later");
    const store::Certificate over = made.issue(ca, "over");
    made.revoke(ca, final_later, RevocationReason::certificate_hold);
    made.revoke(ca, over, RevocationReason::certificate_hold);
    made.publish(ca);
    made.clock.time += 1h;
    authority::release(ca, made.run("unhold"), {over}); // in no CRL yet
    const io::Path backup = made.back_up();
    bool is_final = false;
    SECTION("with the CRLs of that time") {}
    SECTION("with newer ones") {
        made.clock.time += days(1);
        made.revoke(ca, final_later, RevocationReason::key_compromise);
        made.publish(ca);
        is_final = true;
    }
    ca.database().close();
    made.restore(backup);
    CHECK(made.state_of(final_later.serial) == (is_final ? store::State::revoked : store::State::held));
    CHECK(made.state_of(over.serial) == store::State::valid);
}

TEST_CASE("a revocation that no CRL tells of yet is taken over from the database that is replaced") {
    BackedUpCa made;
    authority::Ca ca = made.open();
    const store::Certificate certificate = made.issue(ca, "a");
    const io::Path backup = made.back_up();
    made.revoke(ca, certificate);
    ca.database().close();
    CHECK(made.restore(backup, /*force=*/false).taken_over == 1);
    CHECK(made.state_of(certificate.serial) == store::State::revoked);
}

TEST_CASE("a CA that knows more than the backup is not replaced unless somebody insists") {
    BackedUpCa made;
    const io::Path backup = made.back_up();
    authority::Ca ca = made.open();
    made.clock.time += days(8);
    SECTION("publications alone are no loss") {
        made.publish(ca);
        ca.database().close();
        CHECK(code_of([&] { made.restore(backup, false); }) == Code::done);
    }
    SECTION("a certificate is one") {
        const store::Certificate certificate = made.issue(ca, "a");
        ca.database().close();
        CHECK(code_of([&] { made.restore(backup, false); }) == Code::refused);
        CHECK(made.state_of(certificate.serial) == store::State::valid);
        CHECK(code_of([&] { made.restore(backup, true); }) == Code::done);
    }
    SECTION("another CA is one") {
        ca.database().close();
        BackedUpCa other;
        CHECK(code_of([&] { made.restore(other.back_up(), false); }) == Code::refused);
    }
    SECTION("a process that has the database open is in the way") {
        const store::Snapshot reading(ca.database());
        CHECK(code_of([&] { made.restore(backup, true); }) == Code::busy);
    }
}

TEST_CASE("a command that waited while the database was replaced records nothing in the old one") {
    BackedUpCa made;
    const io::Path backup = made.back_up();
    authority::Ca waiting = made.open();
    std::filesystem::copy_file(backup / "mtlsca.db", made.folder / "other.db");
    std::filesystem::rename(made.folder / "other.db", made.files().database());
    CHECK(code_of([&] { made.issue(waiting, "a"); }) == Code::busy);
}

TEST_CASE("a CRL that would forget a revocation is not published") {
    BackedUpCa made;
    authority::Ca ca = made.open();
    const store::Certificate certificate = made.issue(ca, "a");
    ca.database().close();
    const io::Path old = made.folder / "old.db";
    std::filesystem::copy_file(made.files().database(), old);
    ca = made.open();
    const auto put_back = [&] {
        ca.database().close();
        std::filesystem::copy_file(old, made.files().database(),
                                   std::filesystem::copy_options::overwrite_existing);
        ca = made.open();
    };
    SECTION("of a certificate that the database knows as valid") {
        made.revoke(ca, certificate);
    }
    SECTION("of one that it knows as valid, a hold") {
        made.revoke(ca, certificate, RevocationReason::certificate_hold);
    }
    SECTION("of one that it does not know") {
        made.revoke(ca, made.issue(ca, "b"));
    }
    made.publish(ca);
    const std::uint64_t number = PublishedFile(made, "issuing").number();
    put_back();
    CHECK(code_of([&] { made.publish(ca); }) == Code::store);
    CHECK(PublishedFile(made, "issuing").number() == number);
    ca.database().close();
    CHECK(made.restore(made.home()).taken_over == 1);
    ca = made.open();
    made.publish(ca);
    CHECK(PublishedFile(made, "issuing").crl.entries() == 1);
}

TEST_CASE("entries that leave a CRL for a reason hold no publication back") {
    BackedUpCa made;
    authority::Ca ca = made.open();
    const store::Certificate held = made.issue(ca, "held");
    const store::Certificate expired = made.issue(ca, "expired");
    made.revoke(ca, held, RevocationReason::certificate_hold);
    made.revoke(ca, expired);
    made.publish(ca);
    // As after a death between the file and its record: the database takes the file for somebody else's.
    {
        store::Transaction transaction(ca.database());
        store::PublishedCrl crl = *store::latest_crl(ca.database(), ca.issuing().record.id);
        crl.sha256 = Bytes(32, 0);
        store::record_crl(transaction, ca.issuing().record.id, crl);
        transaction.commit();
    }
    made.clock.time += days(11);
    authority::release(ca, made.run("unhold"), {held});
    made.publish(ca);
    made.publish(ca);
    CHECK(PublishedFile(made, "issuing").crl.entries() == 0);
}
