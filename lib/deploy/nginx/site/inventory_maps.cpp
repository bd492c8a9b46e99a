#include "deploy/nginx/site/inventory_maps.h"

#include "deploy/nginx/site/roles.h"
#include "store/issuer/crls.h"
#include "store/issuer/issuers.h"

#include <algorithm>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx {
namespace {

// Separated by spaces, which no SAN can hold, while "," may be part of a URI. As many as fit into a word of
// nginx: a name that the backend isn't told of opens nothing.
std::string san_list(const std::vector<std::string>& sans) {
    std::string list;
    for (const std::string& san : sans) {
        const std::string longer = list.empty() ? san : list + ' ' + san;
        if (!map_value(longer))
            break;
        list = longer;
    }
    return list;
}

} // namespace

InventoryMaps::InventoryMaps(const policy::Roles& roles, const std::set<std::string>& all_roles,
                             const io::Path& spool_folder)
    : roles_by_ou_(roles), folder_(spool_folder), names_("$mtlsca_name", "\"\"", folder_),
      sans_("$mtlsca_san", "\"\"", folder_), owners_("$mtlsca_owner", "\"\"", folder_),
      bound_("$mtlsca_bound", "\"\"", folder_), revoked_("$mtlsca_revoked", "0", folder_) {
    for (const std::string& role : all_roles)
        roles_.try_emplace(role, role_variable(role), "\"\"", folder_);
}

void InventoryMaps::read(const store::Database& database, Time now) {
    const store::Snapshot snapshot(database);
    // A held certificate may be released any moment, and would then be bound to nothing.
    for (const auto status : {store::Filter::Status::valid, store::Filter::Status::held}) {
        store::Filter filter;
        filter.status = status;
        store::for_each(database, filter, now, store::Depth::record,
                        [&](const store::Certificate& certificate) {
                            if (store::is_live(certificate, now))
                                add(certificate);
                            return true;
                        });
    }
    read_revoked(database, now);
}

// A key twice would be fatal to nginx: serials of one issuer are unique, and they are too long and random
// (x509/certificate/serial.h) for two issuers to share one.
void InventoryMaps::read_revoked(const store::Database& database, Time now) {
    const Token yes = map_value("1").value();
    for (const store::Issuer& issuer : store::issuers(database))
        store::for_each_revoked(database, issuer.id, now, [&](const x509::CrlEntry& entry) {
            revoked_.add(serial_text(entry.serial), yes);
        });
}

void InventoryMaps::add(const store::Certificate& certificate) {
    const std::string serial = serial_text(certificate.serial);
    add_identity(names_, serial, certificate.name);
    add_identity(sans_, serial, san_list(certificate.sans));
    add_identity(owners_, serial, certificate.owner);
    add_roles(serial, certificate.ous);
    if (certificate.bindings.empty())
        return;
    bound_.add(serial, map_value("1").value());
    for (const std::string& network : certificate.bindings)
        add_binding(serial, network);
}

void InventoryMaps::add_roles(const std::string& serial, const std::vector<std::string>& ous) {
    std::set<std::string> had; // several OUs may mean one role, and a key twice is fatal to nginx
    for (const std::string& ou : ous) {
        const auto role = roles_by_ou_.find(ou);
        if (role == roles_by_ou_.end() || !had.insert(role->second).second)
            continue;
        if (const auto map = roles_.find(role->second); map != roles_.end())
            map->second.add(serial, role_value(role->second));
    }
}

// An identity that cannot be written is one that the backend isn't told, which opens nothing.
void InventoryMaps::add_identity(SerialMap& map, const std::string& serial, std::string_view text) {
    if (const auto value = map_value(text); value && !text.empty())
        map.add(serial, *value);
}

// A network that isn't one is left out, and with it the only place the certificate could come from.
void InventoryMaps::add_binding(const std::string& serial, const std::string& text) {
    const auto network = encoding::parse_network(text);
    if (!network)
        return;
    const std::string group =
        fmt::format("v{}_{}", network->address.size() == 4 ? 4 : 6, network->prefix_length);
    PrefixGroup& networks = groups_.try_emplace(group, folder_).first->second;
    const std::string canonical = network->to_string();
    networks.networks.insert(canonical);
    const std::string key = serial + ':' + canonical;
    networks.lines.write(as_bytes(fmt::format("    {} 1;\n", map_key(key).value().text())));
    most_bindings_ = std::max(most_bindings_, ++networks.keys);
    longest_binding_ = std::max(longest_binding_, key.size());
}

void InventoryMaps::write_identities(const Sink& sink) {
    names_.write(sink);
    sans_.write(sink);
    owners_.write(sink);
}

void InventoryMaps::write_bindings(const Sink& sink) {
    bound_.write(sink);
    std::string any;
    for (auto& [name, group] : groups_) {
        sink(fmt::format("geo $mtlsca_network_{} {{\n    default \"\";\n", name));
        for (const std::string& network : group.networks)
            sink(fmt::format("    {0} {0};\n", network));
        const std::string variable = "$mtlsca_from_" + name;
        sink(fmt::format("}}\nmap \"$mtlsca_serial:$mtlsca_network_{}\" {} {{\n    default \"\";\n", name,
                         variable));
        sink(as_text(group.lines.map()));
        sink("}\n");
        any += variable;
    }
    sink(fmt::format("map \"$mtlsca_bound:{}\" $mtlsca_elsewhere {{\n"
                     "    default 1;\n"
                     "    \"~^:\" 0;\n"
                     "    \"~^1:1\" 0;\n"
                     "}}\n",
                     any));
}

void InventoryMaps::write_roles(const Sink& sink) {
    for (auto& [role, map] : roles_)
        map.write(sink);
}

void InventoryMaps::write_revoked(const Sink& sink) {
    revoked_.write(sink);
}

HashSizes InventoryMaps::sizes(bool with_revoked) const {
    std::size_t keys = most_bindings_, longest = longest_binding_;
    const auto consider = [&](const SerialMap& map) {
        keys = std::max(keys, map.most_keys());
        longest = std::max(longest, map.longest_key());
    };
    for (const SerialMap* map : {&names_, &sans_, &owners_, &bound_})
        consider(*map);
    for (const auto& [role, map] : roles_)
        consider(map);
    if (with_revoked)
        consider(revoked_);
    return hash_sizes(keys, longest);
}

} // namespace mtlsca::deploy::nginx
