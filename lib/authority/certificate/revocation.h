// Taking certificates back: for good, on hold, and from hold. Publishing is publication.h.
#pragma once

#include "authority/ca.h"

namespace mtlsca::authority {

// All or none: one of them already revoked is Error(already), and nothing is changed.
void revoke(Ca& ca, const Run& run, const std::vector<store::Certificate>& certificates,
            const store::Revocation& revocation);
// Whoever has the key of one of these has that of these, too: live, not among them, of the same name, as
// renewals and most others for one key are. No index knows keys, and none would be asked for anything else:
// one under another name is not found.
std::vector<store::Certificate>
live_with_same_key(const Ca& ca, const std::vector<store::Certificate>& certificates, Time now);
// Error(already) where one is not held.
void release(Ca& ca, const Run& run, const std::vector<store::Certificate>& certificates);

} // namespace mtlsca::authority
