#include "commands.h"
#include "jobs.h"
#include "ocsp_responding.h"
#include "publishing.h"

#include "authority/certificate/renewal.h"

namespace mtlsca::app {
namespace {

class Crl final : public Command {
public:
    void add_options(Options& options) override {
        options.flag("--if-due", if_due_, "Only what is due; touches no key when nothing is: the cron job");
        options.add("--next-update", next_update_,
                    "How long the issuing CA's CRL is good for (default: settings)");
        options.add("--overlap", overlap_, "Due when less than this is left (default: settings)");
        options.flag("--clock-is-right", clock_is_right_,
                     "The last CRL was made by a clock that was ahead: begin anew at the time it is now");
        options.add("--out", out_, "A copy of the bundle here as well").type("FILE");
        options.add("--on-change", on_change_, "Command that runs after every publication: nginx -s reload")
            .type("CMD");
        add_apply_flag(options, apply_);
    }

    int run(Session& session) override {
        using Access = store::Database::Access;
        authority::Ca ca = session.open_ca(if_due_ ? Access::read : Access::write, false);
        look_whether_failing(session, ca);
        const bool is_idle = if_due_ && !is_due(ca, session.now());
        if (if_due_ && !is_idle)
            ca = session.open_ca(Access::write, false);
        refuse_always_due(ca.crl_times(ca.issuing()));
        if (is_idle)
            return tell_nothing_due(session, ca);
        revoke_as_planned(session, ca);
        PublishingOptions options;
        options.if_due = if_due_;
        options.clock_is_right = clock_is_right_;
        options.next_update = next_update_;
        options.overlap = overlap_;
        options.on_change = on_change_;
        options.apply = apply_;
        options.retry_hook = true;
        options.copy_to = out_;
        options.forgets_passphrase = open_keys_of_delegates_in_use(ca, session.now());
        const Published published = publish_and_tell(session, ca, options);
        const std::optional<Error> problem = ca.settings_problem();
        const std::vector<Error> failures =
            problem ? std::vector{*problem} : renew_delegates_in_use(session, ca);
        print(session, published);
        // Said last: everything that could be published is published.
        if (!published.publication.failures.empty())
            throw published.publication.failures.front();
        if (!failures.empty())
            throw failures.front();
        return published.status;
    }

private:
    // The cron job writes nothing where nothing is to be done.
    bool is_due(authority::Ca& ca, Time now) const {
        bool due = apply_ && is_applying_due(ca);
        due = due || store::pending_hook(ca.database()).has_value() ||
              authority::is_planned_revocation_due(ca, now) ||
              (!ca.settings_problem() && authority::answers_ocsp(ca) &&
               authority::is_any_delegate_due(ca, now));
        return due || authority::is_publication_due(ca, now, overlap_);
    }

    void refuse_always_due(const authority::Ca::CrlTimes& usual) const {
        const Duration next_update = next_update_.value_or(usual.next_update);
        const Duration overlap = overlap_.value_or(usual.overlap);
        if (overlap >= next_update)
            throw Error(Code::usage, "--next-update " + to_string(next_update),
                        "is not longer than the overlap of " + to_string(overlap) +
                            ": the CRL would always be due",
                        "make it longer, or --overlap shorter");
    }

    // What becomes due from now on is for the next run: this one can only read.
    int tell_nothing_due(Session& session, const authority::Ca& ca) const {
        Published published;
        published.publication.bundle = ca.folder().bundle();
        published.publication.crls = authority::published_crls(ca);
        copy_bundle(published.publication, out_);
        print(session, published);
        if (const std::optional<Error> problem = ca.settings_problem())
            throw *problem;
        return published.status;
    }

    static void print(Session& session, const Published& published) {
        if (session.json()) {
            Json object = publication_json(published.publication);
            object["dropped"] = published.publication.dropped;
            object["reloaded"] = published.applied.reloaded;
            object["on_change"] = published.hook.empty() ? Json(nullptr) : Json(published.hook);
            session.out.json(object);
            return;
        }
        print_published(session, published);
    }

    bool clock_is_right_ = false, if_due_ = false, apply_ = false;
    std::optional<Duration> next_update_, overlap_;
    io::Path out_;
    std::string on_change_;
};

} // namespace

std::unique_ptr<Command> make_crl() {
    return make_command<Crl>();
}

} // namespace mtlsca::app
