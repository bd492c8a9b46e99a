#include "deploy/nginx/site/files.h"

#include "deploy/nginx/site/roles.h"
#include "deploy/nginx/site/text.h"
#include "encoding/text.h"
#include "store/issuers.h"

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

std::set<std::string> named_roles(const SiteSettings& settings) {
    std::set<std::string> roles;
    for (const LocationSettings& location : settings.locations)
        roles.insert(location.roles.begin(), location.roles.end());
    return roles;
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

struct SiteFolder {
    const io::Path& path;
    io::Path chain() const { return path / "chain.pem"; }
    io::Path bundle() const { return path / "bundle.pem"; }
    io::Path http() const { return path / "http.conf"; }
    io::Path maps() const { return path / "maps"; }
    io::Path roles() const { return maps() / "roles.map"; }
    io::Path identities() const { return maps() / "identities.map"; }
    io::Path bindings() const { return maps() / "bindings.map"; }
};

// What all sites in a folder share.
bool write_shared(const SiteSettings& settings, const policy::Config& config, const store::Database& database,
                  const CaFiles& ca, const SiteFolder& folder, Time now) {
    io::make_folder(folder.maps(), folder_mode);
    InventoryMaps inventory(folder.maps());
    inventory.read(database, now);
    const std::string head = first_line(settings, ca.home, folder.path);
    bool changed = copy_if_changed(ca.chain, folder.chain());
    changed |= copy_if_changed(ca.bundle, folder.bundle());
    changed |= write_if_changed(folder.roles(), [&](const Sink& sink) {
        sink(head + roles_map(config.roles, named_roles(settings)));
    });
    changed |= write_if_changed(folder.identities(), [&](const Sink& sink) {
        sink(head);
        inventory.write_identities(sink);
    });
    changed |= write_if_changed(folder.bindings(), [&](const Sink& sink) {
        sink(head);
        inventory.write_bindings(sink);
    });
    changed |= write_if_changed(folder.http(), [&](const Sink& sink) {
        sink(head + http_text(settings, inventory.sizes(),
                              {folder.roles(), folder.identities(), folder.bindings()}));
    });
    return changed;
}

io::Path checked_folder(const io::Path& folder) {
    const auto path = parse_include_path(folder.string());
    if (!path)
        throw Error(Code::refused, encoding::printable(folder.string()),
                    "cannot stand in nginx's configuration",
                    "choose a folder without control characters and without $ * ? [ in its path");
    return *path;
}

} // namespace

bool write_site(const Site& site, const policy::Config& config, const store::Database& database,
                const CaFiles& ca, const io::Path& folder, Time now) {
    const io::Path path = checked_folder(folder);
    const SiteFolder files{path};
    io::make_folder(path, folder_mode);
    bool changed = write_shared(site.settings, config, database, ca, files, now);
    const Trust trust{files.chain(), files.bundle(), count_tiers(database)};
    changed |= write_if_changed(site_file(site, path), [&](const Sink& sink) {
        sink(first_line(site.settings, ca.home, path) + site_text(site, trust));
    });
    return changed;
}

io::Path site_file(const Site& site, const io::Path& folder) {
    return folder / (encoding::to_file_name(site.server_name) + ".conf");
}

store::SiteFolder remembered(const Site& site, const io::Path& folder) {
    return {checked_folder(folder).string(), to_json(site.settings)};
}

bool refresh_site(const store::SiteFolder& site, const policy::Config& config,
                  const store::Database& database, const CaFiles& ca, Time now) {
    const io::Path path = checked_folder(site.folder);
    if (!std::filesystem::is_directory(path))
        throw Error(Code::not_found, path.string(), "the folder of this nginx site is gone",
                    "write it again with mtlsca nginx site --out");
    return write_shared(site_from_json(site.site), config, database, ca, SiteFolder{path}, now);
}

void write_site_text(const Site& site, const policy::Config& config, const store::Database& database,
                     const CaFiles& ca, Time now, const Sink& sink) {
    InventoryMaps inventory(std::filesystem::temp_directory_path());
    inventory.read(database, now);
    sink(first_line(site.settings, ca.home, {}));
    sink(http_text(site.settings, inventory.sizes(), {}));
    sink(roles_map(config.roles, named_roles(site.settings)));
    inventory.write_identities(sink);
    inventory.write_bindings(sink);
    sink(site_text(site, {checked_folder(ca.chain), checked_folder(ca.bundle), count_tiers(database)}));
}

} // namespace mtlsca::deploy::nginx
