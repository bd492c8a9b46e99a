// What nginx must know of single certificates: who they are, from where they may come, and which are revoked.
#pragma once

#include "deploy/nginx/site/serial_map.h"
#include "encoding/network.h"
#include "policy/settings/config.h"
#include "store/inventory/inventory.h"

#include <map>
#include <set>

namespace mtlsca::deploy::nginx {

// Certificates go to files without a name and from there into the maps, so that memory does not grow with
// their number; what is kept is one entry for each different network.
//
// The `roles` given to the constructor must outlive the maps.
//
// Bindings: one geo for each length of prefix, because a geo yields only its most specific network, and a
// narrower one of another certificate must not hide the network a certificate is bound to.
class InventoryMaps {
public:
    // `roles` and `all_roles` (roles.h) are for write_roles().
    InventoryMaps(const policy::Roles& roles, const std::set<std::string>& all_roles,
                  const io::Path& spool_folder);
    // All live certificates and all that are revoked or held, in one snapshot.
    void read(const store::Database& database, Time now);
    void read_revoked(const store::Database& database, Time now); // these alone, for write_revoked()
    void add(const store::Certificate& certificate);

    void write_identities(const Sink& sink); // $mtlsca_name, $mtlsca_san, $mtlsca_owner
    // $mtlsca_elsewhere: 1 for a certificate that is not where it belongs
    void write_bindings(const Sink& sink);
    void write_roles(const Sink& sink);   // one for each role, by serial: role_variable() in roles.h
    void write_revoked(const Sink& sink); // $mtlsca_revoked: 1 for a revoked or held one
    // Of the maps above, with or without that of the revoked.
    HashSizes sizes(bool with_revoked) const;

private:
    struct PrefixGroup {
        explicit PrefixGroup(const io::Path& folder) : lines(folder) {}
        std::set<std::string> networks;
        io::Spool lines;
        std::size_t keys = 0;
    };
    void add_roles(const std::string& serial, const std::vector<std::string>& ous);
    void add_identity(SerialMap& map, const std::string& serial, std::string_view text);
    void add_binding(const std::string& serial, const std::string& network);

    const policy::Roles& roles_by_ou_;
    io::Path folder_;
    std::map<std::string, SerialMap> roles_;
    SerialMap names_, sans_, owners_, bound_, revoked_;
    std::map<std::string, PrefixGroup> groups_; // "v4_24"
    std::size_t most_bindings_ = 0, longest_binding_ = 0;
};

} // namespace mtlsca::deploy::nginx
