// What people read while a command works, and why it failed.
#pragma once

#include <string_view>

namespace mtlsca::app {

// As it is, at once. That nobody can read it (a full disk, a terminal that is gone) is no reason to fail: the
// exit status tells, and what was done stays done.
void to_standard_error(std::string_view text) noexcept;

} // namespace mtlsca::app
