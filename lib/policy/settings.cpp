#include "policy/settings.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

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

// One table of the file. Every key that is asked for counts as known; what is left when all are asked for is
// reported.
class TableReader {
public:
    TableReader(const toml::table* table, std::string path, Findings* findings)
        : table_(table), path_(std::move(path)), findings_(findings) {}

    std::optional<std::string> text(const char* key) {
        const toml::node* node = take(key);
        return node ? text_of(*node, key_path(key)) : std::nullopt;
    }

    std::optional<std::vector<std::string>> list(const char* key) {
        const toml::node* node = take(key);
        if (!node)
            return std::nullopt;
        if (!node->is_array()) {
            refuse_type(*node, key_path(key), "a list of strings");
            return std::nullopt;
        }
        std::vector<std::string> values;
        for (const toml::node& element : *node->as_array())
            if (auto value = text_of(element, key_path(key)))
                values.push_back(std::move(*value));
        return values;
    }

    bool flag(const char* key) {
        const toml::node* node = take(key);
        if (node && !node->is_boolean())
            refuse_type(*node, key_path(key), "true or false");
        return node && node->value_or(false);
    }

    // Empty where the table is not there; null never reaches the reader's user.
    TableReader table(const char* key) {
        const toml::node* node = take(key);
        return {node ? table_of(*node, key_path(key)) : nullptr, key_path(key), findings_};
    }

    // A table whose keys are the user's: OU → role, attribute → rule.
    std::map<std::string, std::string> texts() {
        std::map<std::string, std::string> values;
        for_each([&](const std::string& key, const toml::node& node) {
            if (auto value = text_of(node, key_path(key)))
                values.emplace(key, std::move(*value));
        });
        return values;
    }

    // A table of tables whose keys are the user's, in the order of the file.
    std::vector<std::pair<std::string, TableReader>> tables() {
        std::vector<std::pair<std::string, TableReader>> values;
        for_each([&](const std::string& key, const toml::node& node) {
            if (const toml::table* table = table_of(node, key_path(key)))
                values.emplace_back(key, TableReader(table, key_path(key), findings_));
        });
        std::stable_sort(values.begin(), values.end(),
                         [](const auto& a, const auto& b) { return a.second.line() < b.second.line(); });
        return values;
    }

    int line() const { return table_ ? static_cast<int>(table_->source().begin.line) : 0; }

    void refuse_other_keys() {
        for_each([&](const std::string& key, const toml::node& node) {
            if (!known_.contains(key))
                findings_->push_back({Severity::error, "settings-unknown-key", key_path(key),
                                      fmt::format("nobody reads this key (line {}); known here: {}",
                                                  node.source().begin.line, fmt::join(known_, ", "))});
        });
    }

private:
    const toml::node* take(const char* key) {
        known_.insert(key);
        return table_ ? table_->get(key) : nullptr;
    }

    template <typename Visitor>
    void for_each(Visitor visit) {
        if (!table_)
            return;
        for (const auto& [key, node] : *table_)
            visit(std::string(key.str()), node);
    }

    std::optional<std::string> text_of(const toml::node& node, const std::string& path) {
        if (!node.is_string()) {
            refuse_type(node, path, "a string");
            return std::nullopt;
        }
        return node.as_string()->get();
    }

    const toml::table* table_of(const toml::node& node, const std::string& path) {
        if (!node.is_table())
            refuse_type(node, path, "a table");
        return node.as_table();
    }

    void refuse_type(const toml::node& node, const std::string& path, const char* wanted) {
        findings_->push_back({Severity::error, "settings-type", path,
                              fmt::format("is {} (line {}), {} is wanted", type_name(node),
                                          node.source().begin.line, wanted)});
    }

    std::string key_path(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }

    const toml::table* table_;
    std::string path_;
    Findings* findings_;
    std::set<std::string> known_;
};

ProfileSettings read_profile(const std::string& name, TableReader& table) {
    ProfileSettings profile;
    profile.name = name;
    profile.line = table.line();
    profile.validity = table.text("validity");
    profile.longest_validity = table.text("longest_validity");
    profile.keys = table.list("keys");
    profile.key_usages = table.list("key_usages");
    profile.extended_key_usages = table.list("extended_key_usages");
    profile.ous = table.list("ous");
    profile.granted_ous = table.list("granted_ous").value_or(std::vector<std::string>{});
    profile.san_types = table.list("san_types");
    profile.name_as_san = table.flag("name_as_san");
    profile.dns_suffixes = table.list("dns_suffixes").value_or(std::vector<std::string>{});
    profile.networks = table.list("networks").value_or(std::vector<std::string>{});
    profile.email_domains = table.list("email_domains").value_or(std::vector<std::string>{});
    profile.uri_prefixes = table.list("uri_prefixes").value_or(std::vector<std::string>{});
    profile.wildcard_dns = table.flag("wildcard_dns");
    profile.unique = table.flag("unique");
    profile.request_san = table.text("request_san");
    profile.request_ou = table.text("request_ou");
    profile.subject = table.table("subject").texts();
    table.refuse_other_keys();
    return profile;
}

Settings read_root(TableReader root) {
    Settings settings;
    TableReader ca = root.table("ca");
    settings.ca_name = ca.text("name").value_or("");
    settings.backdate = ca.text("backdate");
    settings.crl_url = ca.text("crl_url").value_or("");
    settings.issuer_url = ca.text("issuer_url").value_or("");
    settings.ocsp_url = ca.text("ocsp_url").value_or("");
    ca.refuse_other_keys();
    TableReader crl = root.table("crl");
    settings.next_update = crl.text("next_update");
    settings.overlap = crl.text("overlap");
    settings.root_next_update = crl.text("root_next_update");
    settings.root_overlap = crl.text("root_overlap");
    crl.refuse_other_keys();
    settings.roles = root.table("roles").texts();
    for (auto& [name, table] : root.table("profiles").tables())
        settings.profiles.push_back(read_profile(name, table));
    root.refuse_other_keys();
    return settings;
}

toml::table parse(std::string_view text, const std::string& object) {
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        const toml::source_position& where = error.source().begin;
        throw Error(Code::refused, object,
                    fmt::format("line {}, column {}: {}", where.line, where.column, error.description()),
                    "see mtlsca.toml(5)");
    }
}

} // namespace

Settings read_settings(std::string_view toml, const std::string& object) {
    const toml::table table = parse(toml, object);
    Findings findings;
    Settings settings = read_root(TableReader(&table, "", &findings));
    if (!findings.empty())
        throw Error(Code::refused, object, "holds settings that cannot be read", "see mtlsca.toml(5)",
                    std::move(findings));
    return settings;
}

} // namespace mtlsca::policy
