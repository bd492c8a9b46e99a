#include "deploy/nginx/site/inventory_maps.h"

#include "deploy/nginx/language/token.h"
#include "encoding/hex.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx {
namespace {

void write_map(const Sink& sink, std::string_view source, std::string_view variable, io::Spool& lines) {
    sink(fmt::format("map \"{}\" {} {{\n    default \"\";\n", source, variable));
    sink(as_text(lines.map()));
    sink("}\n");
}

std::string serial_text(ByteView serial) {
    while (serial.size() > 1 && serial[0] == 0)
        serial = serial.subspan(1);
    return encoding::to_upper_hex(serial);
}

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

// nginx counts a key in a bucket as a pointer, a length of two bytes and the key, aligned to pointers
// (ngx_hash.c). With a bucket for each key, 12 in one of them do not happen by chance below some million
// keys, and from 10,000 buckets on nginx begins its search near the maximum instead of at the bottom.
HashSizes hash_sizes(std::size_t keys, std::size_t longest_key) {
    constexpr std::size_t pointer = 8;
    const std::size_t element = pointer + (longest_key + 2 + pointer - 1) / pointer * pointer;
    const std::size_t elements = keys > 1000 ? 12 : 3;
    return {.maximum = std::max<std::size_t>(4096, std::bit_ceil(keys)),
            .bucket = std::max<std::size_t>(256, std::bit_ceil(pointer + elements * element))};
}

InventoryMaps::InventoryMaps(const io::Path& spool_folder)
    : folder_(spool_folder), names_(spool_folder), sans_(spool_folder), owners_(spool_folder),
      bound_(spool_folder) {}

void InventoryMaps::read(const store::Database& database, Time now) {
    const store::Snapshot snapshot(database);
    // A held certificate may be released any moment, and would then be bound to nothing.
    for (const auto status : {store::Filter::Status::valid, store::Filter::Status::held}) {
        store::Filter filter;
        filter.status = status;
        store::for_each(database, filter, now, false, [&](const store::Certificate& certificate) {
            if (store::is_live(certificate, now))
                add(certificate);
            return true;
        });
    }
}

void InventoryMaps::add(const store::Certificate& certificate) {
    const std::string serial = serial_text(certificate.serial);
    add_line(names_, serial, certificate.name);
    add_line(sans_, serial, san_list(certificate.sans));
    add_line(owners_, serial, certificate.owner);
    if (certificate.bindings.empty())
        return;
    add_line(bound_, serial, "1");
    for (const std::string& network : certificate.bindings)
        add_binding(serial, network);
}

void InventoryMaps::add_line(MapBody& body, const std::string& key, std::string_view text) {
    const auto left = map_key(key);
    const auto right = map_value(text);
    // An identity that cannot be written is one that the backend isn't told, which opens nothing.
    if (text.empty() || !left || !right)
        return;
    body.lines.write(as_bytes(fmt::format("    {} {};\n", left->text(), right->text())));
    most_keys_ = std::max(most_keys_, ++body.keys);
    longest_key_ = std::max(longest_key_, key.size());
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
    add_line(networks.body, serial + ':' + canonical, "1");
}

void InventoryMaps::write_identities(const Sink& sink) {
    write_map(sink, "$mtlsca_serial", "$mtlsca_name", names_.lines);
    write_map(sink, "$mtlsca_serial", "$mtlsca_san", sans_.lines);
    write_map(sink, "$mtlsca_serial", "$mtlsca_owner", owners_.lines);
}

void InventoryMaps::write_bindings(const Sink& sink) {
    write_map(sink, "$mtlsca_serial", "$mtlsca_bound", bound_.lines);
    std::string any;
    for (auto& [name, group] : groups_) {
        sink(fmt::format("geo $mtlsca_network_{} {{\n    default \"\";\n", name));
        for (const std::string& network : group.networks)
            sink(fmt::format("    {0} {0};\n", network));
        sink("}\n");
        const std::string variable = "$mtlsca_from_" + name;
        write_map(sink, fmt::format("$mtlsca_serial:$mtlsca_network_{}", name), variable, group.body.lines);
        any += variable;
    }
    sink(fmt::format("map \"$mtlsca_bound:{}\" $mtlsca_elsewhere {{\n"
                     "    default 1;\n"
                     "    \"~^:\" 0;\n"
                     "    \"~^1:1\" 0;\n"
                     "}}\n",
                     any));
}

} // namespace mtlsca::deploy::nginx
