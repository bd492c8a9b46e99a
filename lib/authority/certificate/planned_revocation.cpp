// What `renew --revoke-old-after` promised, kept once nobody is locked out by it.
#include "authority/certificate/renewal.h"
#include "authority/certificate/revocation.h"
#include "store/inventory/planned_revocations.h"

namespace mtlsca::authority {
namespace {

constexpr std::size_t most_at_once = 1000; // in one transaction; those who call go on where there are more

enum class Fate { wait, revoke, drop };

struct Judged {
    Fate fate = Fate::wait;
    std::string why_dropped; // empty: nobody needs to know
};

Judged judge(const Ca& ca, const store::Certificate& predecessor, Time now) {
    if (predecessor.state == store::State::revoked || predecessor.not_after < now)
        return {Fate::drop, {}};
    const auto successor = store::live_descendant_of(ca.database(), predecessor.id, now);
    if (!successor)
        return {Fate::drop, "stays as it is: none that renewed it is live any more"};
    if (successor->state == store::State::held || store::has_deliveries(ca.database(), successor->id))
        return {Fate::wait, {}};
    return {Fate::revoke, {}};
}

struct Due {
    store::Certificate predecessor;
    Judged judged;
};

std::vector<Due> find_due(const Ca& ca, Time now, std::size_t limit) {
    std::vector<Due> due;
    store::for_each_planned_revocation(ca.database(), now, [&](const store::PlannedRevocation& plan) {
        auto predecessor = store::by_id(ca.database(), plan.certificate);
        Judged judged = predecessor ? judge(ca, *predecessor, now) : Judged{};
        if (judged.fate != Fate::wait) {
            predecessor->der.clear();
            due.push_back({std::move(*predecessor), std::move(judged)});
        }
        return due.size() < limit;
    });
    return due;
}

} // namespace

bool is_planned_revocation_due(const Ca& ca, Time now) {
    return !find_due(ca, now, 1).empty();
}

CarriedOut carry_out_planned_revocations(Ca& ca, const Run& run) {
    CarriedOut done;
    const Time now = run.clock.now();
    if (!is_planned_revocation_due(ca, now))
        return done;
    // Without them they could not be published: said before anything is changed.
    for (const auto& [predecessor, judged] : find_due(ca, now, most_at_once))
        if (judged.fate == Fate::revoke)
            ca.key(ca.tier(predecessor.issuer));
    const io::FolderLock lock = ca.lock();
    const std::vector<Due> due = find_due(ca, now, most_at_once);
    done.is_complete = due.size() < most_at_once;
    store::Transaction transaction(ca.database());
    for (const auto& [predecessor, judged] : due) {
        store::drop_planned_revocation(transaction, predecessor.id);
        if (judged.fate == Fate::revoke) {
            const auto reason = x509::RevocationReason::superseded;
            store::revoke(transaction, predecessor.id, {reason, now, std::nullopt});
            record_event(transaction, run, "revoked", predecessor.serial, x509::to_string(reason));
            done.revoked.push_back(predecessor);
        } else if (!judged.why_dropped.empty()) {
            done.notes.push_back(
                {Severity::note, "planned-revocation", store::object_of(predecessor), judged.why_dropped});
        }
    }
    transaction.commit();
    return done;
}

} // namespace mtlsca::authority
