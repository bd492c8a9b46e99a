// Predecessors that are revoked once their successor is in use.
#pragma once

#include "store/inventory/inventory.h"

namespace mtlsca::store {

struct PlannedRevocation {
    CertificateId certificate = 0;
    Duration delay{}; // counted from the successor's last delivery
    Time revoke_at{}; // not before this, and not while a delivery of the successor is outstanding
};

void plan_revocation(Transaction& transaction, const PlannedRevocation& plan); // replaces an earlier plan
void drop_planned_revocation(Transaction& transaction, CertificateId certificate);
// Everything of `successor` has arrived now: the delays of all that it renews, directly or not, begin anew.
void restart_planned_revocations(Transaction& transaction, CertificateId successor, Time now);

std::optional<PlannedRevocation> planned_revocation(const Database& database, CertificateId certificate);
// Those whose time has come, whatever was delivered, in the order of time. A cursor; stops when the visitor
// returns false, and the visitor writes nothing.
void for_each_planned_revocation(const Database& database, Time until,
                                 const std::function<bool(const PlannedRevocation&)>& visitor);

} // namespace mtlsca::store
