// Files in TOML, read strictly: what is misspelt or of another type is a finding with its line, and all of
// them are told at once. The only door to toml++.
#pragma once

#include "error.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <toml++/toml.h>

namespace mtlsca::policy {

// One table of a file. Every key that is asked for counts as known; what is left when all are asked for is
// reported by refuse_other_keys(). Valid as long as the file is being read.
class TableReader {
public:
    TableReader(const toml::table* table, std::string path, Findings* findings)
        : table_(table), path_(std::move(path)), findings_(findings) {}

    // Empty where the key is not there, or of another type, which is a finding.
    std::optional<std::string> text(const char* key);
    std::optional<std::vector<std::string>> list(const char* key);
    std::vector<std::string> text_or_list(const char* key); // "a" is ["a"]
    bool flag(const char* key);
    TableReader table(const char* key); // an empty one where it is not there
    std::vector<TableReader> array_of_tables(const char* key);

    // A table whose keys are the user's: OU → role, attribute → rule.
    std::map<std::string, std::string> texts();
    // A table of tables whose keys are the user's, in the order of the file.
    std::vector<std::pair<std::string, TableReader>> tables();

    int line() const { return table_ ? static_cast<int>(table_->source().begin.line) : 0; }
    void refuse_other_keys();

private:
    const toml::node* take(const char* key);
    std::optional<std::string> text_of(const toml::node& node, const std::string& path);
    std::vector<std::string> texts_of(const toml::array& array, const std::string& path);
    const toml::table* table_of(const toml::node& node, const std::string& path);
    void refuse_type(const toml::node& node, const std::string& path, const char* wanted);
    std::string key_path(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }

    const toml::table* table_;
    std::string path_;
    Findings* findings_;
    std::set<std::string> known_;
};

// Error(refused, object) with line and column for what is no TOML, and with all findings of `read`.
void read_toml(std::string_view text, const std::string& object, const std::string& manual_page,
               const std::function<void(TableReader&)>& read);

} // namespace mtlsca::policy
