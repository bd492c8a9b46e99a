#include "store/inventory_fixture.h"

#include "encoding/hex.h"

#include <catch2/catch.hpp>

using namespace inventory;
using store::Filter;
using Names = std::vector<std::string>;
using Status = Filter::Status;

namespace {

// Six certificates that differ in everything a filter asks for.
class Listing : public Inventory {
public:
    Listing() {
        add("web", "server", {"dns:a.example.com", "ip:10.0.0.1"}, {}, "ops", {{"env", "prod"}}, 10);
        add("Alice", "client", {"email:alice@example.com"}, {"Admin", "Ops"}, "alice", {{"env", "test"}}, 30);
        add("bob", "client", {}, {"Ops"}, "ops", {}, 20);
        add("held", "client", {}, {"Ops"}, "", {}, 40);
        add("gone", "client", {"uri:a.example.com"}, {"Ops"}, "", {}, 50);
        record_pending(database, intent("dead"));
        revoke(database, id_of("held"), x509::RevocationReason::certificate_hold);
        revoke(database, id_of("gone"));
    }
    store::CertificateId id_of(const std::string& name) const { return only(name).id; }
    store::Certificate only(const std::string& name) const {
        Filter filter;
        filter.name = name;
        return store::find(database, filter, now, 1).at(0);
    }
    Names with_status(Status status, Time time = now) const {
        Filter filter;
        filter.status = status;
        return names(database, filter, time);
    }
    Names with(std::optional<std::string> Filter::*field, const std::string& value) const {
        Filter filter;
        filter.*field = value;
        return names(database, filter);
    }

private:
    void add(const std::string& name, const std::string& profile, std::vector<std::string> sans,
             std::vector<std::string> ous, const std::string& owner, std::vector<store::Label> labels,
             int days) {
        store::Intent wanted = intent(name);
        wanted.profile = profile;
        wanted.sans = std::move(sans);
        wanted.ous = std::move(ous);
        wanted.owner = owner;
        wanted.labels = std::move(labels);
        wanted.not_after = now + days * day;
        issue(database, wanted);
    }
};

} // namespace

TEST_CASE("a listing has all, in the order of issue, without DER unless it is asked for") {
    Listing ca;
    CHECK(names(ca.database, {}) == Names{"web", "Alice", "bob", "held", "gone", "dead"});
    store::for_each(ca.database, {}, now, store::Depth::fingerprint,
                    [](const store::Certificate& certificate) {
                        CHECK(certificate.der.empty());
                        CHECK(certificate.fingerprint.empty() == (certificate.name == "dead"));
                        CHECK(certificate.revocation.has_value() ==
                              (certificate.name == "held" || certificate.name == "gone"));
                        return true;
                    });
    CHECK(store::find(ca.database, {}, now, 2).at(0).der.size() == 560);
}

TEST_CASE("a listing of records has the same rows, without what must be read from the certificate") {
    Listing ca;
    Filter filter;
    filter.expires_before = now + 35 * day;
    for (const Filter& wanted : {Filter{}, filter}) {
        Names whole, records;
        store::for_each(ca.database, wanted, now, store::Depth::fingerprint,
                        [&](const store::Certificate& certificate) {
                            whole.push_back(certificate.name + " " + encoding::to_hex(certificate.serial));
                            return true;
                        });
        store::for_each(ca.database, wanted, now, store::Depth::record,
                        [&](const store::Certificate& certificate) {
                            CHECK(certificate.fingerprint.empty());
                            CHECK(certificate.revocation.has_value() ==
                                  (certificate.name == "held" || certificate.name == "gone"));
                            records.push_back(certificate.name + " " + encoding::to_hex(certificate.serial));
                            return true;
                        });
        CHECK(records == whole);
        CHECK_FALSE(records.empty());
    }
    filter = {};
    filter.fingerprint = ca.only("bob").fingerprint;
    Names found;
    store::for_each(ca.database, filter, now, store::Depth::record,
                    [&](const store::Certificate& certificate) {
                        found.push_back(certificate.name);
                        return true;
                    });
    CHECK(found == Names{"bob"});
}

TEST_CASE("each filter finds what has its value and nothing else") {
    Listing ca;
    CHECK(ca.with(&Filter::name, "ALICE") == Names{"Alice"});
    CHECK(ca.with(&Filter::name, "alic").empty());
    CHECK(ca.with(&Filter::profile, "server") == Names{"web"});
    CHECK(ca.with(&Filter::profile, "never seen").empty());
    CHECK(ca.with(&Filter::owner, "ops") == Names{"web", "bob"});
    CHECK(ca.with(&Filter::ou, "Ops") == Names{"Alice", "bob", "held", "gone"});
    CHECK(ca.with(&Filter::ou, "ops").empty());
    CHECK(ca.with(&Filter::san, "dns:a.example.com") == Names{"web"});
    CHECK(ca.with(&Filter::san, "a.example.com") == Names{"web", "gone"});
    CHECK(ca.with(&Filter::san, "ip:a.example.com").empty());
    CHECK(ca.with(&Filter::san, "10.0.0.1") == Names{"web"});

    Filter filter;
    filter.labels = {store::Label{"env", "prod"}};
    CHECK(names(ca.database, filter) == Names{"web"});
    filter.labels = {store::Label{"env=prod", ""}};
    CHECK(names(ca.database, filter).empty());
    filter = {};
    filter.serial = ca.only("bob").serial;
    CHECK(names(ca.database, filter) == Names{"bob"});
    filter = {};
    filter.fingerprint = ca.only("bob").fingerprint;
    CHECK(names(ca.database, filter) == Names{"bob"});
    filter.name = "web";
    CHECK(names(ca.database, filter).empty()); // every member must match
}

TEST_CASE("a status is what people mean by it") {
    Listing ca;
    CHECK(ca.with_status(Status::valid) == Names{"web", "Alice", "bob"});
    CHECK(ca.with_status(Status::revoked) == Names{"gone"});
    CHECK(ca.with_status(Status::held) == Names{"held"});
    CHECK(ca.with_status(Status::pending) == Names{"dead"});
    CHECK(ca.with_status(Status::expired).empty());
    CHECK(ca.with_status(Status::expired, now + 20 * day + 1s) == Names{"web", "bob"});
    CHECK(ca.with_status(Status::valid, now + 20 * day + 1s) == Names{"Alice"});
    CHECK(ca.with_status(Status::held, now + 99 * day) == Names{"held"});
}

TEST_CASE("what expires soon comes in the order of expiry, without what has expired") {
    Listing ca;
    Filter filter;
    filter.expires_before = now + 35 * day;
    CHECK(names(ca.database, filter) == Names{"web", "bob", "Alice"});
    CHECK(names(ca.database, filter, now + 10 * day) == Names{"web", "bob", "Alice"}); // its last second
    CHECK(names(ca.database, filter, now + 10 * day + 1s) == Names{"bob", "Alice"});
    filter.expires_before = now + 30 * day; // before, not at
    CHECK(names(ca.database, filter) == Names{"web", "bob"});
    filter.owner = "ops";
    filter.profile = "client";
    CHECK(names(ca.database, filter) == Names{"bob"});
}

TEST_CASE("each order is the same with and without a filter's index") {
    Listing ca;
    Filter filter;
    filter.order = Filter::Order::expiry;
    CHECK(names(ca.database, filter) == Names{"web", "bob", "Alice", "held", "gone", "dead"});
    filter.ou = "Ops";
    CHECK(names(ca.database, filter) == Names{"bob", "Alice", "held", "gone"});
    filter.order = Filter::Order::name;
    CHECK(names(ca.database, filter) == Names{"Alice", "bob", "gone", "held"});
    filter.ou.reset();
    CHECK(names(ca.database, filter) == Names{"Alice", "bob", "dead", "gone", "held", "web"});
    filter.order = Filter::Order::issued;
    filter.expires_before = now + 35 * day;
    CHECK(names(ca.database, filter) == Names{"web", "Alice", "bob"});
}

TEST_CASE("pages put together are the whole listing, in each order, with equal names and ends") {
    Listing ca;
    for (const char* name : {"BOB", "web", "bob"})
        issue(ca.database, ca.intent(name));
    Filter whole;
    SECTION("all") {}
    SECTION("expiring") {
        whole.expires_before = now + 365 * day;
    }
    SECTION("through a search key") {
        whole.ou = "Ops";
    }
    SECTION("of a state") {
        whole.status = Status::valid;
    }
    SECTION("of a rare state") {
        whole.status = Status::held;
    }
    SECTION("of a name") {
        whole.name = "bob";
    }
    SECTION("live") {
        whole.live = true;
    }
    for (const auto order : {std::optional<Filter::Order>(), std::optional(Filter::Order::issued),
                             std::optional(Filter::Order::expiry), std::optional(Filter::Order::name)}) {
        whole.order = order;
        Names pages;
        Filter page = whole;
        page.limit = 2;
        for (int i = 0; i < 6; ++i)
            store::for_each(ca.database, page, now, store::Depth::fingerprint,
                            [&](const store::Certificate& certificate) {
                                pages.push_back(certificate.name);
                                page.after = certificate.id;
                                return true;
                            });
        CHECK(pages == names(ca.database, whole));
        CHECK(names(ca.database, page).empty());
    }
}

TEST_CASE("labels are asked for together, and so are issuers") {
    Listing ca;
    store::Intent wanted = ca.intent("two");
    wanted.labels = {{"env", "prod"}, {"tier", "1"}};
    issue(ca.database, wanted);
    Filter filter;
    filter.labels = {{"env", "prod"}};
    CHECK(names(ca.database, filter) == Names{"web", "two"});
    filter.labels.push_back({"tier", "1"});
    CHECK(names(ca.database, filter) == Names{"two"});
    filter.issuer = ca.root;
    CHECK(names(ca.database, filter).empty());
    filter.issuer = ca.issuing;
    CHECK(names(ca.database, filter) == Names{"two"});
    filter = {};
    filter.owner = "";
    CHECK(names(ca.database, filter) == Names{"held", "gone", "dead", "two"});
}

TEST_CASE("an annotation is found by its new values and no longer by its old ones") {
    Listing ca;
    const auto annotate = [&](const std::string& name, const store::Annotation& annotation) {
        store::Transaction transaction(ca.database);
        store::annotate(transaction, ca.only(name), annotation);
        transaction.commit();
    };
    annotate("web", {"Admin", {{"env", "test"}, {"new", ""}}, {"10.0.0.0/8"}});
    CHECK(store::annotation_of(ca.only("web")) ==
          store::Annotation{"Admin", {{"env", "test"}, {"new", ""}}, {"10.0.0.0/8"}});
    CHECK(ca.with(&Filter::owner, "Admin") == Names{"web"});
    CHECK(ca.with(&Filter::owner, "ops") == Names{"bob"});
    CHECK(ca.with(&Filter::ou, "Admin") == Names{"Alice"}); // a word that is an owner's, too
    CHECK(ca.with(&Filter::san, "dns:a.example.com") == Names{"web"});
    Filter filter;
    filter.labels = {{"env", "prod"}};
    CHECK(names(ca.database, filter).empty());
    filter.labels = {{"new", ""}};
    CHECK(names(ca.database, filter) == Names{"web"});
    filter = {};
    filter.fingerprint = ca.only("web").fingerprint;
    CHECK(names(ca.database, filter) == Names{"web"});
    annotate("web", {});
    CHECK(ca.with(&Filter::owner, "Admin").empty());
}

TEST_CASE("a listing stops when told to, and may search while it runs") {
    Listing ca;
    Names seen;
    store::for_each(ca.database, {}, now, store::Depth::fingerprint,
                    [&](const store::Certificate& certificate) {
                        seen.push_back(certificate.name);
                        CHECK(names(ca.database, {}).size() == 6);
                        return seen.size() < 2;
                    });
    CHECK(seen == Names{"web", "Alice"});
}

TEST_CASE("two values with one search key are still told apart") {
    Listing ca;
    // As if "Admin" and everything that bob has had the same key.
    ca.execute("INSERT INTO certificate_search SELECT key, " + std::to_string(ca.id_of("bob")) +
               " FROM certificate_search WHERE true ON CONFLICT DO NOTHING");
    CHECK(ca.with(&Filter::ou, "Admin") == Names{"Alice"});
    CHECK(ca.with(&Filter::san, "10.0.0.1") == Names{"web"});
    CHECK(ca.with(&Filter::owner, "alice") == Names{"Alice"});
}
