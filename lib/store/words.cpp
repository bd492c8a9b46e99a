#include "store/words.h"

namespace mtlsca::store {

std::optional<std::int64_t> find_word(Connection& connection, std::string_view text) {
    const auto select = connection.prepare("SELECT id FROM word WHERE text = :text");
    select->bind(":text", text);
    if (!select->step())
        return std::nullopt;
    return select->integer(0);
}

std::int64_t word_id(Connection& connection, std::string_view text) {
    if (const auto id = find_word(connection, text))
        return *id;
    const auto insert = connection.prepare("INSERT INTO word (text) VALUES (:text)");
    insert->bind(":text", text);
    insert->step();
    return connection.last_id();
}

} // namespace mtlsca::store
