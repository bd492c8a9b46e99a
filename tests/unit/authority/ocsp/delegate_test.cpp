#include "asking.h"
#include "refusal.h"
#include "store/inventory/overview.h"

#include "authority/certificate/renewal.h"
#include "authority/health/health.h"

#include <catch2/catch.hpp>
#include <sys/stat.h>

using namespace asking;

namespace {

authority::Delegate delegate_of(const MadeCa& made, const char* tier) {
    const authority::Ca ca = made.open();
    return authority::read_delegate(ca, *ca.find_tier(tier)).value();
}

mode_t mode_of(const io::Path& path) {
    return io::file_state(path).value().mode;
}

} // namespace

TEST_CASE(
    "a delegate signs OCSP and nothing else, needs no revocation check, and is recorded like all others") {
    Asked asked;
    const authority::Ca ca = asked.made.open();
    const authority::Delegate delegate = delegate_of(asked.made, "issuing");
    CHECK(delegate.certificate.extended_key_usages() == std::vector<std::string>{"1.3.6.1.5.5.7.3.9"});
    CHECK(delegate.certificate.key_usages() == std::vector{x509::KeyUsage::digital_signature});
    CHECK_FALSE(delegate.certificate.is_ca());
    CHECK(delegate.certificate.crl_urls().empty());
    const Bytes no_check = der::oid_element("1.3.6.1.5.5.7.48.1.5");
    CHECK(as_text(delegate.certificate.der()).find(as_text(no_check)) != std::string_view::npos);
    CHECK(delegate.certificate.not_after() == start + days(14));
    CHECK(delegate_of(asked.made, "root").certificate.not_after() == start + days(180));

    store::Filter filter;
    filter.serial = delegate.certificate.serial();
    const auto found = store::find(ca.database(), filter, start, 2);
    REQUIRE(found.size() == 1);
    CHECK(found[0].state == store::State::valid);
    CHECK(found[0].der == delegate.certificate.der());
    CHECK(found[0].profile == "ocsp-responder");
}

TEST_CASE("a delegate's key is for its owner alone") {
    Asked asked;
    const io::Path file = authority::delegate_file(asked.made.files(), "issuing");
    CHECK(mode_of(file) == 0600);
    CHECK(mode_of(file.parent_path()) == 0700);
}

TEST_CASE("a delegate is renewed with a new key when half of it is left, a root's with the root's CRL") {
    Asked asked;
    const auto renewed = [&asked] {
        authority::Ca ca = asked.made.open();
        CHECK(authority::is_any_delegate_due(ca, asked.made.clock.now()) ==
              (authority::why_delegate_due(ca, ca.issuing(), asked.made.clock.now()) ||
               authority::why_delegate_due(ca, ca.root(), asked.made.clock.now())));
        std::vector<std::string> names;
        for (const auto& made : authority::renew_delegates(ca, asked.made.run("crl")).made)
            names.push_back(made.name);
        return names;
    };
    const Bytes key = delegate_of(asked.made, "issuing").key.public_key().spki();
    asked.made.clock.time = start + days(7) - 1s;
    CHECK(renewed().empty());
    asked.made.clock.time = start + days(7);
    CHECK(renewed() == std::vector<std::string>{"OCSP responder of issuing"});
    CHECK(delegate_of(asked.made, "issuing").key.public_key().spki() != key);
    CHECK(renewed().empty());
    asked.made.clock.time = start + days(150);
    CHECK(renewed() == std::vector<std::string>{"OCSP responder of root", "OCSP responder of issuing"});
}

TEST_CASE("what is no delegate of this CA is not used, and a new one is made") {
    Asked asked, other;
    const io::Path file = authority::delegate_file(asked.made.files(), "issuing");
    const auto swap = [&](const io::Path& with) {
        std::filesystem::copy_file(with, file, std::filesystem::copy_options::overwrite_existing);
        authority::Ca ca = asked.made.open();
        CHECK(code_of([&] { authority::read_delegate(ca, ca.issuing()); }) != Code::done);
        asked.responder.emplace(asked.made.open(), start);
        CHECK(asked.ask(question(ca.issuing().certificate, {{0x77}})).status == x509::OcspStatus::try_later);
        CHECK(authority::renew_delegates(ca, asked.made.run("crl")).made.size() == 1);
        asked.responder.emplace(asked.made.open(), start);
        CHECK(asked.status_of({0x77}) == Status::unknown);
    };
    swap(authority::delegate_file(other.made.files(), "issuing")); // another CA's
    swap(authority::delegate_file(asked.made.files(), "root"));    // another tier's
    swap(asked.made.files().certificate("issuing"));               // a certificate alone, and no responder's
}

TEST_CASE("a CA whose key is elsewhere gets no delegate, and keeps the one it has") {
    Asked asked;
    std::filesystem::remove(asked.made.files().key("root"));
    asked.made.clock.time = start + days(150);
    authority::Ca ca = asked.made.open();
    const authority::DelegateRenewal renewal = authority::renew_delegates(ca, asked.made.run("crl"));
    CHECK(renewal.failures.empty());
    REQUIRE(renewal.made.size() == 1);
    CHECK(asked.status_of(ca.root(), ca.issuing().certificate.serial()) == Status::good);
}

TEST_CASE("neither `renew --due` nor `status` takes a delegate for a certificate that somebody forgot") {
    Asked asked;
    asked.made.clock.time = start + days(13);
    authority::Ca ca = asked.made.open();
    authority::for_each_due(ca, asked.made.clock.now(), {},
                            [](const store::Certificate& due) { FAIL(due.name); });
    std::uint64_t unreplaced = 0;
    store::for_each_unreplaced(ca.database(), start, Time::max(), [&](const store::Unreplaced&) {
        ++unreplaced;
        return true;
    });
    CHECK(unreplaced == 2); // they are there, and so the rest of this test means something
    const authority::HealthOptions options{{policy::DueTime::share(33), days(30)},
                                           {policy::DueTime::share(20), days(7)}};
    const authority::Health health = authority::examine(ca, asked.made.clock.now(), options);
    for (const authority::Symptom& symptom : health.symptoms)
        CHECK(symptom.rule.find("certificate") == std::string::npos);
}

TEST_CASE(
    "`status` tells of a responder that is late, over, broken or missing, and of none that was never asked") {
    Asked asked;
    const auto told = [](MadeCa& made) {
        authority::Ca ca = made.open();
        const authority::HealthOptions options{{policy::DueTime::share(33), days(30)},
                                               {policy::DueTime::share(20), days(7)}};
        std::vector<std::string> rules;
        for (const authority::Symptom& symptom : authority::examine(ca, made.clock.now(), options).symptoms)
            if (symptom.rule.starts_with("ocsp-"))
                rules.push_back(to_string(symptom.severity) + (" " + symptom.rule));
        return rules;
    };
    using Rules = std::vector<std::string>;
    CHECK(told(asked.made).empty());
    asked.made.clock.time = start + days(8); // due, and cron may still come
    CHECK(told(asked.made).empty());
    asked.made.clock.time = start + days(9);
    CHECK(told(asked.made) == Rules{"warning ocsp-responder-expiring"});
    asked.made.clock.time = start + days(13);
    CHECK(told(asked.made) == Rules{"error ocsp-responder-expiring"});
    asked.made.clock.time = start + days(14);
    CHECK(told(asked.made) == Rules{"error ocsp-responder-expired"});
    const io::Path file = authority::delegate_file(asked.made.files(), "issuing");
    io::write_file(file, "broken", io::Mode::private_file);
    CHECK(told(asked.made) == Rules{"error ocsp-responder-unusable"});
    std::filesystem::remove(file);
    CHECK(told(asked.made) == Rules{"warning ocsp-responder-missing"});
    MadeCa never;
    CHECK(told(never).empty());
}
