#include "deploy/nginx/site/site.h"

#include "deploy/nginx/language/directives.h"
#include "deploy/nginx/site/text.h"
#include "encoding/text.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace mtlsca::deploy::nginx {
namespace {

constexpr const char* default_log_folder = "/var/log/nginx";
constexpr unsigned http_port = 80;

constexpr std::pair<const char*, const char*> default_paths[] = {
    {"client", "/api"}, {"admin", "/admin"}, {"ops", "/ops"}};

constexpr const char* path_rule =
    "must begin with \"/\"; letters, digits and -._~!&'()*+,=:@ are allowed, and no \"//\", \"/./\" or "
    "\"/../\": nginx compares with the decoded path";

std::string shown(std::string_view field, std::string_view value) {
    return fmt::format("{} \"{}\"", field, encoding::printable(value));
}

class SiteCheck {
public:
    SiteCheck(const SiteSettings& settings, const policy::Config& config) : settings_(settings) {
        for (const auto& [ou, role] : config.roles)
            known_roles_.insert(role);
    }

    void check_version(const std::optional<Version>& version) {
        if (version && *version < oldest_version)
            refuse("site-nginx-version", "nginx " + to_string(*version),
                   "is too old: what is written here needs " + to_string(oldest_version));
    }

    void check_server() {
        if (const auto name = parse_server_name(settings_.server_name))
            site_.server_name = *name;
        else
            refuse("site-server-name", shown("server_name", settings_.server_name),
                   "is neither a host name, \"*.\" and a host name, nor an IPv4 address");
        if (site_.server_name == "http")
            refuse("site-server-name", "server_name \"http\"",
                   "would be written to http.conf, which is another file");
        site_.cert = file("cert", settings_.cert);
        site_.key = file("key", settings_.key);
        site_.log_folder =
            file("log_folder", settings_.log_folder.empty() ? default_log_folder : settings_.log_folder);
        site_.only_tls_1_3 = one_of("tls", settings_.tls, "1.2", "1.3") == "1.3";
        site_.json_log = one_of("log_format", settings_.log_format, "text", "json") == "json";
        site_.roles_from_inventory =
            one_of("roles_from", settings_.roles_from, "dn", "inventory") == "inventory";
    }

    void check_revocation(bool certificates_name_a_responder) {
        for (const std::string& way : settings_.revocation)
            if (way == "crl")
                site_.revocation.crl = true;
            else if (way == "map")
                site_.revocation.map = true;
            else if (way == "ocsp")
                site_.revocation.ocsp = true;
            else
                refuse("site-revocation", shown("revocation", way), "is none of crl, map and ocsp");
        if (settings_.revocation.empty())
            site_.revocation.crl = true;
        check_responder(certificates_name_a_responder);
        for (const std::string& server : settings_.resolver)
            if (const auto resolver = parse_resolver(server))
                site_.resolver.push_back(*resolver);
            else
                refuse("site-resolver", shown("resolver", server), "is no address: 10.0.0.53, [::1]:53");
    }

    void check_listens() {
        site_.listens = listens("listen", settings_.listen);
        if (settings_.listen.empty())
            site_.listens.push_back({"0.0.0.0", 443});
        if (!settings_.redirect_http) {
            if (!settings_.http_listen.empty())
                refuse("site-listen", "http_listen", "has a meaning with redirect_http only");
            return;
        }
        site_.http_listens = listens("http_listen", settings_.http_listen);
        if (settings_.http_listen.empty())
            for (const Listen& listen : site_.listens)
                add_once("http_listen", {listen.address, http_port}, site_.http_listens, false);
        for (const Listen& listen : site_.http_listens)
            if (contains(site_.listens, listen))
                refuse("site-listen", shown("http_listen", to_string(listen)),
                       "is an address of `listen` too");
    }

    void check_locations() {
        const bool has_default = has_backend("site", settings_.upstream, settings_.root);
        if (has_default)
            site_backend_ = backend("site", settings_.upstream, settings_.root);
        for (const LocationSettings& location :
             settings_.locations.empty() ? default_locations() : settings_.locations)
            check_location(location);
        const bool has_root =
            std::any_of(site_.locations.begin(), site_.locations.end(),
                        [](const Location& location) { return location.path.path.empty(); });
        LocationSettings everything;
        everything.path = "/";
        if (!has_root)
            check_location(everything);
        std::sort(site_.locations.begin(), site_.locations.end(),
                  [](const Location& a, const Location& b) { return a.path < b.path; });
    }

    Site finish() {
        if (has_errors(findings_))
            throw Error(Code::refused, shown("nginx site", settings_.server_name),
                        "its settings cannot be written", {}, findings_);
        site_.settings = settings_;
        if (settings_.locations.empty())
            site_.settings.locations = default_locations();
        site_.settings.server_name = site_.server_name;
        site_.settings.cert = site_.cert.string();
        site_.settings.key = site_.key.string();
        site_.settings.log_folder = site_.log_folder.string();
        absolute(site_.settings.root);
        for (LocationSettings& location : site_.settings.locations)
            absolute(location.root);
        return std::move(site_);
    }

private:
    // A site that says nothing of its paths gets those of the default roles, as far as the settings know
    // them.
    std::vector<LocationSettings> default_locations() const {
        std::vector<LocationSettings> locations;
        for (const auto& [role, path] : default_paths) {
            if (!known_roles_.contains(role))
                continue;
            LocationSettings& location = locations.emplace_back();
            location.path = path;
            location.roles = {role};
        }
        return locations;
    }

    void refuse(const char* rule, std::string subject, std::string detail) {
        findings_.push_back({Severity::error, rule, std::move(subject), std::move(detail)});
    }

    std::string one_of(const char* field, const std::string& value, const char* usual, const char* other) {
        if (!value.empty() && value != usual && value != other)
            refuse(field == std::string_view("tls") ? "site-tls" : "site-choice", shown(field, value),
                   fmt::format("is neither {} nor {}", usual, other));
        return value;
    }

    // nginx asks the responder that a certificate names, unless it is told another one; without any it
    // refuses every client, and it cannot look up a name without a resolver.
    void check_responder(bool certificates_name_one) {
        if (!settings_.ocsp_responder.empty() && !site_.revocation.ocsp)
            refuse("site-ocsp", "ocsp_responder", "has a meaning with revocation = \"ocsp\" only");
        if (!site_.revocation.ocsp)
            return;
        if (settings_.ocsp_responder.empty()) {
            if (!certificates_name_one)
                refuse("site-ocsp", "ocsp_responder",
                       "is missing: the certificates of this CA name no responder, and nginx would refuse "
                       "every client");
            return;
        }
        site_.ocsp_responder = parse_responder(settings_.ocsp_responder);
        if (!site_.ocsp_responder)
            refuse("site-ocsp", shown("ocsp_responder", settings_.ocsp_responder),
                   "is no http:// URL of an address (or a host name)");
        else if (!site_.ocsp_responder->is_address && settings_.resolver.empty())
            refuse("site-ocsp", shown("ocsp_responder", settings_.ocsp_responder),
                   "is a name, which nginx cannot look up without `resolver`; name an address");
    }

    static void absolute(std::string& path) {
        if (!path.empty())
            path = parse_file_path(path)->string();
    }

    static bool contains(const std::vector<Listen>& listens, const Listen& listen) {
        return std::find(listens.begin(), listens.end(), listen) != listens.end();
    }

    io::Path file(const char* field, const std::string& text) {
        const auto path = parse_file_path(text);
        if (text.empty())
            refuse("site-file", field, "is missing: a file");
        else if (!path)
            refuse("site-file", shown(field, text),
                   "cannot be written: \"$\" is a variable to nginx, control characters and more than 512 "
                   "bytes are "
                   "refused, UTF-8 is expected");
        return path.value_or(io::Path());
    }

    std::vector<Listen> listens(const char* field, const std::vector<std::string>& texts) {
        std::vector<Listen> listens;
        for (const std::string& text : texts) {
            if (const auto listen = parse_listen(text))
                add_once(field, *listen, listens, true);
            else
                refuse("site-listen", shown(field, text), "is none of 443, 10.0.0.5:443 and [::]:443");
        }
        return listens;
    }

    void add_once(const char* field, const Listen& listen, std::vector<Listen>& to, bool refuse_repeated) {
        if (!contains(to, listen))
            to.push_back(listen);
        else if (refuse_repeated)
            refuse("site-listen", shown(field, to_string(listen)), "is there twice");
    }

    bool has_backend(const std::string& owner, const std::string& upstream, const std::string& root) {
        if (!upstream.empty() && !root.empty())
            refuse("site-backend", owner, "has an upstream and a root; one of them answers");
        return !upstream.empty() || !root.empty();
    }

    Backend backend(const std::string& owner, const std::string& upstream, const std::string& root) {
        if (upstream.empty())
            return {std::nullopt, file("root", root)};
        const auto url = parse_upstream(upstream);
        if (!url)
            refuse("site-upstream", owner + " " + shown("upstream", upstream),
                   "is no http:// or https:// URL of a host (or address), perhaps a port and a path, and "
                   "nothing else");
        return {url.value_or(Upstream()), {}};
    }

    void check_location(const LocationSettings& settings) {
        const std::string owner = shown("location", settings.path);
        const auto path = parse_location_path(settings.path);
        const bool repeated = std::any_of(site_.locations.begin(), site_.locations.end(),
                                          [&](const Location& other) { return other.path == path; });
        if (!path)
            refuse("site-path", owner, path_rule);
        else if (repeated)
            refuse("site-path", owner, "is there twice, with or without its last \"/\"");
        Location location;
        location.access = access(owner, settings);
        location.roles = roles(owner, settings);
        location.identities = identities(owner, settings);
        if (has_backend(owner, settings.upstream, settings.root))
            location.backend = backend(owner, settings.upstream, settings.root);
        else if (site_backend_)
            location.backend = *site_backend_;
        else
            refuse("site-backend", owner, "has neither an upstream nor a root");
        if (!path)
            return;
        location.path = *path;
        site_.locations.push_back(std::move(location));
    }

    Access access(const std::string& owner, const LocationSettings& settings) {
        if (!settings.access.empty() && settings.access != "public" && settings.access != "certificate")
            refuse("site-access", owner + " " + shown("access", settings.access),
                   "is neither \"public\" nor \"certificate\"");
        if (settings.roles.empty() && settings.names.empty())
            return settings.access == "public" ? Access::open : Access::certificate;
        if (!settings.access.empty())
            refuse("site-access", owner,
                   fmt::format("is \"{}\" and wants roles or names; say one of them",
                               encoding::printable(settings.access)));
        return Access::named;
    }

    std::vector<Identity> identities(const std::string& owner, const LocationSettings& settings) {
        std::set<Identity> identities;
        for (const std::string& name : settings.names)
            if (const auto identity = parse_identity(name))
                identities.insert(*identity);
            else
                refuse(
                    "site-name", owner + " " + shown("names", name),
                    "is none of cn:NAME, san:TYPE:VALUE and owner:WHO, or holds what nginx cannot compare");
        return {identities.begin(), identities.end()};
    }

    std::vector<std::string> roles(const std::string& owner, const LocationSettings& settings) {
        std::set<std::string> roles;
        for (const std::string& role : settings.roles) {
            if (!known_roles_.contains(role))
                refuse("site-role", owner + " " + shown("role", role),
                       fmt::format("is not in [roles] of mtlsca.toml, which has {}",
                                   fmt::join(known_roles_, ", ")));
            roles.insert(role);
        }
        return {roles.begin(), roles.end()};
    }

    const SiteSettings& settings_;
    std::set<std::string> known_roles_;
    std::optional<Backend> site_backend_;
    Site site_;
    Findings findings_;
};

// What the site would be written as is looked up word by word, so that no table of features can forget one.
void refuse_newer(const Site& site, const Version& version) {
    const io::Path file = "/" + site.server_name + ".conf";
    const DumpedFiles written("# configuration file " + file.string() + ":\n" +
                              site_text(site, {"/chain.pem", "/bundle.pem", 1}));
    Findings findings;
    std::set<std::string> told;
    for (const Unsupported& word : unsupported(read_configuration(file, written), version))
        if (word.severity == Severity::error && told.insert(word.what).second)
            findings.push_back(
                {Severity::error, "site-nginx-version", "nginx " + to_string(version),
                 fmt::format("does not know {}: it is in {} and newer", word.what, to_string(word.version))});
    if (!findings.empty())
        throw Error(Code::refused, shown("nginx site", site.server_name), "needs a newer nginx",
                    "a newer nginx, or another way of revocation", findings);
}

} // namespace

Site check_site(const SiteSettings& settings, const policy::Config& config,
                const std::optional<Version>& version) {
    SiteCheck check(settings, config);
    check.check_version(version);
    check.check_server();
    check.check_revocation(!config.ocsp_url.empty());
    check.check_listens();
    check.check_locations();
    Site site = check.finish();
    if (version)
        refuse_newer(site, *version);
    return site;
}

} // namespace mtlsca::deploy::nginx
