#include "commands.h"
#include "deploying.h"

#include "authority/certificate/deployment.h"
#include "authority/certificate/selector.h"

#include <fmt/format.h>

namespace mtlsca::app {
namespace {

class Deploy final : public Command {
public:
    void add_options(Options& options) override {
        options.add("ID", ids_,
                    "Certificates: serials, cn:NAME, san:VALUE, sha256:HEX, file:PATH or bare NAMEs");
        options.flag("--pending", pending_, "All that has not arrived yet");
        options.list("--to", deployments_, "To this target as well, and its renewals, too", "NAME");
        options.add("--key", key_, "The certificate's key (default: without it)").type("FILE");
        add_timeout_option(options, timeout_);
    }

    int run(Session& session) override {
        refuse_bad_usage();
        authority::Ca ca = session.open_ca(store::Database::Access::write);
        const std::vector<store::Certificate> wanted = want(session, ca);
        session.out.flush();
        const io::FolderLock lock = ca.delivery_lock();
        Deploying deploying(session, ca, checked_timeout(timeout_));
        for (const store::Certificate& certificate : wanted)
            deploying.bring(certificate);
        if (pending_)
            deploying.bring_outstanding();
        deploying.finish();
        print(session, deploying);
        return static_cast<int>(deploying.all_well() ? Code::done : Code::failed);
    }

private:
    void refuse_bad_usage() const {
        checked_timeout(timeout_);
        if (ids_.empty() != pending_)
            throw Error(Code::usage, "deploy", "certificates, or --pending for all that has not arrived",
                        "mtlsca deploy --help");
        if (pending_ && (!deployments_.empty() || !key_.empty()))
            throw Error(Code::usage, "--pending", "takes no --to and no --key");
        if (ids_.size() > 1 && !key_.empty())
            throw Error(Code::usage, "--key", "is for a single certificate");
        if (!key_.empty() && !io::exists(key_))
            throw Error(Code::secret, key_, "is not there", "name the certificate's key");
    }

    std::vector<store::Certificate> want(Session& session, authority::Ca& ca) const {
        authority::DeploymentWish wish;
        wish.deployments = deployments_;
        if (!key_.empty())
            wish.key_file = std::filesystem::absolute(key_);
        std::vector<store::Certificate> wanted;
        for (const store::Certificate& certificate : authority::select(ca, ids_, session.now()))
            wanted.push_back(authority::want_deployment(ca, session.run(), certificate, wish));
        return wanted;
    }

    static void print(Session& session, const Deploying& deploying) {
        if (session.json()) {
            Json array = Json::array();
            for (const Deploying::Arrival& arrival : deploying.arrivals())
                array.push_back(
                    {{"serial", arrival.serial}, {"name", arrival.name}, {"target", arrival.target}});
            return session.out.json(array);
        }
        for (const Deploying::Arrival& arrival : deploying.arrivals())
            session.out.line(
                fmt::format("{}, serial {}: is at {}", arrival.name, arrival.serial, arrival.target));
        if (deploying.arrivals().empty() && deploying.all_well())
            session.out.line("nothing was pending");
    }

    std::vector<std::string> ids_, deployments_;
    io::Path key_;
    std::optional<Duration> timeout_;
    bool pending_ = false;
};

} // namespace

std::unique_ptr<Command> make_deploy() {
    return make_command<Deploy>();
}

} // namespace mtlsca::app
