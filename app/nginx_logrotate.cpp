#include "commands.h"
#include "site_folders.h"

#include "deploy/nginx/site/logrotate.h"

#include <algorithm>

namespace mtlsca::app {
namespace {

namespace nginx = deploy::nginx;

class NginxLogrotate final : public Command {
public:
    void add_options(Options&) override {}

    int run(Session& session) override {
        const authority::Ca ca = session.open_ca(store::Database::Access::read);
        std::vector<nginx::RememberedFolder> folders;
        for (const store::SiteFolder& row : store::remembered_sites(ca.database()))
            folders.push_back(nginx::from_store(row));
        if (folders.empty())
            throw Error(Code::not_found, "nginx logrotate", "this CA has written no folder for nginx yet",
                        "mtlsca nginx site --out DIR writes one");
        const std::string text = nginx::logrotate_text(folders, std::filesystem::absolute(session.home()));
        if (session.json())
            session.out.json({{"configuration", text}});
        else
            session.out.raw(text);
        warn_of_a_second_rotation(folders);
        return 0;
    }

private:
    // logrotate refuses a log that two of its files name.
    static void warn_of_a_second_rotation(const std::vector<nginx::RememberedFolder>& folders) {
        const bool in_the_usual_folder =
            std::any_of(folders.begin(), folders.end(), [](const nginx::RememberedFolder& folder) {
                return std::any_of(folder.sites.begin(), folder.sites.end(),
                                   [](const auto& site) { return site.log_folder == "/var/log/nginx"; });
            });
        if (in_the_usual_folder && io::exists("/etc/logrotate.d/nginx"))
            warn("/etc/logrotate.d/nginx, which comes with nginx, rotates /var/log/nginx already: leave this "
                 "away, or let the sites log elsewhere (--log-folder)");
    }
};

} // namespace

std::unique_ptr<Command> make_nginx_logrotate() {
    return make_command<NginxLogrotate>();
}

} // namespace mtlsca::app
