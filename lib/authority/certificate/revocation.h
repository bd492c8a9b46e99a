// Taking certificates back: for good, on hold, and from hold. Publishing is publication.h.
#pragma once

#include "authority/ca.h"

namespace mtlsca::authority {

// All or none: one of them already revoked is Error(already), and nothing is changed.
void revoke(Ca& ca, const Run& run, const std::vector<store::Certificate>& certificates,
            const store::Revocation& revocation);
// Error(already) where one is not held.
void release(Ca& ca, const Run& run, const std::vector<store::Certificate>& certificates);

} // namespace mtlsca::authority
