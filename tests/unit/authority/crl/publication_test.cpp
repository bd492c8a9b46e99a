#include "authority/made_ca.h"
#include "x509/certificate/verification.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace made_ca;

TEST_CASE("a new CA has empty, valid CRLs of both tiers, so that nginx lets clients in at once") {
    MadeCa made;
    authority::Ca ca = made.open();
    for (const authority::Tier& tier : ca.tiers()) {
        const PublishedFile file(made, tier.name());
        CHECK(file.crl.is_signed_by(tier.certificate.public_key()));
        CHECK(file.crl.entries() == 0);
        CHECK(file.number() == 1);
        CHECK(file.crl.this_update() == start - 5min);
    }
    CHECK(PublishedFile(made, "issuing").crl.next_update() == start + days(7));
    CHECK(PublishedFile(made, "root").crl.next_update() == start + days(180));
}

TEST_CASE("a revoked certificate is in the next CRL, with its reason, and the number is higher") {
    MadeCa made;
    authority::Ca ca = made.open();
    const store::Certificate alice = made.issue(ca, "alice");
    made.revoke(ca, alice);
    CHECK(made.publish(ca, /*if_due=*/true).changed);
    const PublishedFile file(made, "issuing");
    const auto entry = file.crl.find(alice.serial);
    REQUIRE(entry);
    CHECK(entry->reason == 1);
    CHECK(file.number() == 2);
}

TEST_CASE("nothing is published when nothing is due, and a missing file makes it due") {
    MadeCa made;
    authority::Ca ca = made.open();
    CHECK_FALSE(made.publish(ca, true).changed);
    std::filesystem::remove(made.files().bundle());
    CHECK(made.publish(ca, true).changed);
    CHECK(std::filesystem::exists(made.files().bundle()));
    std::filesystem::remove(made.files().crl("issuing"));
    CHECK(made.publish(ca, true).changed);
    made.clock.time = start + days(6) + 1s; // inside the overlap of 24 hours
    CHECK(made.publish(ca, true).changed);
    CHECK_FALSE(made.publish(ca, true).changed);
}

TEST_CASE("a CRL that somebody else put in the place of ours uses up no numbers") {
    MadeCa made;
    authority::Ca ca = made.open();
    const io::Path path = made.files().crl("issuing");
    Bytes forged = io::read_file(path, 1 << 20);
    const Bytes number{0x55, 0x1d, 0x14, 0x04, 0x03, 0x02, 0x01, 0x01}; // cRLNumber: 1
    const auto found = std::search(forged.begin(), forged.end(), number.begin(), number.end());
    REQUIRE(found != forged.end());
    found[7] = 0x7f;
    io::write_file(path, forged, io::Mode::public_file);
    made.publish(ca);
    CHECK(PublishedFile(made, "issuing").number() == 2);
}

TEST_CASE("after a clock that was years ahead the revoked are in the CRL, and thisUpdate can begin anew") {
    MadeCa made;
    authority::Ca ca = made.open();
    const store::Certificate alice = made.issue(ca, "alice"); // ten days
    made.clock.time = start + days(1000);
    made.publish(ca);
    made.clock.time = start + days(1);
    made.revoke(ca, alice);
    const auto warned = made.publish(ca);
    CHECK(warned.warnings.front().rule == "clock-behind");
    CHECK(PublishedFile(made, "issuing").crl.find(alice.serial));
    CHECK(PublishedFile(made, "issuing").crl.this_update() == start + days(1000) - 5min);
    authority::PublicationOptions options;
    options.clock_is_right = true;
    authority::publish(ca, made.run("crl"), options);
    const PublishedFile file(made, "issuing");
    CHECK(file.crl.this_update() == made.clock.time - 5min);
    CHECK(file.crl.find(alice.serial));
    CHECK(file.number() == 4);
    authority::publish(ca, made.run("crl"), options); // is right, and was not ahead
    CHECK(PublishedFile(made, "issuing").crl.this_update() == made.clock.time - 5min);
}

TEST_CASE("broken settings hold no revocation back: the next CRL is good for as long as the last one") {
    MadeCa made;
    authority::Ca sound = made.open();
    const store::Certificate alice = made.issue(sound, "alice");
    authority::PublicationOptions two_days;
    two_days.next_update = days(2);
    authority::publish(sound, made.run("crl"), two_days);
    io::write_file(made.files().settings(), as_bytes("[ca"), io::Mode::public_file);
    CHECK_THROWS_AS(made.open(), Error);
    authority::Ca::Access access;
    access.needs_settings = false;
    authority::Ca ca = authority::Ca::open(made.home(), std::move(access));
    CHECK(ca.settings_problem());
    CHECK_THROWS_AS(ca.config(), Error);
    made.clock.time += days(1);
    made.revoke(ca, alice);
    CHECK(made.publish(ca, /*if_due=*/true).changed);
    const PublishedFile file(made, "issuing");
    CHECK(file.crl.find(alice.serial));
    CHECK(file.crl.next_update() == made.clock.time + days(2));
    CHECK(ca.crl_times(ca.issuing()).overlap == 12h);
}

TEST_CASE(
    "an expired certificate stays on one more CRL, as RFC 5280 3.3 wants, and is gone from the one after") {
    MadeCa made;
    authority::Ca ca = made.open();
    const store::Certificate alice = made.issue(ca, "alice"); // ten days
    made.revoke(ca, alice);
    made.publish(ca);
    made.clock.time = start + days(11);
    made.publish(ca);
    CHECK(PublishedFile(made, "issuing").crl.find(alice.serial));
    made.clock.time += days(1);
    made.publish(ca);
    CHECK_FALSE(PublishedFile(made, "issuing").crl.find(alice.serial));
}

TEST_CASE(
    "a clock that jumped back warns, never holds a revocation back, and thisUpdate does not go backwards") {
    MadeCa made;
    authority::Ca ca = made.open();
    made.clock.time = start + days(3);
    made.publish(ca);
    const Time before = PublishedFile(made, "issuing").crl.this_update();
    made.clock.time = start + days(1);
    const store::Certificate alice = made.issue(ca, "alice");
    made.revoke(ca, alice);
    const authority::Publication publication = made.publish(ca);
    const PublishedFile file(made, "issuing");
    CHECK(file.crl.find(alice.serial));
    CHECK(file.crl.this_update() == before);
    CHECK(file.crl.next_update() > before); // a CRL that ended before it began was made here once
    CHECK_FALSE(publication.warnings.empty());
}

TEST_CASE("a database restored from a backup goes on above the number that is published") {
    MadeCa made;
    const io::Path backup = made.folder / "backup.db";
    { made.open().database().close(); }
    std::filesystem::copy_file(made.files().database(), backup);
    {
        authority::Ca ca = made.open();
        for (int i = 0; i < 3; ++i)
            made.publish(ca);
        ca.database().close();
    }
    const std::uint64_t published = PublishedFile(made, "issuing").number();
    std::filesystem::copy_file(backup, made.files().database(),
                               std::filesystem::copy_options::overwrite_existing);
    authority::Ca ca = made.open();
    made.publish(ca);
    CHECK(PublishedFile(made, "issuing").number() > published);
}

TEST_CASE("the root's key may be away until the root's own CRL is due, and the issuing CRL is published all "
          "the same") {
    MadeCa made;
    authority::Ca ca = made.open();
    std::filesystem::rename(made.files().key("root"), made.folder / "safe.key");
    CHECK(made.publish(ca).failures.empty());
    made.clock.time = start + days(160);
    const authority::Publication publication = made.publish(ca, true);
    REQUIRE(publication.failures.size() == 1);
    CHECK(publication.failures[0].code == Code::secret);
    CHECK(publication.failures[0].object == made.files().key("root"));
    CHECK(PublishedFile(made, "issuing").crl.next_update() == made.clock.time + days(7));
}

TEST_CASE("the bundle lets a client through a check of every CA up to the root, and stops a revoked one") {
    MadeCa made;
    authority::Ca ca = made.open();
    const store::Certificate alice = made.issue(ca, "alice");
    const store::Certificate mallory = made.issue(ca, "mallory");
    made.revoke(ca, mallory);
    made.publish(ca);
    const io::MappedFile root(made.files().crl("root"));
    const io::MappedFile issuing(made.files().crl("issuing"));
    x509::VerificationInput input;
    input.trusted = ca.certificates();
    input.crls = {root.bytes(), issuing.bytes()};
    input.at = start;
    input.purpose = x509::Purpose::tls_client;
    input.strict = true;
    CHECK(x509::verify_chain(x509::Certificate::from_der(alice.der, "alice"), input).empty());
    CHECK(has_errors(x509::verify_chain(x509::Certificate::from_der(mallory.der, "mallory"), input)));
}

TEST_CASE("a hook is remembered with the publication it must be told of") {
    MadeCa made;
    authority::Ca ca = made.open();
    authority::PublicationOptions options;
    options.on_change = "reload";
    authority::publish(ca, made.run("crl"), options);
    CHECK(store::pending_hook(ca.database()) == "reload");
}
