#include "deploy/nginx/site/files.h"

#include "deploy/nginx/site/inventory_maps.h"
#include "deploy/nginx/site/roles.h"
#include "deploy/nginx/site/text.h"
#include "encoding/hex.h"
#include "encoding/text.h"
#include "store/issuer/issuers.h"
#include "x509/key/key.h"

#include <algorithm>
#include <cstring>

namespace mtlsca::deploy::nginx {
namespace {

constexpr mode_t folder_mode = 0755; // nginx's workers may run as anybody

bool equal(ByteView a, ByteView b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

bool write_if_changed(const io::Path& target, const std::function<void(const Sink&)>& content) {
    io::AtomicFile file(target, io::Mode::public_file);
    content([&](std::string_view text) { file.write(text); });
    file.flush();
    if (io::exists(target) && equal(io::MappedFile(file.temporary()).bytes(), io::MappedFile(target).bytes()))
        return false;
    file.commit();
    return true;
}

// nginx refuses an empty file, and it would only say so at the next reload.
bool copy_if_changed(const io::Path& source, const io::Path& target) {
    if (!io::exists(source))
        throw Error(Code::not_found, source.string(), "is not there", "mtlsca crl writes it");
    const io::MappedFile mapped(source);
    if (mapped.bytes().empty())
        throw Error(Code::failed, source.string(), "is empty", "mtlsca crl writes it");
    return write_if_changed(target, [&](const Sink& sink) { sink(as_text(mapped.bytes())); });
}

std::set<std::string> named_roles(const std::vector<SiteSettings>& sites) {
    std::set<std::string> roles;
    for (const SiteSettings& site : sites)
        for (const LocationSettings& location : site.locations)
            roles.insert(location.roles.begin(), location.roles.end());
    return roles;
}

bool wants_map(const SiteSettings& site) {
    return std::find(site.revocation.begin(), site.revocation.end(), "map") != site.revocation.end();
}

SharedSettings shared_settings(const std::vector<SiteSettings>& sites) {
    SharedSettings shared;
    for (const SiteSettings& site : sites) {
        shared.longest_server_name = std::max(shared.longest_server_name, site.server_name.size());
        shared.with_revoked = shared.with_revoked || wants_map(site);
    }
    return shared;
}

// From the CA that issues up to its root: with this much no chain of ours is too long.
unsigned count_tiers(const store::Database& database) {
    const std::vector<store::Issuer> issuers = store::issuers(database);
    const auto with_id = [&](store::IssuerId id) {
        return std::find_if(issuers.begin(), issuers.end(),
                            [&](const store::Issuer& issuer) { return issuer.id == id; });
    };
    unsigned longest = 1;
    for (const store::Issuer& issuer : issuers) {
        unsigned tiers = 1;
        for (auto parent = issuer.parent; parent && tiers < issuers.size(); ++tiers) {
            const auto found = with_id(*parent);
            parent = found == issuers.end() ? std::nullopt : found->parent;
        }
        longest = std::max(longest, tiers);
    }
    return longest;
}

// Where files are written, and under which path they will be read.
struct Destination {
    io::Path written;
    io::Path read;
};

// The maps of all sites in a folder, and the texts around them.
class SharedFiles {
public:
    SharedFiles(const std::vector<SiteSettings>& sites, const Source& source, const io::Path& spool_folder)
        : sites_(sites), source_(source), roles_(all_roles(source.config.roles, named_roles(sites))),
          shared_(shared_settings(sites)), inventory_(source.config.roles, roles_, spool_folder) {
        inventory_.read(source.database, source.now);
    }

    void write_http(const Sink& sink, const std::vector<io::Path>& includes) const {
        sink(http_text(shared_, inventory_.sizes(shared_.with_revoked), includes));
    }
    void write_roles(const Sink& sink) {
        if (sites_.front().roles_from == "inventory")
            inventory_.write_roles(sink);
        else
            sink(roles_by_dn(source_.config.roles, roles_));
        sink(roles_joined(roles_));
    }
    void write_identities(const Sink& sink) { inventory_.write_identities(sink); }
    void write_bindings(const Sink& sink) { inventory_.write_bindings(sink); }
    void write_revoked(const Sink& sink) { inventory_.write_revoked(sink); }
    bool with_revoked() const { return shared_.with_revoked; }

private:
    const std::vector<SiteSettings>& sites_;
    const Source& source_;
    std::set<std::string> roles_;
    SharedSettings shared_;
    InventoryMaps inventory_;
};

bool copy_trust(const CaFiles& ca, const io::Path& folder) {
    const bool chain = copy_if_changed(ca.chain, folder / "chain.pem");
    return copy_if_changed(ca.bundle, folder / "bundle.pem") || chain;
}

// revoked.map is there for whoever looks; nginx reads it only where a site wants it.
bool write_shared(const RememberedFolder& folder, const Source& source, const Destination& place) {
    io::make_folder(place.written / "maps", folder_mode);
    SharedFiles shared(folder.sites, source, place.written / "maps");
    const std::string head = first_line(folder.sites.front(), source.ca.home, place.read);
    std::vector<io::Path> includes;
    bool changed = copy_trust(source.ca, place.written);
    const auto write_map = [&](const char* name, bool included, void (SharedFiles::*write)(const Sink&)) {
        const io::Path file = io::Path("maps") / name;
        changed |= write_if_changed(place.written / file, [&](const Sink& sink) {
            sink(head);
            (shared.*write)(sink);
        });
        if (included)
            includes.push_back(place.read / file);
    };
    write_map("roles.map", true, &SharedFiles::write_roles);
    write_map("identities.map", true, &SharedFiles::write_identities);
    write_map("bindings.map", true, &SharedFiles::write_bindings);
    write_map("revoked.map", shared.with_revoked(), &SharedFiles::write_revoked);
    changed |= write_if_changed(place.written / "http.conf", [&](const Sink& sink) {
        sink(head);
        shared.write_http(sink, includes);
    });
    return changed;
}

bool write_server(const Site& site, const Source& source, const Destination& place) {
    const Trust trust{place.read / "chain.pem", place.read / "bundle.pem", count_tiers(source.database)};
    return write_if_changed(site_file(site.settings, place.written), [&](const Sink& sink) {
        sink(first_line(site.settings, source.ca.home, place.read) + site_text(site, trust));
    });
}

io::Path checked_folder(const io::Path& folder) {
    const auto path = parse_include_path(folder.string());
    if (!path)
        throw Error(Code::refused, encoding::printable(folder.string()),
                    "cannot stand in nginx's configuration",
                    "choose a folder without control characters and without $ * ? [ in its path");
    return *path;
}

void expect_folder(const io::Path& folder) {
    if (!std::filesystem::is_directory(folder))
        throw Error(Code::not_found, folder.string(), "the folder of this nginx site is gone",
                    "write it again with mtlsca nginx site --out");
}

std::string_view roles_from(const SiteSettings& site) {
    return site.roles_from.empty() ? "dn" : std::string_view(site.roles_from);
}

} // namespace

io::Path site_file(const SiteSettings& site, const io::Path& folder) {
    return folder / (encoding::to_file_name(site.server_name) + ".conf");
}

void join(RememberedFolder& folder, const Site& site) {
    folder.folder = checked_folder(folder.folder);
    const std::string object = "nginx site \"" + site.server_name + "\"";
    for (const SiteSettings& other : folder.sites) {
        if (other.server_name == site.server_name)
            continue;
        if (site_file(other, folder.folder) == site_file(site.settings, folder.folder))
            throw Error(Code::refused, object, "would take the file of the site " + other.server_name,
                        "give it a folder of its own");
        if (roles_from(other) != roles_from(site.settings))
            throw Error(Code::refused, object,
                        "takes roles from another place than the site " + other.server_name +
                            ", and they share maps",
                        "give it a folder of its own, or let both have the same roles_from");
    }
    add_site(folder, site.settings);
}

bool write_site(const Site& site, const RememberedFolder& folder, const Source& source) {
    const Destination place{folder.folder, folder.folder};
    io::make_folder(folder.folder, folder_mode);
    const bool changed = write_shared(folder, source, place);
    return write_server(site, source, place) || changed;
}

bool refresh_folder(const RememberedFolder& folder, const Source& source) {
    expect_folder(folder.folder);
    return write_shared(folder, source, {folder.folder, folder.folder});
}

bool refresh_revocations(const RememberedFolder& folder, const CaFiles& ca, const store::Database& database,
                         Time now) {
    expect_folder(folder.folder);
    const io::Path maps = folder.folder / "maps";
    const policy::Roles roles;
    InventoryMaps inventory(roles, {}, maps);
    inventory.read_revoked(database, now);
    const bool changed = copy_trust(ca, folder.folder);
    return write_if_changed(maps / "revoked.map",
                            [&](const Sink& sink) {
                                sink(first_line(folder.sites.front(), ca.home, folder.folder));
                                inventory.write_revoked(sink);
                            }) ||
           changed;
}

bool write_staged(const RememberedFolder& folder, const io::Path& place, const Source& source) {
    bool changed = write_shared(folder, source, {place, folder.folder});
    for (const SiteSettings& settings : folder.sites)
        changed |=
            write_server(check_site(settings, source.config, std::nullopt), source, {place, folder.folder});
    return changed;
}

std::string digest(const RememberedFolder& folder, const io::Path& place) {
    std::vector<io::Path> files;
    for (const char* name : {"http.conf", "chain.pem", "bundle.pem", "maps/roles.map", "maps/identities.map",
                             "maps/bindings.map", "maps/revoked.map"})
        files.push_back(place / name);
    for (const SiteSettings& site : folder.sites)
        files.push_back(site_file(site, place));
    Bytes hashes;
    for (const io::Path& file : files) {
        // One that is missing differs from every file: its place holds zeros.
        x509::Sha256 hash{};
        if (io::exists(file))
            hash = x509::sha256(io::MappedFile(file).bytes());
        hashes.insert(hashes.end(), hash.begin(), hash.end());
    }
    return encoding::to_hex(x509::sha256(hashes));
}

void write_site_text(const Site& site, const Source& source, const Sink& sink) {
    const std::vector<SiteSettings> sites{site.settings};
    SharedFiles shared(sites, source, std::filesystem::temp_directory_path());
    sink(first_line(site.settings, source.ca.home, {}));
    shared.write_http(sink, {});
    shared.write_roles(sink);
    shared.write_identities(sink);
    shared.write_bindings(sink);
    if (shared.with_revoked())
        shared.write_revoked(sink);
    const CaFiles& ca = source.ca;
    sink(
        site_text(site, {checked_folder(ca.chain), checked_folder(ca.bundle), count_tiers(source.database)}));
}

} // namespace mtlsca::deploy::nginx
