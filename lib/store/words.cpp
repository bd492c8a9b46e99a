#include "store/words.h"

namespace mtlsca::store {

namespace {

std::int64_t find_or_insert(Connection& connection, std::string_view text) {
    const auto select = connection.prepare("SELECT id FROM word WHERE text = :text");
    select->bind(":text", text);
    if (select->step())
        return select->integer(0);
    const auto insert = connection.prepare("INSERT INTO word (text) VALUES (:text)");
    insert->bind(":text", text);
    insert->step();
    return connection.last_id();
}

} // namespace

std::int64_t word_id(Connection& connection, std::string_view text) {
    const auto known = connection.words.find(text);
    if (known != connection.words.end())
        return known->second;
    const std::int64_t id = find_or_insert(connection, text);
    connection.words.emplace(text, id);
    return id;
}

} // namespace mtlsca::store
