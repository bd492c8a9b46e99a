#include "store/inventory/orphans.h"
#include "store/inventory_fixture.h"

#include <catch2/catch.hpp>

using namespace inventory;
using store::Orphan;
using Found = std::vector<std::pair<std::string, std::vector<Orphan>>>;

namespace {

Found orphans(const store::Database& database, Time time = now, const store::Filter& filter = {}) {
    const store::OrphanRules rules{180 * day, [time](const store::Certificate& certificate) {
                                       return certificate.not_after - time < 30 * day;
                                   }};
    Found found;
    store::for_each_orphan(database, filter, rules, time,
                           [&](const store::Certificate& certificate, const std::vector<Orphan>& reasons) {
                               found.emplace_back(certificate.name, reasons);
                               return true;
                           });
    return found;
}

class Owned : public Inventory {
public:
    store::CertificateId add(const std::string& name, const std::string& owner, Duration left,
                             std::optional<std::int64_t> renews = {}, Time recorded = now) {
        store::Intent wanted = intent(name);
        wanted.owner = owner;
        wanted.not_after = now + left;
        wanted.renews = renews;
        return issue(database, wanted, recorded);
    }
};

} // namespace

TEST_CASE("whoever has an owner, a time to live and no double is no orphan") {
    Owned ca;
    ca.add("a", "pay", 90 * day);
    ca.add("b", "pay", 80 * day);
    ca.add("a", "ops", 70 * day);
    CHECK(orphans(ca.database).empty());
}

TEST_CASE("orphans come with every reason, the first to expire first") {
    Owned ca;
    ca.add("alone", "", 90 * day);
    ca.add("near", "pay", 10 * day);
    ca.add("near-and-alone", "", 9 * day);
    ca.add("old", "pay", 400 * day, {}, now - 181 * day);
    CHECK(orphans(ca.database) == Found{{"near-and-alone", {Orphan::no_owner, Orphan::due}},
                                        {"near", {Orphan::due}},
                                        {"alone", {Orphan::no_owner}},
                                        {"old", {Orphan::never_renewed}}});
    store::Filter filter;
    filter.owner = "pay";
    filter.limit = 1;
    CHECK(orphans(ca.database, now, filter) == Found{{"near", {Orphan::due}}});
}

TEST_CASE("two of one owner and name are told, but not before and after a renewal") {
    Owned ca;
    const auto old = ca.add("svc", "pay", 20 * day);
    ca.add("SVC", "pay", 90 * day, old);
    CHECK(orphans(ca.database).empty());
    const auto other = ca.add("svc", "pay", 95 * day);
    CHECK(orphans(ca.database) == Found{{"SVC", {Orphan::same_name}}, {"svc", {Orphan::same_name}}});
    revoke(ca.database, other);
    CHECK(orphans(ca.database).empty());
}

TEST_CASE("a successor that is no more leaves its predecessor an orphan") {
    Owned ca;
    const auto old = ca.add("svc", "pay", 20 * day);
    const auto renewed = ca.add("svc", "pay", 90 * day, old);
    CHECK(orphans(ca.database).empty());
    revoke(ca.database, renewed);
    CHECK(orphans(ca.database) == Found{{"svc", {Orphan::due}}});
}

TEST_CASE("the dead are nobody's orphans") {
    Owned ca;
    revoke(ca.database, ca.add("revoked", "", 90 * day));
    ca.add("expired", "", -1 * day);
    record_pending(ca.database, ca.intent("pending"));
    CHECK(orphans(ca.database).empty());
    revoke(ca.database, ca.add("held", "", 90 * day), x509::RevocationReason::certificate_hold);
    CHECK(orphans(ca.database) == Found{{"held", {Orphan::no_owner}}});
}
