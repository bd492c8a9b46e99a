// Text as Unicode code points. Internal to lib/policy.
#pragma once

#include <string>
#include <string_view>

namespace mtlsca::policy {

// A byte that is no UTF-8 becomes U+FFFD: whoever cares asks encoding::is_utf8 first.
std::u32string code_points(std::string_view text);

} // namespace mtlsca::policy
