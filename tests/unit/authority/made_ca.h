// A CA in a folder of its own, made by create_ca, at a time that the test moves.
#pragma once

#include "authority/certificate/issuance.h"
#include "authority/certificate/revocation.h"
#include "authority/crl/publication.h"
#include "authority/tier/creation.h"
#include "temporary_folder.h"

namespace made_ca {

using namespace mtlsca;
using namespace std::chrono_literals;
using std::chrono::days;

inline constexpr Time start{std::chrono::sys_days(std::chrono::year(2027) / 3 / 1)};

inline constexpr const char* settings = R"(
[ca]
name = "Acme"
backdate = "5m"
[crl]
next_update = "7d"
overlap = "24h"
root_next_update = "180d"
root_overlap = "30d"
[roles]
Admin = "admin"
[profiles.client]
validity = "10d"
longest_validity = "90d"
keys = ["ec-p256"]
key_usages = ["digitalSignature"]
extended_key_usages = ["clientAuth"]
san_types = ["dns", "ip", "email", "uri"]
ous = ["@roles"]
unique = true
)";

class MovableClock final : public Clock {
public:
    Time now() const override { return time; }
    Time time = start;
};

class CountingSerials final : public x509::SerialSource {
public:
    Bytes next() override {
        Bytes serial(16, 0x11);
        serial.back() = ++count_;
        return serial;
    }

private:
    std::uint8_t count_ = 0;
};

class MadeCa {
public:
    explicit MadeCa(bool one_tier = false) {
        authority::CreationOptions options;
        options.name = "Acme";
        options.root_validity = days(3650);
        options.issuing_validity = one_tier ? options.root_validity : Duration(days(1825));
        options.one_tier = one_tier;
        options.settings = settings;
        authority::create_ca(home(), options, run("init"));
    }

    io::Path home() const { return folder / "ca"; }
    authority::CaFolder files() const { return {home()}; }
    authority::Run run(const char* command) { return {clock, serials, command, "tester@host"}; }

    authority::Ca open() const {
        authority::Ca::Access access;
        access.passphrase = [] { return Secret(); };
        return authority::Ca::open(home(), std::move(access));
    }

    static policy::Planned plan(authority::Ca& ca, const authority::Run& run, const std::string& name) {
        policy::SigningOptions options;
        options.name = name;
        return policy::plan_certificate(ca.config(), policy::find_profile(ca.config(), "client"),
                                        std::nullopt, options, authority::facts(ca, run, nullptr));
    }

    store::Certificate issue(authority::Ca& ca, const std::string& name) {
        const auto key = x509::PrivateKey::generate(x509::KeyType::ec_p256);
        return authority::issue(ca, run("issue"), *plan(ca, run("issue"), name).plan, key.public_key());
    }

    void revoke(authority::Ca& ca, const store::Certificate& certificate,
                x509::RevocationReason reason = x509::RevocationReason::key_compromise) {
        authority::revoke(ca, run("revoke"), {certificate}, {reason, clock.now(), std::nullopt});
    }

    authority::Publication publish(authority::Ca& ca, bool if_due = false) {
        authority::PublicationOptions options;
        options.if_due = if_due;
        return authority::publish(ca, run("crl"), options);
    }

    TemporaryFolder folder;
    MovableClock clock;
    CountingSerials serials;
};

// The published CRL of a tier, read back.
class PublishedFile {
public:
    PublishedFile(const MadeCa& made, const std::string& tier)
        : file_(made.files().crl(tier)), crl(x509::Crl::read(file_.bytes(), tier)) {}
    std::uint64_t number() const {
        return crl.number()->back() + 256U * (crl.number()->size() > 1 ? crl.number()->front() : 0U);
    }

private:
    io::MappedFile file_;

public:
    x509::Crl crl;
};

} // namespace made_ca
