// Several values in one column: one a line, with \\ and \n for a backslash and a line break inside a value.
// Internal to this room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mtlsca::store {

std::string to_lines(const std::vector<std::string>& values);
std::vector<std::string> from_lines(std::string_view text);

} // namespace mtlsca::store
