#include "authority/made_ca.h"

#include <catch2/catch.hpp>

using made_ca::MadeCa;
using namespace mtlsca;

namespace {

// A CA whose keys have a passphrase, and how often it was asked for.
struct LockedCa {
    LockedCa() {
        authority::CreationOptions options;
        options.name = "Acme";
        options.root_validity = std::chrono::days(3650);
        options.issuing_validity = std::chrono::days(1825);
        options.settings = made_ca::settings;
        options.passphrase = Secret("correct horse");
        authority::create_ca(home, options, made.run("init"));
    }

    authority::Ca open() {
        authority::Ca::Access access;
        access.passphrase = [this] {
            ++asked;
            return Secret("correct horse");
        };
        return authority::Ca::open(home, std::move(access));
    }

    MadeCa made;
    io::Path home = made.folder / "locked";
    int asked = 0;
};

} // namespace

TEST_CASE(
    "the passphrase of all keys is asked for once, and again by who needs a key after it was forgotten") {
    LockedCa locked;
    authority::Ca ca = locked.open();
    ca.key(ca.issuing());
    ca.key(ca.root());
    CHECK(locked.asked == 1);

    authority::Ca other = locked.open();
    other.key(other.issuing());
    other.forget_passphrase();
    other.key(other.issuing());
    CHECK(locked.asked == 2);
    other.key(other.root());
    CHECK(locked.asked == 3);
}

TEST_CASE("a key that is made after the passphrase was forgotten is encrypted as the others are") {
    LockedCa locked;
    authority::Ca ca = locked.open();
    ca.key(ca.issuing());
    ca.forget_passphrase();
    ca.new_key("issuing-2", std::nullopt);
    bool needs_passphrase = false;
    x509::PrivateKey::open(ca.folder().key("issuing-2"), [&] {
        needs_passphrase = true;
        return Secret("correct horse");
    });
    CHECK(needs_passphrase);
}
