#include "deploy/nginx/site/text.h"

#include "deploy/nginx/language/token.h"
#include "deploy/nginx/site/logrotate.h"
#include "deploy/nginx/site/roles.h"
#include "deploy/template.h"
#include "encoding/hex.h"
#include "encoding/text.h"
#include "x509/key/key.h"

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

bool has_flags_for(const LocationSettings& location) {
    return location.upstream.empty() && location.root.empty() && location.names.empty() &&
           (location.access == "public" || !location.roles.empty());
}

std::string flags(const SiteSettings& settings) {
    std::string text;
    const auto add = [&](const char* flag, const std::string& value) {
        if (!value.empty())
            text += fmt::format(" {} {}", flag, encoding::shell_word(value));
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
    for (const std::string& way : settings.revocation)
        add("--revocation", way);
    add("--ocsp-responder", settings.ocsp_responder);
    for (const std::string& server : settings.resolver)
        add("--resolver", server);
    add("--roles-from", settings.roles_from);
    add("--log-format", settings.log_format);
    for (const LocationSettings& location : settings.locations) {
        if (location.access == "public")
            add("--public", location.path);
        for (const std::string& role : location.roles)
            add("--role", role + '=' + location.path);
    }
    add("--log-folder", settings.log_folder);
    return text;
}

// Of one site only, so that several stand beside each other: 8 digits of a hash, because a server name may
// be longer than what http.conf's variables_hash_bucket_size takes.
std::string variable_of(const Site& site, std::size_t number, const char* what) {
    const x509::Sha256 hash = x509::sha256(as_bytes(site.server_name));
    return fmt::format("$mtlsca_{}_{}_{}", what, encoding::to_hex(ByteView(hash).first(4)), number);
}

std::string who(const Location& location) {
    switch (location.access) {
    case Access::open:
        return "Everybody, with or without a certificate.";
    case Access::certificate:
        return "Any valid certificate.";
    case Access::named:
        break;
    }
    std::vector<std::string> named;
    if (!location.roles.empty())
        named.push_back(fmt::format("role {}", fmt::join(location.roles, " or ")));
    if (!location.identities.empty())
        named.push_back(fmt::format("{} by name", location.identities.size()));
    return fmt::format("For {}; {} may go everywhere.", fmt::join(named, " or "), gateway_role);
}

std::string role_variables(const Location& location) {
    std::string variables = role_variable(gateway_role);
    for (const std::string& role : location.roles)
        if (role != gateway_role)
            variables += role_variable(role);
    return variables;
}

// One map for each kind of identity, because each has a variable of its own.
Json names_values(const Location& location, const std::string& variable, std::string& variables) {
    struct Kind {
        Identity::Kind kind;
        const char* source;
        const char* ending;
    };
    constexpr Kind kinds[] = {{Identity::Kind::name, "$mtlsca_name", "_cn"},
                              {Identity::Kind::san, "$mtlsca_san", "_san"},
                              {Identity::Kind::owner, "$mtlsca_owner", "_owner"}};
    Json maps = Json::array();
    for (const Kind& kind : kinds) {
        Json patterns = Json::array();
        for (const Identity& identity : location.identities)
            if (identity.kind == kind.kind)
                patterns.push_back({{"pattern", map_pattern(identity_pattern(identity)).value().text()}});
        if (patterns.empty())
            continue;
        maps.push_back(
            {{"source", kind.source}, {"variable", variable + kind.ending}, {"patterns", patterns}});
        variables += variable + kind.ending;
    }
    return maps;
}

// What only those may see who are named: a map that refuses everybody else.
Json rule_values(const Site& site, const Location& location, std::size_t number) {
    std::string admitted = role_variables(location);
    const Json names = names_values(location, variable_of(site, number, "named"), admitted);
    return {{"path", location.path.path + '/'},
            {"who", who(location)},
            {"names", names},
            {"admitted", admitted},
            {"variable", variable_of(site, number, "refuse")}};
}

Json revocation_values(const Site& site, const Trust& trust) {
    Json crl = Json::array(), ocsp = Json::array(), map = Json::array();
    if (site.revocation.crl)
        crl.push_back({{"bundle", written(trust.bundle.string())}});
    if (site.revocation.map)
        map.push_back(Json::object());
    if (site.revocation.ocsp) {
        Json responders = Json::array(), resolvers = Json::array();
        if (site.ocsp_responder)
            responders.push_back({{"url", written(site.ocsp_responder->url)}});
        if (!site.resolver.empty())
            resolvers.push_back({{"addresses", fmt::format("{}", fmt::join(site.resolver, " "))}});
        ocsp.push_back({{"responders", responders}, {"resolvers", resolvers}});
    }
    return {{"crl", crl}, {"ocsp", ocsp}, {"map", map}};
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
    std::string command = fmt::format("mtlsca --home {} nginx site", encoding::shell_word(home.string()));
    const std::string out = folder.empty() ? "" : " --out " + encoding::shell_word(folder.string());
    const std::string said = flags(settings);
    const bool told_by_flags =
        settings.site_file.empty() &&
        std::all_of(settings.locations.begin(), settings.locations.end(), has_flags_for) &&
        command.size() + said.size() + out.size() < longest_command;
    const std::string file = settings.site_file.empty() ? "FILE.toml" : settings.site_file;
    command += (told_by_flags ? said : " --site " + encoding::shell_word(file)) + out;
    return comment("Written by mtlsca, not to be edited. To write it again: " + command);
}

std::string http_text(const SharedSettings& shared, const HashSizes& sizes,
                      const std::vector<io::Path>& includes) {
    Json files = Json::array(), server_names = Json::array();
    for (const io::Path& path : includes)
        files.push_back({{"file", written(path.string())}});
    // A longer name does not fit nginx's default of 64 bytes; 512 hold the longest there is.
    if (shared.longest_server_name > 46)
        server_names.push_back({{"size", "512"}});
    return render("nginx/http.conf", {{"map_hash_max_size", std::to_string(sizes.maximum)},
                                      {"map_hash_bucket_size", std::to_string(sizes.bucket)},
                                      {"server_names_hash_bucket_size", server_names},
                                      {"with_revoked", shared.with_revoked},
                                      {"includes", files}});
}

std::string site_text(const Site& site, const Trust& trust) {
    Json rules = Json::array(), locations = Json::array();
    for (const Location& location : site.locations) {
        std::string refusal = location.access == Access::open ? "" : "$mtlsca_refuse";
        if (location.access == Access::named) {
            rules.push_back(rule_values(site, location, rules.size() + 1));
            refusal = rules.back()["variable"];
        }
        add_location(location, refusal, locations);
    }
    const LogFiles logs = log_files(site.settings);
    Json values = revocation_values(site, trust);
    values.update({{"rules", rules},
                   {"redirects", redirect_values(site)},
                   {"listens", listen_values(site.listens)},
                   {"server_name", written(site.server_name)},
                   {"cert", written(site.cert.string())},
                   {"key", written(site.key.string())},
                   {"protocols", site.only_tls_1_3 ? "TLSv1.3" : "TLSv1.2 TLSv1.3"},
                   {"only_tls_1_3", site.only_tls_1_3},
                   {"chain", written(trust.chain.string())},
                   {"verify_depth", std::to_string(trust.verify_depth)},
                   {"access_log", written(logs.access.string())},
                   {"failed_log", written(logs.failed.string())},
                   {"log_format", site.json_log ? "mtlsca_json" : "mtlsca"},
                   {"locations", locations}});
    return render("nginx/site.conf", values);
}

} // namespace mtlsca::deploy::nginx
