// Texts that repeat in every row, as small numbers. Internal to this room.
#pragma once

#include "store/connection.h"

#include <string>

namespace mtlsca::store {

// The number of `text`, which is remembered if it is new.
std::int64_t word_id(Connection& connection, std::string_view text);
std::optional<std::int64_t> find_word(Connection& connection, std::string_view text);

} // namespace mtlsca::store
