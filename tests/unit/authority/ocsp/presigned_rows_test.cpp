#include "authority/ocsp/presigned_rows.h"

#include "asking.h"
#include "authority/consistency/consistency.h"
#include "encoding/hex.h"
#include "store/inventory/presigned_answers.h"

using namespace asking;
using x509::OcspStatus;

namespace {

// Rows for alice and the CAs, and then a responder that has no key of its own.
struct Rows : Asked {
    Rows() {
        alice = made.issue(ca, "alice");
        presign();
        for (const authority::Tier& tier : ca.tiers())
            std::filesystem::rename(file(tier), away(tier));
        keyless.emplace(made.open(), made.clock.now());
    }
    io::Path file(const authority::Tier& tier) const {
        return authority::delegate_file(made.files(), tier.name());
    }
    io::Path away(const authority::Tier& tier) const { return file(tier).string() + ".away"; }
    authority::Presigned presign(const authority::PresigningOptions& options = {}) {
        authority::PresignedRows rows(ca, options.hash);
        authority::Responder signer(made.open(), made.clock.now());
        return authority::presign(ca, signer, rows, made.clock.now(), options);
    }
    // Where the keys are.
    authority::Presigned presign_elsewhere(const authority::PresigningOptions& options = {}) {
        for (const authority::Tier& tier : ca.tiers())
            std::filesystem::rename(away(tier), file(tier));
        const auto presigned = presign(options);
        for (const authority::Tier& tier : ca.tiers())
            std::filesystem::rename(file(tier), away(tier));
        return presigned;
    }
    Bytes request(x509::OcspHash hash = x509::OcspHash::sha1, ByteView nonce = {}) const {
        return question(ca.issuing().certificate, {alice.serial}, hash, nonce);
    }
    authority::OcspAnswer answer() { return keyless->answer(request(), made.clock.now()); }
    // "good", or why there is no answer.
    std::string said() {
        const auto given = answer();
        if (given.status != OcspStatus::successful)
            return to_string(given.status);
        return to_string(x509::OcspResponse::read(given.der, "answer").responses.at(0).status);
    }

    authority::Ca ca = made.open();
    store::Certificate alice;
    std::optional<authority::Responder> keyless;
};

} // namespace

TEST_CASE("a responder without a key gives the rows that were signed beforehand, CAs' too") {
    Rows rows;
    CHECK(rows.said() == "good");
    CHECK(rows.answer().was_presigned);
    CHECK(rows.answer().is_cacheable);
    const Time now = rows.made.clock.now();
    const Bytes with_nonce = rows.request(x509::OcspHash::sha1, Bytes(16, 7));
    CHECK(rows.keyless->answer(with_nonce, now).status == OcspStatus::successful);
    CHECK_FALSE(rows.keyless->answer(with_nonce, now).is_cacheable);
    const Bytes about_ca = question(rows.ca.root().certificate, {rows.ca.issuing().certificate.serial()});
    CHECK(rows.keyless->answer(about_ca, now).status == OcspStatus::successful);
    // What was not presigned waits for somebody who can sign: it is neither unknown nor unauthorized.
    CHECK(rows.keyless->answer(rows.request(x509::OcspHash::sha256), now).status == OcspStatus::try_later);
    const auto about = [&](const std::vector<Bytes>& serials) {
        return rows.keyless->answer(question(rows.ca.issuing().certificate, serials), now).status;
    };
    CHECK(about({{0x77}}) == OcspStatus::try_later);
    CHECK(about({rows.alice.serial, rows.alice.serial}) == OcspStatus::try_later);
    rows.presign_elsewhere({.hash = x509::OcspHash::sha256, .all = false, .should_stop = {}});
    CHECK(rows.keyless->answer(rows.request(x509::OcspHash::sha256), now).status == OcspStatus::successful);
}

TEST_CASE("a row is never given once its certificate's state has changed since, until it is signed anew") {
    Rows rows;
    CHECK(rows.said() == "good");
    rows.made.revoke(rows.ca, rows.alice, x509::RevocationReason::certificate_hold);
    CHECK(rows.said() == "tryLater");
    CHECK(rows.answer().problem.find("says what was true before") != std::string::npos);
    CHECK(rows.presign_elsewhere().made == 1);
    CHECK(rows.said() == "revoked");
    authority::release(rows.ca, rows.made.run("unhold"), {rows.alice});
    CHECK(rows.said() == "tryLater");
    CHECK(rows.presign_elsewhere().made == 1);
    CHECK(rows.said() == "good");
    rows.made.revoke(rows.ca, rows.alice);
    CHECK(rows.said() == "tryLater");
    // Another reason and another time are another answer.
    CHECK(rows.presign_elsewhere().made == 1);
    CHECK(rows.said() == "revoked");
    CHECK(rows.presign_elsewhere().made == 0);
}

TEST_CASE("rows are given until they end, and a responder that can sign gives none") {
    Rows rows;
    const Time end = rows.answer().next_update;
    CHECK(rows.keyless->problems(end - Duration(1)).empty());
    CHECK(rows.keyless->first_presigned_end(end) == end);
    CHECK(rows.keyless->problems(end).size() == rows.ca.tiers().size());
    CHECK(rows.keyless->answer(rows.request(), end - Duration(1)).status == OcspStatus::successful);
    CHECK(rows.keyless->answer(rows.request(), end).status == OcspStatus::try_later);
    // Who cannot sign makes no rows out of rows.
    authority::PresignedRows place(rows.ca, x509::OcspHash::sha1);
    CHECK_THROWS_AS(authority::presign(rows.ca, *rows.keyless, place, end - Duration(10),
                                       {.hash = x509::OcspHash::sha1, .all = true, .should_stop = {}}),
                    Error);
    for (const authority::Tier& tier : rows.ca.tiers())
        std::filesystem::rename(rows.away(tier), rows.file(tier));
    const auto anew = rows.keyless->answer(rows.request(), end - Duration(2)); // a second later it looks
    CHECK(anew.status == OcspStatus::successful);
    CHECK_FALSE(anew.was_presigned);
}

TEST_CASE("rows that nobody asks for any longer go, also those by a hash that is no longer signed") {
    Rows rows;
    const auto count = [&] {
        std::size_t found = 0;
        store::for_each_presigned_answer(rows.ca.database(), [&](const store::PresignedAnswer&) { ++found; });
        return found;
    };
    const std::size_t before = count();
    CHECK(rows.presign_elsewhere({.hash = x509::OcspHash::sha256, .all = false, .should_stop = {}}).made ==
          before);
    CHECK(count() == 2 * before);
    rows.made.clock.time = rows.alice.not_after + Duration(1);
    for (const authority::Tier& tier : rows.ca.tiers())
        std::filesystem::remove(rows.away(tier));
    authority::renew_delegates(rows.ca, rows.made.run("crl"));
    rows.presign();
    store::for_each_presigned_answer(rows.ca.database(), [&](const store::PresignedAnswer& row) {
        CHECK(row.hash == x509::OcspHash::sha1);
        CHECK(row.serial != rows.alice.serial);
    });
    CHECK(count() > 0);
}

TEST_CASE("a proof of the database judges each row as who asks would, and tells what is wrong with which") {
    Rows rows;
    std::vector<store::PresignedAnswer> good;
    store::for_each_presigned_answer(rows.ca.database(),
                                     [&](const store::PresignedAnswer& row) { good.push_back(row); });
    const auto& alice = *std::find_if(good.begin(), good.end(), [&](const store::PresignedAnswer& row) {
        return row.serial == rows.alice.serial;
    });
    const auto& another = *std::find_if(good.begin(), good.end(), [&](const store::PresignedAnswer& row) {
        return row.serial != rows.alice.serial;
    });
    // What the proof says with this row in place of alice's; empty: nothing.
    const auto said_of = [&](const store::PresignedAnswer& row) {
        store::Transaction transaction(rows.ca.database());
        store::keep_presigned_answer(transaction, row);
        transaction.commit();
        std::string said;
        for (const Finding& finding :
             authority::check_consistency(rows.ca, rows.made.run("db check"), {}).findings)
            if (finding.rule == "presigned-answer")
                said += finding.subject + " " + finding.detail;
        return said;
    };
    const std::string object = "presigned answer about " + encoding::to_upper_hex(rows.alice.serial);
    CHECK(said_of(alice).empty());
    store::PresignedAnswer about_another = alice, longer = alice, forged = alice;
    about_another.response = another.response;
    CHECK(said_of(about_another).starts_with(object + " is no answer to the question"));
    longer.next_update += Duration(1);
    CHECK(said_of(longer).starts_with(object + " ends at another time than its row"));
    forged.response.back() ^= 1U; // of the signature of the responder's certificate, which stands last
    CHECK(said_of(forged).starts_with(object + " is not signed by a responder of its issuer"));
    CHECK(said_of(alice).empty());
}
