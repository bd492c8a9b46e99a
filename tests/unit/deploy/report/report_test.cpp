// Numbers and rows of the report; how it looks and works in a browser is tests/report.
#include "deploy/report/statistics.h"
#include "deploy/report/text.h"

#include "store/inventory_fixture.h"

#include <catch2/catch.hpp>

using namespace inventory;
using namespace mtlsca::deploy;
using report::Phase;

namespace {

class Reported : public Inventory {
public:
    store::CertificateId add(const std::string& name, Duration left,
                             std::optional<store::CertificateId> renews = {}) {
        store::Intent wanted = intent(name);
        wanted.not_after = now + left;
        wanted.owner = name;
        wanted.renews = renews;
        return issue(database, wanted);
    }
    report::Source source() const {
        return {.config = config,
                .database = database,
                .authorities = {},
                .is_due = [](const auto& certificate) { return certificate.not_after - now < 30 * day; },
                .now = now,
                .version = "1",
                .most_rows = 20000};
    }
    std::string page(std::uint64_t most_rows = 20000) const {
        report::Source wanted = source();
        wanted.most_rows = most_rows;
        std::string text;
        report::write_report(wanted, [&](std::string_view piece) { text += piece; });
        return text;
    }
    policy::Config config;
};

std::size_t count_of(std::string_view what, std::string_view text) {
    std::size_t count = 0;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1))
        ++count;
    return count;
}

} // namespace

TEST_CASE("text from outside is no markup, and what cannot be seen is shown") {
    CHECK(report::html("<a href=\"x\">'&'") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;");
    CHECK(report::html("a\u202Eb\n\x01") == "a\\u{202E}b\\x0A\\x01");
    CHECK(report::html("J\u00fcrgen") == "J\u00fcrgen");
    CHECK(report::html("\xff<") == "\\xFF&lt;");
}

TEST_CASE("numbers and distances are as people write them") {
    CHECK(report::number(0) == "0");
    CHECK(report::number(999) == "999");
    CHECK(report::number(1000) == "1,000");
    CHECK(report::number(1234567) == "1,234,567");
    CHECK(report::distance(now + 89 * day, now) == "in 89 days");
    CHECK(report::distance(now - 3h, now) == "3 hours ago");
    CHECK(report::distance(now + 3650 * day, now) == "in 10 years");
    CHECK(report::distance(now + 800 * day - 1s, now) == "in 799 days");
    CHECK(report::distance(now - 60s, now) == "1 minute ago");
}

TEST_CASE("every certificate is in one phase of its life") {
    Reported ca;
    ca.add("active", 60 * day);
    ca.add("due", 20 * day);
    ca.add("renewed", 60 * day, ca.add("renewed", 10 * day));
    ca.add("expired", -5 * day);
    ca.add("archived", -31 * day);
    revoke(ca.database, ca.add("revoked", 60 * day));
    revoke(ca.database, ca.add("revoked and over", -1 * day));
    revoke(ca.database, ca.add("held", 60 * day), x509::RevocationReason::certificate_hold);
    revoke(ca.database, ca.add("held to its end", -60 * day), x509::RevocationReason::certificate_hold);
    record_pending(ca.database, ca.intent("pending"));

    const report::Statistics found = report::count(ca.source());
    CHECK(found.count(Phase::active) == 2);
    CHECK(found.count(Phase::due) == 1);
    CHECK(found.count(Phase::renewed) == 1);
    CHECK(found.count(Phase::held) == 1);
    CHECK(found.count(Phase::pending) == 1);
    CHECK(found.revoked_and_live == 1);
    CHECK(found.expired_lately == 1);
    CHECK(found.archived == 3);
    CHECK(found.successors == 1);
    CHECK(found.live == 5);
    CHECK(found.total == 11);
    // Neither lost nor twice.
    CHECK(found.count(Phase::active) + found.count(Phase::due) + found.count(Phase::renewed) +
              found.count(Phase::held) + found.count(Phase::pending) + found.revoked_and_live +
              found.expired_lately + found.archived ==
          found.total);
    // Due, and expired without a successor.
    CHECK(found.urgent_count == 2);
    CHECK(found.urgent.front().name == "expired");
}

TEST_CASE("what expired is missed where nobody renewed or replaced it, and of a line the last") {
    Reported ca;
    ca.add("line", -1 * day, ca.add("line", -8 * day));
    ca.add("renewed", 60 * day, ca.add("renewed", -1 * day, ca.add("renewed", -2 * day)));
    ca.add("replaced", -1 * day);
    ca.add("replaced", 60 * day);
    ca.add("long ago", -31 * day);
    const report::Statistics found = report::count(ca.source());
    REQUIRE(found.urgent.size() == 1);
    CHECK(found.urgent.front().name == "line");
    CHECK(found.urgent.front().not_after == now - day);
}

TEST_CASE("what ends falls into its week, and what ends later is counted apart") {
    Reported ca;
    ca.add("today", 1h);
    ca.add("last second", std::chrono::weeks(1) - 1s);
    ca.add("next week", std::chrono::weeks(1));
    ca.add("in a year", 365 * day);
    ca.add("later", std::chrono::weeks(53));
    const report::Statistics found = report::count(ca.source());
    CHECK(found.weeks[0].at("client") == 2);
    CHECK(found.weeks[1].at("client") == 1);
    CHECK(found.weeks[52].at("client") == 1);
    CHECK(found.after_a_year == 1);
}

TEST_CASE("a page that cannot list all lists the live ones, and says so") {
    Reported ca;
    ca.add("dead", -1 * day);
    ca.add("far", 80 * day);
    ca.add("near", 40 * day);
    const std::string whole = ca.page(3);
    CHECK(count_of("<tr data-phase=", whole) == 3);
    CHECK(count_of("are listed", whole) == 0);
    const std::string part = ca.page(2);
    CHECK(count_of("<tr data-phase=active", part) == 2);
    const std::string rows = part.substr(part.find("<tr data-phase="));
    CHECK(rows.find(">near<") < rows.find(">far<"));
    CHECK_THAT(part, Catch::Contains("Of 3 certificates 2 are listed"));
}

TEST_CASE("a page of nothing is a page") {
    const Reported ca;
    CHECK_THAT(ca.page(), Catch::Contains("Nothing was issued yet") && Catch::EndsWith("</html>\n"));
}
