// Whether the clock can be believed beside what was recorded last.
#pragma once

#include "error.h"
#include "store/inventory/overview.h"
#include "time.h"

namespace mtlsca::authority {

// A warning, "clock-behind" or "clock-ahead", where the last event lies more than `tolerance` in the future
// or years in the past. It stops nobody: whoever revokes must not wait for a clock that somebody sets right.
std::optional<Finding> judge_clock(const store::Database& database, Time now, Duration tolerance);

} // namespace mtlsca::authority
