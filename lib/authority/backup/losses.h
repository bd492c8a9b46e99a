// What a CA would lose if an older state of it were put in its place.
#pragma once

#include "authority/ca.h"

namespace mtlsca::authority {

// The database that lies there now, where it can be read; else nothing, with the reason as a finding
// ("restore-unread": a warning where it is damaged, an error where it is sound and of another version).
std::optional<store::Database> open_current(const io::Path& path, std::chrono::milliseconds timeout,
                                            Findings& findings);

// Errors "restore-loses": CAs that relying parties trust, by the trust file in `home`, and that `backup` does
// not know: prepared or installed after it. Also where no database tells any more.
Findings lost_authorities(const io::Path& home, const Ca& backup);

// Errors "restore-loses": certificates, releases and whatever else `current` recorded after `backup`, the
// first hundred of them, and their number; or that one is no continuation of the other. Publications, seals
// and revocations don't count: they are not lost.
Findings losses(const store::Database& current, const store::Database& backup);

} // namespace mtlsca::authority
