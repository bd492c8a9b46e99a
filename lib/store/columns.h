// Columns as the types of this room. Internal to this room.
#pragma once

#include "store/connection.h"

#include <string>

namespace mtlsca::store {

inline std::int64_t seconds(Time time) {
    return time.time_since_epoch().count();
}

inline Time time_column(const Statement& row, int column) {
    return Time(Duration(row.integer(column)));
}

inline std::optional<Time> optional_time_column(const Statement& row, int column) {
    if (row.is_null(column))
        return std::nullopt;
    return time_column(row, column);
}

inline std::string text_column(const Statement& row, int column) {
    return std::string(row.text(column));
}

inline Bytes bytes_column(const Statement& row, int column) {
    const ByteView octets = row.blob(column);
    return Bytes(octets.begin(), octets.end());
}

// NULL for what is empty: it costs no octet.
inline void bind_unless_empty(Statement& statement, const char* name, std::string_view text) {
    if (!text.empty())
        statement.bind(name, text);
}

} // namespace mtlsca::store
