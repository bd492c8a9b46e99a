// Texts that repeat in every row, as small numbers. Internal to this room.
#pragma once

#include "store/connection.h"

namespace mtlsca::store {

// The number of `text`, which is remembered if it is new.
std::int64_t word_id(Connection& connection, std::string_view text);

} // namespace mtlsca::store
