#include "commands.h"
#include "site_folders.h"

#include "deploy/nginx/language/version.h"
#include "io/process.h"

namespace mtlsca::app {
namespace {

namespace nginx = deploy::nginx;

class NginxSite final : public Command {
public:
    void add_options(CLI::App& app) override {
        app.add_option("--server-name", settings_.server_name, "The site's host name")
            ->required()
            ->type_name("NAME");
        app.add_option("--cert", settings_.cert, "The server's certificate, as nginx reads it")
            ->required()
            ->type_name("FILE");
        app.add_option("--key", settings_.key, "Its key")->required()->type_name("FILE");
        app.add_option("--upstream", settings_.upstream, "The backend: http://127.0.0.1:8080")
            ->type_name("URL");
        app.add_option("--root", settings_.root, "Files, in place of a backend")->type_name("DIR");
        add_list(app, "--listen", settings_.listen, "Port, or address and port (default: 443)", "LISTEN");
        app.add_flag("--redirect-http", settings_.redirect_http, "Port 80 answers with a redirect");
        add_list(app, "--http-listen", settings_.http_listen, "Where the redirect answers (default: port 80)",
                 "LISTEN");
        app.add_option("--tls", settings_.tls, "Lowest version of TLS: 1.2 or 1.3 (default: 1.2)")
            ->type_name("VERSION")
            ->check(CLI::IsMember({"1.2", "1.3"}));
        add_list(app, "--public", public_paths_, "Needs no certificate; may be given again", "PATH");
        add_list(app, "--role", roles_, "Needs this role (several for one PATH add up): admin=/admin",
                 "ROLE=PATH");
        app.add_option("--log-folder", settings_.log_folder, "Where nginx logs to (default: /var/log/nginx)")
            ->type_name("DIR");
        app.add_option("--nginx-version", nginx_version_,
                       "Of the nginx that will read it (default: ask nginx -v)")
            ->type_name("VERSION");
        app.add_option("--out", out_,
                       "Folder to write, renewed with every publication (default: text on standard output)")
            ->type_name("DIR");
    }

    int run(Session& session) override {
        authority::Ca ca =
            session.open_ca(out_.empty() ? store::Database::Access::read : store::Database::Access::write);
        const nginx::Site site = nginx::check_site(settings(), ca.config(), target_version());
        if (out_.empty()) {
            print_text(session, ca, site);
            return 0;
        }
        const io::Path folder = std::filesystem::absolute(out_).lexically_normal();
        const bool changed = write(session, ca, site, folder);
        print(session, site, folder, changed);
        return 0;
    }

private:
    static void print_text(Session& session, const authority::Ca& ca, const nginx::Site& site) {
        std::string text;
        const auto sink = [&](std::string_view piece) {
            session.json() ? void(text += piece) : session.out.raw(piece);
        };
        nginx::write_site_text(site, ca.config(), ca.database(), ca_files(ca), session.now(), sink);
        if (session.json())
            session.out.json({{"server_name", site.server_name}, {"configuration", text}});
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
        return settings;
    }

    std::optional<nginx::Version> target_version() const {
        if (nginx_version_.empty()) {
            const auto said =
                io::command_output("PATH=$PATH:/usr/sbin nginx -v"); // users' PATH lacks it on Debian
            return said ? nginx::parse_version(*said) : std::nullopt;
        }
        const auto version = nginx::parse_version(nginx_version_);
        if (!version)
            throw Error(Code::usage, "--nginx-version", nginx_version_ + " is not a version: 1.22.1");
        return version;
    }

    static bool write(Session& session, authority::Ca& ca, const nginx::Site& site, const io::Path& folder) {
        const io::FolderLock lock = ca.lock();
        const bool changed =
            nginx::write_site(site, ca.config(), ca.database(), ca_files(ca), folder, session.now());
        store::Transaction transaction(ca.database());
        store::remember_site(transaction, nginx::remembered(site, folder));
        transaction.commit();
        return changed;
    }

    static void print(Session& session, const nginx::Site& site, const io::Path& folder, bool changed) {
        const std::string http = folder / "http.conf";
        const std::string server = nginx::site_file(site, folder);
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
        session.out.line("then: nginx -t && nginx -s reload");
    }

    nginx::SiteSettings settings_;
    std::vector<std::string> public_paths_, roles_;
    std::string nginx_version_;
    io::Path out_;
};

} // namespace

std::unique_ptr<Command> make_nginx_site() {
    return make_command<NginxSite>();
}

} // namespace mtlsca::app
