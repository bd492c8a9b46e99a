#include "authority/made_ca.h"
#include "refusal.h"

#include <catch2/catch.hpp>

using namespace made_ca;

namespace {

authority::CreationOptions options() {
    authority::CreationOptions options;
    options.name = "Acme";
    options.root_validity = days(3650);
    options.issuing_validity = days(1825);
    options.settings = settings;
    return options;
}

} // namespace

TEST_CASE("root and issuing CA have exactly what RFC 5280 wants of a CA") {
    MadeCa made;
    authority::Ca ca = made.open();
    REQUIRE(ca.tiers().size() == 2);
    for (const authority::Tier& tier : ca.tiers()) {
        CHECK(tier.certificate.is_ca());
        CHECK(tier.certificate.key_usages() ==
              std::vector{x509::KeyUsage::key_cert_sign, x509::KeyUsage::crl_sign});
        CHECK(tier.certificate.extended_key_usages().empty());
        CHECK(tier.certificate.not_before() == start - 5min);
    }
    const x509::Certificate& root = ca.tiers()[0].certificate;
    const x509::Certificate& issuing = ca.tiers()[1].certificate;
    CHECK(root.is_signed_by(root.public_key()));
    CHECK(issuing.is_signed_by(root.public_key()));
    CHECK(issuing.authority_key_identifier() == root.subject_key_identifier());
    CHECK(root.subject().to_string() == "CN=Acme Root CA,O=Acme");
    CHECK(&ca.issuing() == &ca.tiers()[1]);
}

TEST_CASE("with one tier the root issues, and there is no issuing CA's file") {
    MadeCa made(/*one_tier=*/true);
    authority::Ca ca = made.open();
    CHECK(ca.tiers().size() == 1);
    CHECK(ca.issuing().name() == "root");
    CHECK_FALSE(std::filesystem::exists(made.files().certificate("issuing")));
    CHECK(authority::chain_pem(ca, made.issue(ca, "alice")).find("BEGIN", 20) == std::string::npos);
}

TEST_CASE("a folder that holds a CA is refused, and so is one whose files would be overwritten") {
    MadeCa made;
    CHECK(code_of([&] { authority::create_ca(made.home(), options(), made.run("init")); }) == Code::already);
    const io::Path other = made.folder / "other";
    std::filesystem::create_directories(other / "private");
    CHECK(code_of([&] { authority::create_ca(other, options(), made.run("init")); }) == Code::already);
    CHECK(std::filesystem::is_empty(other / "private"));
}

TEST_CASE("what a dead run of init left is cleared away by the next one") {
    MadeCa made;
    const io::Path home = made.folder / "dead";
    authority::create_ca(home, options(), made.run("init"));
    // Died after the keys were moved into place and before the database was.
    std::filesystem::create_directory(home / ".init");
    std::filesystem::rename(home / "mtlsca.db", home / ".init" / "mtlsca.db");
    authority::create_ca(home, options(), made.run("init"));
    CHECK(std::filesystem::exists(home / "mtlsca.db"));
    CHECK_FALSE(std::filesystem::exists(home / ".init"));
    authority::Ca::Access access;
    access.passphrase = [] { return Secret(); };
    authority::Ca ca = authority::Ca::open(home, std::move(access));
    CHECK_NOTHROW(ca.key(ca.issuing()));
}

TEST_CASE("keys are encrypted with the passphrase, 0600, in a folder 0700") {
    MadeCa made;
    const io::Path home = made.folder / "locked";
    authority::CreationOptions locked = options();
    locked.passphrase = Secret("correct horse");
    authority::create_ca(home, locked, made.run("init"));
    namespace fs = std::filesystem;
    CHECK(fs::status(home / "private").permissions() == fs::perms::owner_all);
    CHECK(fs::status(home / "private" / "root.key").permissions() ==
          (fs::perms::owner_read | fs::perms::owner_write));
    const auto open_with = [&](const char* passphrase) {
        return code_of([&] {
            x509::PrivateKey::open(home / "private" / "issuing.key", [&] { return Secret(passphrase); });
        });
    };
    CHECK(open_with("correct horse") == Code::done);
    CHECK(open_with("wrong") == Code::secret);
}

TEST_CASE("an issuing CA that would outlive its root, and names that cannot be, are refused all at once") {
    authority::CreationOptions bad = options();
    bad.name = "Acme,OU=Admin";
    bad.issuing_validity = days(4000);
    try {
        authority::plan_ca(bad, start);
        FAIL("not refused");
    } catch (const Error& error) {
        CHECK(error.code == Code::refused);
        CHECK(error.findings.size() == 2);
    }
}
