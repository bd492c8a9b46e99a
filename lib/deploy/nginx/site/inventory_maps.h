// What nginx must know of single certificates: who they are, and from where they may come.
#pragma once

#include "encoding/network.h"
#include "io/file.h"
#include "store/inventory.h"

#include <functional>
#include <map>
#include <set>

namespace mtlsca::deploy::nginx {

using Sink = std::function<void(std::string_view)>;

// What nginx's hash tables of maps need, so that it builds them at once and without a warning.
struct HashSizes {
    std::size_t maximum = 0;
    std::size_t bucket = 0;
};
HashSizes hash_sizes(std::size_t keys, std::size_t longest_key);

// Certificates go to files without a name and from there into the maps, so that memory does not grow with
// their number; what is kept is one entry for each different network.
//
// Bindings: one geo for each length of prefix, because a geo yields only its most specific network, and a
// narrower one of another certificate must not hide the network a certificate is bound to.
class InventoryMaps {
public:
    explicit InventoryMaps(const io::Path& spool_folder);
    // All live certificates, in one snapshot.
    void read(const store::Database& database, Time now);
    void add(const store::Certificate& certificate);

    void write_identities(const Sink& sink); // $mtlsca_name, $mtlsca_san, $mtlsca_owner
    void
    write_bindings(const Sink& sink); // $mtlsca_elsewhere: 1 for a certificate that is not where it belongs
    HashSizes sizes() const { return hash_sizes(most_keys_, longest_key_); }

private:
    struct MapBody {
        explicit MapBody(const io::Path& folder) : lines(folder) {}
        io::Spool lines;
        std::size_t keys = 0;
    };
    struct PrefixGroup {
        explicit PrefixGroup(const io::Path& folder) : body(folder) {}
        std::set<std::string> networks;
        MapBody body;
    };
    void add_line(MapBody& body, const std::string& key, std::string_view value);
    void add_binding(const std::string& serial, const std::string& network);

    io::Path folder_;
    MapBody names_, sans_, owners_, bound_;
    std::map<std::string, PrefixGroup> groups_; // "v4_24"
    std::size_t most_keys_ = 0, longest_key_ = 0;
};

} // namespace mtlsca::deploy::nginx
