#include "authority/health/health.h"

#include "authority/health/leftovers.h"
#include "authority/made_ca.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <sys/stat.h>

using namespace made_ca;
using policy::DueTime;

namespace {

authority::HealthOptions options(const char* warn = "30d", const char* critical = "7d", bool deep = false) {
    return {{*DueTime::parse(warn), days(30)}, {*DueTime::parse(critical), days(7)}, deep};
}

authority::Health health(MadeCa& made, const authority::HealthOptions& how = options()) {
    authority::Ca ca = made.open();
    return authority::examine(ca, made.clock.now(), how);
}

// "error crl-expired", … in the order told.
std::vector<std::string> rules(const authority::Health& health) {
    std::vector<std::string> found;
    for (const authority::Symptom& symptom : health.symptoms)
        found.push_back(std::string(to_string(symptom.severity)) + " " + symptom.rule);
    return found;
}

bool has(const authority::Health& health, const std::string& rule) {
    const auto found = rules(health);
    return std::find(found.begin(), found.end(), rule) != found.end();
}

} // namespace

TEST_CASE("a new CA is well, and says what it would need") {
    MadeCa made;
    const authority::Health found = health(made, options("30d", "7d", /*deep=*/true));
    CHECK(rules(found).empty());
    REQUIRE(found.tiers.size() == 2);
    CHECK(found.tiers[0].name == "root");
    CHECK(found.tiers[0].crl_due == start + days(150));
    CHECK(found.tiers[1].crl->next_update == start + days(7));
    CHECK(found.tiers[1].crl_bytes > 0);
}

TEST_CASE("every symptom says what to do") {
    MadeCa made;
    made.clock.time = start + days(1800);
    std::filesystem::remove(made.files().bundle());
    std::filesystem::remove(made.files().key("issuing"));
    ::chmod(made.files().key("root").c_str(), 0644);
    const authority::Health found = health(made);
    CHECK(found.symptoms.size() >= 5);
    for (const authority::Symptom& symptom : found.symptoms) {
        CHECK_FALSE(symptom.remedy.empty());
        CHECK_FALSE(symptom.subject.empty());
    }
    CHECK(std::is_sorted(found.symptoms.begin(), found.symptoms.end(),
                         [](const auto& left, const auto& right) { return left.severity > right.severity; }));
}

TEST_CASE("a CRL warns inside its overlap and is critical in the last quarter of it") {
    MadeCa made;
    // Seven days with an overlap of one.
    made.clock.time = start + days(6);
    CHECK_FALSE(has(health(made), "warning crl-due"));
    made.clock.time = start + days(6) + 1s;
    CHECK(has(health(made), "warning crl-due"));
    made.clock.time = start + days(6) + 18h;
    CHECK(has(health(made), "warning crl-due"));
    made.clock.time = start + days(6) + 18h + 1s;
    CHECK(has(health(made), "error crl-expiring"));
    made.clock.time = start + days(7);
    CHECK(has(health(made), "error crl-expired"));
    CHECK_FALSE(has(health(made), "error crl-expiring"));
}

TEST_CASE("the root's CRL counts down while its key is in a safe") {
    MadeCa made;
    std::filesystem::remove(made.files().key("root"));
    CHECK(rules(health(made)).empty());
    made.clock.time = start + days(150) + 1s;
    {
        authority::Ca ca = made.open();
        authority::PublicationOptions only_issuing;
        only_issuing.only_issuing = true;
        authority::publish(ca, made.run("crl"), only_issuing);
    }
    const authority::Health found = health(made);
    CHECK(rules(found) == std::vector<std::string>{"warning crl-due"});
    CHECK(found.symptoms[0].remedy.find(made.files().key("root")) != std::string::npos);
    CHECK_FALSE(found.tiers[0].has_key);
}

TEST_CASE("an issuing CA without its key is critical long before its CRL is") {
    MadeCa made;
    std::filesystem::remove(made.files().key("issuing"));
    CHECK(rules(health(made)) == std::vector<std::string>{"error key-missing"});
}

TEST_CASE("a key that does not open is seen with deep, and only then") {
    MadeCa made;
    std::filesystem::copy_file(made.files().key("root"), made.files().key("issuing"),
                               std::filesystem::copy_options::overwrite_existing);
    CHECK(rules(health(made)).empty());
    CHECK(rules(health(made, options("30d", "7d", true))) == std::vector<std::string>{"error key-unusable"});
}

TEST_CASE("a CA must outlive what its profiles allow") {
    MadeCa made; // certificates of 10 days, at most 90
    authority::Ca ca = made.open();
    const Time end = ca.issuing().certificate.not_after();
    const auto at = [&](Time time) {
        std::vector<std::string> found = rules(authority::examine(ca, time, options()));
        return std::any_of(found.begin(), found.end(),
                           [](const std::string& rule) { return rule == "error ca-expired"; })
                   ? "expired"
               : std::count(found.begin(), found.end(), "error ca-expiring") > 0   ? "error"
               : std::count(found.begin(), found.end(), "warning ca-expiring") > 0 ? "warning"
                                                                                   : "well";
    };
    CHECK(at(end - days(90)) == std::string("well"));
    CHECK(at(end - days(90) + 1s) == std::string("warning"));
    CHECK(at(end - days(10)) == std::string("warning"));
    CHECK(at(end - days(10) + 1s) == std::string("error"));
    CHECK(at(end + 1s) == std::string("expired"));
}

TEST_CASE("certificates warn by what is left, and rest once they are replaced or revoked") {
    MadeCa made;
    {
        authority::Ca ca = made.open();
        made.issue(ca, "alice"); // ten days
        const store::Certificate bob = made.issue(ca, "bob");
        made.revoke(ca, bob);
        made.publish(ca);
    }
    CHECK(rules(health(made, options("9d", "3d"))).empty());
    CHECK(rules(health(made, options("30d", "3d"))) ==
          std::vector<std::string>{"warning certificate-expiring"});
    // A share: a quarter of ten days, and never more than what stands beside it.
    CHECK(rules(health(made, options("25%", "8%"))).empty());
    made.clock.time = start + days(6) - 1h; // they began five minutes before the start
    CHECK(health(made, options("50%", "40%")).certificates.critical == 0);
    made.clock.time = start + days(6) + 1h;
    CHECK(health(made, options("50%", "40%")).certificates.critical == 1);
    CHECK(health(made).certificates.expiring == 1);
    CHECK(health(made).certificates.due == 0); // at a third of ten days and five minutes
    made.clock.time = start + days(7);
    CHECK(health(made).certificates.due == 1);
    CHECK(health(made).certificates.next.size() == 1);
}

TEST_CASE("one that expired is critical while it is fresh, then a warning, then history") {
    MadeCa made;
    {
        authority::Ca ca = made.open();
        made.issue(ca, "alice");
    }
    const auto at = [&](Duration after) {
        made.clock.time = start + after;
        authority::Ca ca = made.open();
        made.publish(ca);
        return rules(authority::examine(ca, made.clock.now(), options()));
    };
    CHECK(at(days(10) + 1s) == std::vector<std::string>{"error certificate-expired"});
    CHECK(at(days(18)) == std::vector<std::string>{"warning certificate-expired"});
    CHECK(at(days(41)).empty());
}

TEST_CASE("ten are named, the rest is counted with the right severity") {
    MadeCa made;
    {
        authority::Ca ca = made.open();
        for (int i = 0; i < 13; ++i)
            made.issue(ca, "host" + std::to_string(i));
    }
    const auto found = health(made);
    REQUIRE(found.symptoms.size() == 11);
    CHECK(found.symptoms.back().rule == "certificates-expiring");
    CHECK(found.symptoms.back().detail.starts_with("3 more"));
    CHECK(found.certificates.expiring == 13);
}

TEST_CASE("what was revoked and not published is told") {
    MadeCa made;
    {
        authority::Ca ca = made.open();
        made.revoke(ca, made.issue(ca, "alice"));
    }
    const auto found = health(made);
    CHECK(has(found, "warning crl-unpublished"));
    CHECK(found.tiers[1].has_unpublished_changes);
}

TEST_CASE("a bundle that was exchanged behind the database's back is told") {
    MadeCa made;
    const io::Path bundle = made.files().bundle();
    SECTION("cut") {
        const Bytes content = io::read_file(bundle, 1 << 20);
        const std::string text(as_text(content));
        std::ofstream(bundle) << text.substr(0, text.find("-----END") + 23);
        CHECK(has(health(made), "error crl-missing"));
    }
    SECTION("no PEM") {
        std::ofstream(bundle) << "nothing";
        CHECK(has(health(made), "error crl-not-pem"));
    }
    SECTION("gone") {
        std::filesystem::remove(bundle);
        CHECK(has(health(made), "error bundle-missing"));
    }
}

TEST_CASE("a clock behind the last event, and one that is years ahead") {
    MadeCa made;
    made.clock.time = start - 1min;
    CHECK(has(health(made), "warning clock-behind"));
    made.clock.time = start - 1h;
    CHECK(has(health(made), "error clock-behind"));
    CHECK(has(health(made), "error crl-future"));
    made.clock.time = start + days(400);
    CHECK(has(health(made), "warning clock-ahead"));
}

TEST_CASE("a database that somebody holds, or that is damaged, is told") {
    MadeCa made;
    SECTION("held") {
        authority::Ca other = made.open();
        const store::Transaction transaction(other.database());
        CHECK(rules(health(made)) == std::vector<std::string>{"error database-locked"});
    }
    SECTION("damaged") {
        const std::string path = made.files().database();
        {
            auto database = store::Database::open(path, store::Database::Access::write, 0ms);
            database.close();
        }
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(4096 * 2 + 8); // behind the header of the third page, a root page of some table
        file << std::string(64, '\xa5');
        file.close();
        bool is_told = false;
        try {
            is_told = has(health(made), "error database-integrity");
        } catch (const Error& error) {
            is_told = error.code == Code::store; // as `status` tells it
        }
        CHECK(is_told);
    }
}

TEST_CASE("repair takes permissions back, removes what dead commands left, and writes the bundle") {
    MadeCa made;
    const authority::CaFolder files = made.files();
    ::chmod(files.key("root").c_str(), 0644);
    ::chmod(files.private_folder().c_str(), 0755);
    ::chmod(files.settings().c_str(), 0666);
    std::ofstream(files.crl_folder() / ".root.crl.000000.tmp") << "x";
    const Bytes bundle = io::read_file(files.bundle(), 1 << 20);
    std::filesystem::remove(files.bundle());
    const auto before = rules(health(made));
    CHECK(before == std::vector<std::string>{"error bundle-missing", "error permissions", "error permissions",
                                             "error permissions", "note leftovers"});
    authority::Ca ca = made.open();
    CHECK(authority::repair(ca, made.run("status"), /*pretend=*/true).done.size() == 5);
    CHECK(rules(health(made)) == before);
    const authority::Repair repaired = authority::repair(ca, made.run("status"), false);
    CHECK(repaired.done.size() == 5);
    CHECK(repaired.failures.empty());
    CHECK(rules(health(made)).empty());
    CHECK(io::read_file(files.bundle(), 1 << 20) == bundle);
    CHECK(io::file_state(files.key("root"))->mode == 0600);
    CHECK(io::file_state(files.settings())->mode == 0644);
    CHECK(authority::repair(ca, made.run("status"), false).done.empty());
}

TEST_CASE("repair signs nothing: a CRL that is due stays to be made") {
    MadeCa made;
    std::filesystem::remove(made.files().bundle());
    made.clock.time = start + days(8);
    authority::Ca ca = made.open();
    const authority::Repair repaired = authority::repair(ca, made.run("status"), false);
    CHECK(repaired.done.empty());
    REQUIRE(repaired.failures.size() == 1);
    CHECK(repaired.failures[0].detail.find("mtlsca crl") != std::string::npos);
    CHECK_FALSE(io::exists(made.files().bundle()));
}
