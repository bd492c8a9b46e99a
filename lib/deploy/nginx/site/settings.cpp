#include "deploy/nginx/site/settings.h"

#include "policy/settings/toml.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace mtlsca::deploy::nginx {
namespace {

LocationSettings read_location(policy::TableReader& table, const auto& from_here) {
    LocationSettings location;
    location.path = table.text("path").value_or("");
    location.access = table.text("access").value_or("");
    location.roles = table.text_or_list("roles");
    location.names = table.text_or_list("names");
    location.upstream = table.text("upstream").value_or("");
    location.root = from_here(table.text("root").value_or(""));
    table.refuse_other_keys();
    return location;
}

} // namespace

// A member that is missing gets its default, so that sites remembered by an older program can be read.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(LocationSettings, path, access, roles, names, upstream, root)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SiteSettings, server_name, cert, key, listen, redirect_http,
                                                http_listen, tls, upstream, root, locations, revocation,
                                                ocsp_responder, resolver, roles_from, log_format, log_folder,
                                                site_file)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ReloadTarget, nginx, configuration, reload, pid_file)

LocationSettings& location_at(SiteSettings& settings, const std::string& path) {
    const auto found = std::find_if(settings.locations.begin(), settings.locations.end(),
                                    [&](const LocationSettings& location) { return location.path == path; });
    if (found != settings.locations.end())
        return *found;
    LocationSettings& location = settings.locations.emplace_back();
    location.path = path;
    return location;
}

SiteSettings read_site_file(std::string_view toml, const io::Path& file) {
    const io::Path folder = std::filesystem::absolute(file).parent_path();
    const auto from_here = [&](const std::string& path) {
        return path.empty() ? path : (folder / path).lexically_normal().string();
    };
    SiteSettings site;
    site.site_file = std::filesystem::absolute(file).lexically_normal();
    policy::read_toml(toml, file.string(), "mtlsca-nginx(1)", [&](policy::TableReader& table) {
        site.server_name = table.text("server_name").value_or("");
        site.cert = from_here(table.text("cert").value_or(""));
        site.key = from_here(table.text("key").value_or(""));
        site.listen = table.text_or_list("listen");
        site.redirect_http = table.flag("redirect_http");
        site.http_listen = table.text_or_list("http_listen");
        site.tls = table.text("tls").value_or("");
        site.upstream = table.text("upstream").value_or("");
        site.root = from_here(table.text("root").value_or(""));
        site.revocation = table.text_or_list("revocation");
        site.ocsp_responder = table.text("ocsp_responder").value_or("");
        site.resolver = table.text_or_list("resolver");
        site.roles_from = table.text("roles_from").value_or("");
        site.log_format = table.text("log_format").value_or("");
        site.log_folder = from_here(table.text("log_folder").value_or(""));
        for (policy::TableReader& location : table.array_of_tables("location"))
            site.locations.push_back(read_location(location, from_here));
        table.refuse_other_keys();
    });
    return site;
}

void add_site(RememberedFolder& folder, const SiteSettings& site) {
    std::erase_if(folder.sites,
                  [&](const SiteSettings& other) { return other.server_name == site.server_name; });
    folder.sites.push_back(site);
    std::sort(folder.sites.begin(), folder.sites.end(),
              [](const SiteSettings& a, const SiteSettings& b) { return a.server_name < b.server_name; });
}

store::SiteFolder to_store(const RememberedFolder& folder) {
    const nlohmann::json remembered{
        {"sites", folder.sites}, {"target", folder.target}, {"loaded", folder.loaded}};
    return {folder.folder.string(), remembered.dump()};
}

RememberedFolder from_store(const store::SiteFolder& row) try {
    const auto remembered = nlohmann::json::parse(row.site);
    return {row.folder, remembered.at("sites").get<std::vector<SiteSettings>>(),
            remembered.value("target", ReloadTarget()), remembered.value("loaded", std::string())};
} catch (const nlohmann::json::exception& problem) {
    throw Error(Code::store, row.folder + ", a remembered nginx site", problem.what(),
                "write it again: mtlsca nginx site --out DIR");
}

} // namespace mtlsca::deploy::nginx
