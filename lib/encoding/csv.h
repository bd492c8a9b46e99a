// Comma-separated values (RFC 4180), a record on each line: fields in double quotes may hold commas and
// doubled quotes. Line ends in a field are not taken: an open quote would swallow all that follows.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtlsca::encoding {

// The fields of one record without its end. Empty where a quote stands in the middle of a field or is not
// closed.
std::optional<std::vector<std::string>> csv_fields(std::string_view record);

} // namespace mtlsca::encoding
