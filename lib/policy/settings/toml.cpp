#include "policy/settings/toml.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mtlsca::policy {
namespace {

const char* type_name(const toml::node& node) {
    switch (node.type()) {
    case toml::node_type::table:
        return "a table";
    case toml::node_type::array:
        return "a list";
    case toml::node_type::string:
        return "a string";
    case toml::node_type::integer:
    case toml::node_type::floating_point:
        return "a number";
    case toml::node_type::boolean:
        return "true or false";
    default:
        return "a date or time";
    }
}

toml::table parse(std::string_view text, const std::string& object, const std::string& manual_page) {
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        const toml::source_position& where = error.source().begin;
        throw Error(Code::refused, object,
                    fmt::format("line {}, column {}: {}", where.line, where.column, error.description()),
                    "see " + manual_page);
    }
}

} // namespace

std::optional<std::string> TableReader::text(const char* key) {
    const toml::node* node = take(key);
    return node ? text_of(*node, key_path(key)) : std::nullopt;
}

std::optional<std::vector<std::string>> TableReader::list(const char* key) {
    const toml::node* node = take(key);
    if (!node)
        return std::nullopt;
    if (!node->is_array()) {
        refuse_type(*node, key_path(key), "a list of strings");
        return std::nullopt;
    }
    return texts_of(*node->as_array(), key_path(key));
}

std::vector<std::string> TableReader::text_or_list(const char* key) {
    const toml::node* node = take(key);
    if (!node)
        return {};
    if (node->is_array())
        return texts_of(*node->as_array(), key_path(key));
    const auto value = text_of(*node, key_path(key));
    return value ? std::vector<std::string>{*value} : std::vector<std::string>{};
}

bool TableReader::flag(const char* key) {
    const toml::node* node = take(key);
    if (node && !node->is_boolean())
        refuse_type(*node, key_path(key), "true or false");
    return node && node->value_or(false);
}

TableReader TableReader::table(const char* key) {
    const toml::node* node = take(key);
    return {node ? table_of(*node, key_path(key)) : nullptr, key_path(key), findings_};
}

std::vector<TableReader> TableReader::array_of_tables(const char* key) {
    const toml::node* node = take(key);
    std::vector<TableReader> tables;
    if (node && !node->is_array())
        refuse_type(*node, key_path(key), "[[a list of tables]]");
    if (!node || !node->is_array())
        return tables;
    for (const toml::node& element : *node->as_array()) {
        const std::string path = fmt::format("{}[{}]", key_path(key), tables.size());
        tables.emplace_back(table_of(element, path), path, findings_);
    }
    return tables;
}

std::map<std::string, std::string> TableReader::texts() {
    std::map<std::string, std::string> values;
    if (table_)
        for (const auto& [key, node] : *table_)
            if (auto value = text_of(node, key_path(std::string(key.str()))))
                values.emplace(key.str(), std::move(*value));
    return values;
}

std::vector<std::pair<std::string, TableReader>> TableReader::tables() {
    std::vector<std::pair<std::string, TableReader>> values;
    if (table_)
        for (const auto& [key, node] : *table_) {
            const std::string path = key_path(std::string(key.str()));
            if (const toml::table* table = table_of(node, path))
                values.emplace_back(key.str(), TableReader(table, path, findings_));
        }
    std::stable_sort(values.begin(), values.end(),
                     [](const auto& a, const auto& b) { return a.second.line() < b.second.line(); });
    return values;
}

void TableReader::refuse_other_keys() {
    if (!table_)
        return;
    for (const auto& [key, node] : *table_)
        if (!known_.contains(std::string(key.str())))
            findings_->push_back({Severity::error, "settings-unknown-key", key_path(std::string(key.str())),
                                  fmt::format("nobody reads this key (line {}); known here: {}",
                                              node.source().begin.line, fmt::join(known_, ", "))});
}

const toml::node* TableReader::take(const char* key) {
    known_.insert(key);
    return table_ ? table_->get(key) : nullptr;
}

std::optional<std::string> TableReader::text_of(const toml::node& node, const std::string& path) {
    if (!node.is_string()) {
        refuse_type(node, path, "a string");
        return std::nullopt;
    }
    return node.as_string()->get();
}

std::vector<std::string> TableReader::texts_of(const toml::array& array, const std::string& path) {
    std::vector<std::string> values;
    for (const toml::node& element : array)
        if (auto value = text_of(element, path))
            values.push_back(std::move(*value));
    return values;
}

const toml::table* TableReader::table_of(const toml::node& node, const std::string& path) {
    if (!node.is_table())
        refuse_type(node, path, "a table");
    return node.as_table();
}

void TableReader::refuse_type(const toml::node& node, const std::string& path, const char* wanted) {
    findings_->push_back(
        {Severity::error, "settings-type", path,
         fmt::format("is {} (line {}), {} is wanted", type_name(node), node.source().begin.line, wanted)});
}

void read_toml(std::string_view text, const std::string& object, const std::string& manual_page,
               const std::function<void(TableReader&)>& read) {
    const toml::table table = parse(text, object, manual_page);
    Findings findings;
    TableReader reader(&table, "", &findings);
    read(reader);
    if (!findings.empty())
        throw Error(Code::refused, object, "holds settings that cannot be read", "see " + manual_page,
                    std::move(findings));
}

} // namespace mtlsca::policy
