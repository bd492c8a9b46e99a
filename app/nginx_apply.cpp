#include "applying.h"
#include "commands.h"
#include "site_folders.h"

#include <algorithm>

namespace mtlsca::app {
namespace {

namespace nginx = deploy::nginx;

class NginxApply final : public Command {
public:
    void add_options(Options& options) override {
        options.add("DIR", folders_, "Folders written by nginx site (default: all of this CA)");
        options.add("--nginx", target_.nginx, "The program, or a command (default: nginx)").type("CMD");
        options.add("--conf", target_.configuration, "Its main configuration (default: the program's own)")
            .type("FILE");
        const Option reload =
            options.add("--reload", target_.reload, "How it is told (default: nginx -s reload)").type("CMD");
        options.add("--pid", target_.pid_file, "Tell the process of this file, and wait for its new workers")
            .type("FILE")
            .excludes(reload);
        options.flag("--no-reload", no_reload_, "Exchange and test, but leave the reload to somebody else");
    }

    int run(Session& session) override {
        authority::Ca ca = session.open_ca(store::Database::Access::write);
        const io::FolderLock lock = ca.lock();
        const std::vector<nginx::RememberedFolder> folders = chosen(ca);
        print_applied(session, apply_folders(session, ca, folders, !no_reload_));
        return 0;
    }

private:
    std::vector<nginx::RememberedFolder> chosen(authority::Ca& ca) const {
        std::vector<nginx::RememberedFolder> all = site_folders(ca);
        std::vector<nginx::RememberedFolder> chosen = folders_.empty() ? all : named(all);
        if (chosen.empty())
            throw Error(Code::not_found, "nginx apply", "this CA has written no folder for nginx yet",
                        "mtlsca nginx site --out DIR writes one");
        if (target_ != nginx::ReloadTarget())
            for (nginx::RememberedFolder& folder : chosen)
                folder.target = absolute(target_);
        const bool one_nginx =
            std::all_of(chosen.begin(), chosen.end(), [&](const nginx::RememberedFolder& folder) {
                return folder.target == chosen.front().target;
            });
        if (!one_nginx)
            throw Error(Code::usage, "nginx apply", "the folders belong to several nginx",
                        "name those of one, or say --conf, --reload or --pid for all");
        return chosen;
    }

    std::vector<nginx::RememberedFolder> named(const std::vector<nginx::RememberedFolder>& all) const {
        std::vector<nginx::RememberedFolder> chosen;
        for (const std::string& name : folders_) {
            io::Path path = std::filesystem::absolute(name).lexically_normal();
            if (!path.has_filename())
                path = path.parent_path();
            const auto found = std::find_if(all.begin(), all.end(), [&](const nginx::RememberedFolder& one) {
                return one.folder == path;
            });
            if (found == all.end())
                throw Error(Code::not_found, name, "is no folder that this CA writes for nginx",
                            "mtlsca nginx site --out DIR makes it one");
            chosen.push_back(*found);
        }
        return chosen;
    }

    // It is used again from other folders.
    static nginx::ReloadTarget absolute(nginx::ReloadTarget target) {
        for (std::string* file : {&target.configuration, &target.pid_file})
            if (!file->empty())
                *file = std::filesystem::absolute(*file).lexically_normal();
        return target;
    }

    std::vector<std::string> folders_;
    nginx::ReloadTarget target_;
    bool no_reload_ = false;
};

} // namespace

std::unique_ptr<Command> make_nginx_apply() {
    return make_command<NginxApply>();
}

} // namespace mtlsca::app
