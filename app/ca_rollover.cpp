#include "ca_changing.h"
#include "commands.h"

#include "authority/tier/rollover.h"

namespace mtlsca::app {
namespace {

class CaRollover final : public Command {
public:
    void add_options(Options& options) override {
        options.add("STEP", step_, "prepare, activate or retire")
            .required()
            .one_of({"prepare", "activate", "retire"});
        options.add("ROLE", role_, "Which CA: issuing or root (default: the one that issues)")
            .one_of({"issuing", "root"});
        options.flag("--undo", undo_, "Take this step back; only until the next one");
        options
            .add("--subject", subject_,
                 "prepare: subject of the new CA (default: the old one's and a number)")
            .type("DN");
        options.add("--key", options_.key, "prepare: type of the new key (default: the old one's)");
        options.days("--days", options_.validity, "prepare: lifetime of the new CA (default: the old one's)");
        changing_.add_to(options);
    }

    int run(Session& session) override {
        if ((step_ != "prepare" || undo_) && (!subject_.empty() || options_.key || options_.validity))
            throw Error(Code::usage, "ca rollover " + step_,
                        "takes no --subject, --key or --days: they are for the CA that is prepared");
        if (!subject_.empty())
            options_.subject = x509::Name::parse(subject_);
        authority::Ca ca = changing_.open(session);
        const authority::CaRole role = role_.empty()     ? role_of_issuer(ca)
                                       : role_ == "root" ? authority::CaRole::root
                                                         : authority::CaRole::issuing;
        return changing_.change(
            session, ca, [&](authority::Ca& planned) { return plan(planned, session.now(), role); },
            next_step(ca, role));
    }

private:
    static authority::CaRole role_of_issuer(const authority::Ca& ca) {
        return ca.issuing().is_root() ? authority::CaRole::root : authority::CaRole::issuing;
    }

    authority::CaChange plan(authority::Ca& ca, Time now, authority::CaRole role) const {
        if (step_ == "prepare")
            return undo_ ? authority::plan_undo_of_preparation(ca, now, role)
                         : authority::plan_preparation(ca, now, role, options_);
        if (step_ == "activate")
            return undo_ ? authority::plan_undo_of_activation(ca, role)
                         : authority::plan_activation(ca, now, role);
        return undo_ ? authority::plan_undo_of_retirement(ca, role) : authority::plan_retirement(ca, role);
    }

    std::string next_step(const authority::Ca& before, authority::CaRole role) const {
        const bool is_root = role == authority::CaRole::root;
        const std::string name = is_root ? "root" : "issuing";
        if (undo_ || step_ == "retire")
            return "let nginx read the trust file and the bundle";
        if (step_ == "prepare")
            return "let every relying party read the trust file and the bundle, then mtlsca ca rollover "
                   "activate " +
                   name;
        return (is_root ? "renew what the old one has signed"
                        : "renew what mtlsca list --issuer " + before.issuing().name() + " shows") +
               ", then mtlsca ca rollover retire " + name;
    }

    std::string step_, role_, subject_;
    authority::PreparationOptions options_;
    CaChanging changing_;
    bool undo_ = false;
};

class CaRenew final : public Command {
public:
    void add_options(Options& options) override {
        options.add("NAME", name_, "issuing, root, issuing-2, … (default: the CA that issues)");
        options.days("--days", validity_, "Lifetime from now on (default: as before)");
        changing_.add_to(options);
    }

    int run(Session& session) override {
        authority::Ca ca = changing_.open(session);
        const std::string name = name_.empty() ? ca.issuing().name() : name_;
        return changing_.change(
            session, ca,
            [&](authority::Ca& planned) {
                return authority::plan_ca_renewal(planned, session.now(), name, validity_);
            },
            "let relying parties read the new certificate; the old one serves until it expires");
    }

private:
    std::string name_;
    std::optional<Duration> validity_;
    CaChanging changing_;
};

} // namespace

std::unique_ptr<Command> make_ca_rollover() {
    return make_command<CaRollover>();
}
std::unique_ptr<Command> make_ca_renew() {
    return make_command<CaRenew>();
}

} // namespace mtlsca::app
