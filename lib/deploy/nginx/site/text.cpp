#include "deploy/nginx/site/text.h"

#include "deploy/nginx/site/roles.h"
#include "deploy/nginx/language/token.h"
#include "deploy/template.h"
#include "encoding/hex.h"
#include "encoding/text.h"
#include "x509/key.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mtlsca::deploy::nginx {
namespace {

using Json = nlohmann::json;

// Everything of a Site was parsed as something that nginx can write.
std::string written(std::string_view text) {
    return word(text).value().text();
}

std::string shell_word(const std::string& text) {
    const auto plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               std::string_view("_./:=@%+,-").find(c) != std::string_view::npos;
    };
    if (!text.empty() && std::all_of(text.begin(), text.end(), plain))
        return text;
    std::string quoted = "'";
    for (char c : text)
        c == '\'' ? quoted.append("'\\''") : quoted.append(1, c);
    return quoted + '\'';
}

bool has_flags_for(const LocationSettings& location) {
    return location.upstream.empty() && location.root.empty() &&
           (location.access == "public" || !location.roles.empty());
}

std::string flags(const SiteSettings& settings) {
    std::string text;
    const auto add = [&](const char* flag, const std::string& value) {
        if (!value.empty())
            text += fmt::format(" {} {}", flag, shell_word(value));
    };
    add("--server-name", settings.server_name);
    add("--cert", settings.cert);
    add("--key", settings.key);
    add("--upstream", settings.upstream);
    add("--root", settings.root);
    for (const std::string& listen : settings.listen)
        add("--listen", listen);
    if (settings.redirect_http)
        text += " --redirect-http";
    for (const std::string& listen : settings.http_listen)
        add("--http-listen", listen);
    add("--tls", settings.tls);
    for (const LocationSettings& location : settings.locations) {
        if (location.access == "public")
            add("--public", location.path);
        for (const std::string& role : location.roles)
            add("--role", role + '=' + location.path);
    }
    add("--log-folder", settings.log_folder);
    return text;
}

// Of one site only, so that several stand beside each other: 8 digits of a hash, because a variable of more
// than 46 bytes does not fit nginx's default variables_hash_bucket_size.
std::string refusal_variable(const Site& site, std::size_t number) {
    const x509::Sha256 hash = x509::sha256(as_bytes(site.server_name));
    return fmt::format("$mtlsca_refuse_{}_{}", encoding::to_hex(ByteView(hash).first(4)), number);
}

std::string who(const Location& location) {
    switch (location.access) {
    case Access::open:
        return "Everybody, with or without a certificate.";
    case Access::certificate:
        return "Any valid certificate.";
    case Access::roles:
        break;
    }
    return fmt::format("Role {}; {} may go everywhere.", fmt::join(location.roles, " or "), gateway_role);
}

std::string role_variables(const Location& location) {
    std::string variables = role_variable(gateway_role);
    for (const std::string& role : location.roles)
        if (role != gateway_role)
            variables += role_variable(role);
    return variables;
}

Json listen_values(const std::vector<Listen>& listens) {
    Json values = Json::array();
    for (const Listen& listen : listens)
        values.push_back({{"address", written(to_string(listen))}});
    return values;
}

Json redirect_values(const Site& site) {
    if (site.http_listens.empty())
        return Json::array();
    std::string target = site.server_name.starts_with("*.") ? "$host" : written(site.server_name);
    if (const unsigned port = site.listens.front().port; port != 443)
        target += fmt::format(":{}", port);
    return Json::array({{{"target", target}, {"http_listens", listen_values(site.http_listens)}}});
}

// `tail` is what the location's own path continues with: "" for the path alone, "/" for all below it. The
// backend gets the path that was judged, decoded and tidied up, because what the client sent may mean
// another location to it ("/public/..%2fadmin").
Json backend_values(const Location& location, const char* tail) {
    Json proxies = Json::array(), files = Json::array();
    if (const auto& upstream = location.backend.upstream) {
        const std::string path = upstream->path.value_or(location.path.path) + tail;
        const std::string url = upstream->origin + (path.empty() ? "/" : path);
        proxies.push_back({{"url", written(url)},
                           {"https", upstream->origin.starts_with("https:")},
                           {"identified", location.access != Access::open}});
    } else {
        files.push_back({{"root", written(location.backend.root.string())}});
    }
    return {{"proxies", proxies}, {"files", files}};
}

// A path without its last "/" is two locations, itself and all below it: a prefix "/admin" would be
// "/administrator" too. What only some may see is so whichever way it was written; what is public is only
// what was named. "^~" keeps a regular expression that somebody adds from taking over.
std::vector<std::string> matches(const Location& location) {
    const std::string& path = location.path.path;
    const std::string below = "^~ " + written(path + '/');
    if (path.empty() || (location.access == Access::open && location.path.ends_in_slash))
        return {below};
    return {"= " + written(path), below};
}

void add_location(const Location& location, const std::string& refusal, Json& locations) {
    for (const std::string& match : matches(location)) {
        Json values = backend_values(location, match.starts_with('=') ? "" : "/");
        values["who"] = who(location);
        values["match"] = match;
        values["refusals"] = Json::array();
        if (!refusal.empty())
            values["refusals"].push_back({{"variable", refusal}});
        locations.push_back(std::move(values));
    }
}

} // namespace

std::string first_line(const SiteSettings& settings, const io::Path& home, const io::Path& folder) {
    // A comment is a word to nginx, and longer than that it is cut; a command that is cut is none.
    constexpr std::size_t longest_command = longest_token - 100;
    std::string command = fmt::format("mtlsca --home {} nginx site", shell_word(home.string()));
    const std::string out = folder.empty() ? "" : " --out " + shell_word(folder.string());
    const std::string said = flags(settings);
    const bool told_by_flags =
        std::all_of(settings.locations.begin(), settings.locations.end(), has_flags_for) &&
        command.size() + said.size() + out.size() < longest_command;
    command += (told_by_flags ? said : " --site FILE.toml") + out;
    return comment("Written by mtlsca, not to be edited. To write it again: " + command);
}

std::string http_text(const SiteSettings& settings, const HashSizes& sizes,
                      const std::vector<io::Path>& includes) {
    Json files = Json::array(), server_names = Json::array();
    for (const io::Path& path : includes)
        files.push_back({{"file", written(path.string())}});
    // A longer name does not fit nginx's default of 64 bytes; 512 hold the longest there is.
    if (settings.server_name.size() > 46)
        server_names.push_back({{"size", "512"}});
    return render("nginx/http.conf", {{"map_hash_max_size", std::to_string(sizes.maximum)},
                                      {"map_hash_bucket_size", std::to_string(sizes.bucket)},
                                      {"server_names_hash_bucket_size", server_names},
                                      {"includes", files}});
}

std::string site_text(const Site& site, const Trust& trust) {
    Json rules = Json::array(), locations = Json::array();
    for (const Location& location : site.locations) {
        std::string refusal = location.access == Access::open ? "" : "$mtlsca_refuse";
        if (location.access == Access::roles) {
            refusal = refusal_variable(site, rules.size() + 1);
            rules.push_back({{"path", location.path.path + '/'},
                             {"who", who(location)},
                             {"roles", role_variables(location)},
                             {"variable", refusal}});
        }
        add_location(location, refusal, locations);
    }
    const std::string log = (site.log_folder / encoding::to_file_name(site.server_name)).string();
    return render("nginx/site.conf", {{"rules", rules},
                                      {"redirects", redirect_values(site)},
                                      {"listens", listen_values(site.listens)},
                                      {"server_name", written(site.server_name)},
                                      {"cert", written(site.cert.string())},
                                      {"key", written(site.key.string())},
                                      {"protocols", site.only_tls_1_3 ? "TLSv1.3" : "TLSv1.2 TLSv1.3"},
                                      {"only_tls_1_3", site.only_tls_1_3},
                                      {"chain", written(trust.chain.string())},
                                      {"bundle", written(trust.bundle.string())},
                                      {"verify_depth", std::to_string(trust.verify_depth)},
                                      {"access_log", written(log + ".access.log")},
                                      {"failed_log", written(log + ".failed.log")},
                                      {"locations", locations}});
}

} // namespace mtlsca::deploy::nginx
