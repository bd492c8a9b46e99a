#include "applying.h"
#include "commands.h"
#include "site_folders.h"

#include "deploy/nginx/apply/program.h"

#include <algorithm>

namespace mtlsca::app {
namespace {

namespace nginx = deploy::nginx;

constexpr std::size_t site_file_max_bytes = 1024UL * 1024; // some thousand locations

class NginxSite final : public Command {
public:
    void add_options(Options& options) override {
        options.add("--site", site_file_, "All of this from a file in TOML, which can say more").type("FILE");
        add_server_options(options);
        add_access_options(options);
        options.add("--log-format", settings_.log_format, "text or json (default: text)").type("FORMAT");
        options.add("--log-folder", settings_.log_folder, "Where nginx logs to (default: /var/log/nginx)")
            .type("DIR");
        options
            .add("--nginx-version", nginx_version_, "Of the nginx that will read it (default: ask nginx -v)")
            .type("VERSION");
        options
            .add("--out", out_,
                 "Folder to write, renewed with every publication (default: text on standard output)")
            .type("DIR");
        options.flag("--apply", apply_, "Bring it into the running nginx, safely, as nginx apply does");
    }

    int run(Session& session) override {
        if (apply_ && out_.empty())
            throw Error(Code::usage, "--apply", "needs --out DIR, a folder that nginx includes");
        authority::Ca ca =
            session.open_ca(out_.empty() ? store::Database::Access::read : store::Database::Access::write);
        const nginx::Site site = nginx::check_site(settings(), ca.config(), target_version());
        if (out_.empty()) {
            print_text(session, ca, site);
            return 0;
        }
        const io::Path folder = std::filesystem::absolute(out_).lexically_normal();
        if (apply_)
            return apply(session, ca, site, folder);
        const bool changed = write(session, ca, site, folder);
        print(session, site, folder, changed);
        return 0;
    }

private:
    void add_server_options(Options& options) {
        options.add("--server-name", settings_.server_name, "The site's host name").type("NAME");
        options.add("--cert", settings_.cert, "The server's certificate, as nginx reads it").type("FILE");
        options.add("--key", settings_.key, "Its key").type("FILE");
        options.add("--upstream", settings_.upstream, "The backend: http://127.0.0.1:8080").type("URL");
        options.add("--root", settings_.root, "Files, in place of a backend").type("DIR");
        options.list("--listen", settings_.listen, "Port, or address and port (default: 443)", "LISTEN");
        options.flag("--redirect-http", settings_.redirect_http, "Port 80 answers with a redirect");
        options.list("--http-listen", settings_.http_listen, "Where the redirect answers (default: port 80)",
                     "LISTEN");
        options.add("--tls", settings_.tls, "Lowest version of TLS: 1.2 or 1.3 (default: 1.2)")
            .type("VERSION");
    }

    void add_access_options(Options& options) {
        options.list("--public", public_paths_, "Needs no certificate; may be given again", "PATH");
        options.list(
            "--role", roles_,
            "Needs this role; several for one PATH add up (default: client=/api admin=/admin ops=/ops)",
            "ROLE=PATH");
        options
            .add("--roles-from", settings_.roles_from,
                 "dn: from the certificate's subject; inventory: by its serial (default: dn)")
            .type("SOURCE");
        options.list("--revocation", settings_.revocation,
                     "crl, map (by serial, per request) or ocsp; may be given again (default: crl)", "WAY");
        options.flag("--ocsp", ocsp_, "The same as --revocation ocsp");
        options
            .add("--ocsp-responder", settings_.ocsp_responder,
                 "In place of the one that certificates name: http://127.0.0.1:8889")
            .type("URL");
        options.list("--resolver", settings_.resolver, "Name server for a responder that has a name",
                     "ADDRESS");
    }

    nginx::SiteSettings settings() const {
        nginx::SiteSettings settings = settings_;
        for (const std::string& path : public_paths_)
            nginx::location_at(settings, path).access = "public";
        for (const std::string& rule : roles_) {
            const std::size_t equals = rule.find('=');
            if (equals == std::string::npos)
                throw Error(Code::usage, "--role", rule + " is not ROLE=PATH");
            nginx::location_at(settings, rule.substr(equals + 1)).roles.push_back(rule.substr(0, equals));
        }
        const auto& ways = settings.revocation;
        if (ocsp_ && std::find(ways.begin(), ways.end(), "ocsp") == ways.end())
            settings.revocation.push_back("ocsp");
        if (site_file_.empty()) {
            refuse_missing(settings);
            return settings;
        }
        if (settings != nginx::SiteSettings())
            throw Error(Code::usage, "--site",
                        "says everything about the site; only --out, --apply and --nginx-version go with it");
        return nginx::read_site_file(as_text(io::read_file(site_file_, site_file_max_bytes)), site_file_);
    }

    static void refuse_missing(const nginx::SiteSettings& settings) {
        for (const auto& [option, value] :
             {std::pair("--server-name", &settings.server_name), std::pair("--cert", &settings.cert),
              std::pair("--key", &settings.key)})
            if (value->empty())
                throw Error(Code::usage, option, "is required", "or all in a file: --site FILE.toml");
    }

    std::optional<nginx::Version> target_version() const {
        if (nginx_version_.empty())
            return nginx::Program({}).version();
        const auto version = nginx::parse_version(nginx_version_);
        if (!version)
            throw Error(Code::usage, "--nginx-version", nginx_version_ + " is not a version: 1.22.1");
        return version;
    }

    static void print_text(Session& session, const authority::Ca& ca, const nginx::Site& site) {
        std::string text;
        const auto sink = [&](std::string_view piece) {
            session.json() ? void(text += piece) : session.out.raw(piece);
        };
        nginx::write_site_text(site, site_source(ca, session.now()), sink);
        if (session.json())
            session.out.json({{"server_name", site.server_name}, {"configuration", text}});
    }

    static bool write(Session& session, authority::Ca& ca, const nginx::Site& site, const io::Path& path) {
        const io::FolderLock lock = ca.lock();
        nginx::RememberedFolder folder = site_folder(ca, path);
        nginx::join(folder, site);
        const bool changed = nginx::write_site(site, folder, site_source(ca, session.now()));
        remember(ca, folder);
        return changed;
    }

    static int apply(Session& session, authority::Ca& ca, const nginx::Site& site, const io::Path& path) {
        const io::FolderLock lock = ca.lock();
        nginx::RememberedFolder folder = site_folder(ca, path);
        nginx::join(folder, site);
        print_applied(session, apply_folders(session, ca, {folder}, true));
        return 0;
    }

    static void print(Session& session, const nginx::Site& site, const io::Path& folder, bool changed) {
        const std::string http = folder / "http.conf";
        const std::string server = nginx::site_file(site.settings, folder);
        if (session.json()) {
            session.out.json({{"changed", changed},
                              {"folder", folder.string()},
                              {"http_file", http},
                              {"site_file", server}});
            return;
        }
        session.out.line(changed ? "wrote " + folder.string() : folder.string() + " is as it should be");
        session.out.line();
        session.out.line("in nginx.conf, inside http { }:");
        session.out.line("    include " + http + ";    # once per nginx");
        session.out.line("    include " + server + ";");
        session.out.line("then: mtlsca nginx apply    # tests it, reloads, or takes all of it back");
    }

    nginx::SiteSettings settings_;
    std::vector<std::string> public_paths_, roles_;
    bool ocsp_ = false;
    io::Path site_file_;
    std::string nginx_version_;
    io::Path out_;
    bool apply_ = false;
};

} // namespace

std::unique_ptr<Command> make_nginx_site() {
    return make_command<NginxSite>();
}

} // namespace mtlsca::app
