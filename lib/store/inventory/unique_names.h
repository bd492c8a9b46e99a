// Names that only one live certificate of a profile may have. Internal to this room.
//
// The row with holds_name = 1 has the name, and an index lets no second one have it. A renewal takes the name
// over from its predecessor; where the renewal then comes to nothing (its process died, it was revoked), the
// predecessor has it again, or else a second certificate of that name could be issued beside it.
#pragma once

#include "store/inventory/inventory.h"

namespace mtlsca::store {

// After this nobody but a predecessor has the name of `intent`, or it threw Error(already).
void make_room_for_name(Connection& connection, const Intent& intent, Time now);
void hand_over_name(Connection& connection, CertificateId predecessor); // to its successor
void let_go_of_name(Connection& connection, CertificateId id);          // its predecessor has it again

} // namespace mtlsca::store
