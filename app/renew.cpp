#include "commands.h"
#include "deploying.h"
#include "publishing.h"
#include "renewing.h"
#include "signing.h"
#include "site_folders.h"

#include "authority/certificate/selector.h"
#include "encoding/hex.h"

#include <fmt/format.h>

namespace mtlsca::app {
namespace {

constexpr std::size_t most_findings = 1000; // of all that were refused: enough to see what is wrong with all

// Several certificates, of which some may fail: one error in the end.
class Failures {
public:
    explicit Failures(bool alone) : alone_(alone) {}

    void add(const store::Certificate& certificate, const Error& error) {
        ++count_;
        if (!first_)
            first_ = error;
        if (error.findings.empty())
            keep({Severity::error, "renewal", store::object_of(certificate),
                  error.object + ": " + error.reason});
        for (Finding finding : error.findings) {
            finding.subject = store::object_of(certificate) + ": " + finding.subject;
            keep(std::move(finding));
        }
    }

    void throw_if_any(std::uint64_t renewed) const {
        if (!first_)
            return;
        if (alone_)
            throw Error(*first_);
        throw Error(
            first_->code, "renew",
            fmt::format("{} of {} were not renewed", count_, count_of(count_ + renewed, "certificate")),
            first_->hint, findings_);
    }

private:
    void keep(Finding finding) {
        if (findings_.size() < most_findings)
            findings_.push_back(std::move(finding));
    }

    bool alone_;
    std::uint64_t count_ = 0;
    std::optional<Error> first_;
    Findings findings_;
};

// What would fail for every other certificate, too.
bool concerns_all(const Error& error) {
    return error.code == Code::secret || error.code == Code::busy || error.code == Code::store;
}

Error renewed_already(const store::Certificate& certificate, const store::Certificate& successor) {
    return {Code::already, store::object_of(certificate),
            "is renewed by " + encoding::to_upper_hex(successor.serial),
            "renew that one, when its time has come"};
}

Json renewed_json(const Renewed& renewed) {
    Json object = issued_json(renewed.certificate, renewed.certificate_file, renewed.key_file);
    object["renews"] = renewed.old_serial;
    object["differences"] = to_json(renewed.differences);
    object["delivered"] = renewed.delivered;
    return object;
}

class Renew final : public Command {
public:
    void add_options(Options& options) override {
        options.add("ID", ids_, "A serial, cn:NAME, san:VALUE, sha256:HEX, file:PATH or a bare NAME");
        due_option_ = options
                          .add("--due", due_,
                               "All that are due: 33% of their lifetime remain, or 30d (default: what the "
                               "profile says); once more what could not be delivered")
                          .type("SHARE|DURATION")
                          .value_is_optional();
        options.flag("--rekey", wishes_.signing.rekey, "With a new key: NAME.key");
        options.add("--key", wishes_.signing.key_type, "Type of the new key (default: as before)");
        options
            .add("--key-pass", key_pass_,
                 "Encrypt the new key with a passphrase from SRC (default: $MTLSCA_KEY_PASS, else "
                 "unencrypted)")
            .type("SRC");
        options.flag("--revoke-old", revoke_old_, "Revoke the one before in the same run, and publish");
        options.add("--revoke-old-after", wishes_.revoke_predecessor_after,
                    "Likewise, but so much later: mtlsca crl --if-due does it");
        options
            .add("--on-change", on_change_,
                 "With --revoke-old: command that runs after the publication: nginx -s reload")
            .type("CMD");
        add_apply_flag(options, apply_);
        options.add("--out", wishes_.out, "Folder for NAME.crt, and NAME.key with --rekey (default: here)")
            .type("DIR");
        options
            .add("--exec", wishes_.exec,
                 "Command that is told of each, until it succeeds; see mtlsca-renew(1)")
            .type("CMD");
        add_timeout_option(options, timeout_);
        add_deploy_option(options, wishes_.signing.deployments);
        options.add("--spread", spread_,
                    "With --due: each is due earlier by a part of this, always the same");
        options.flag("--force", wishes_.force, "Overwrite existing keys");
        options.flag("--dry-run", dry_run_,
                     "Say what would be renewed and what would differ, and change nothing");
    }

    int run(Session& session) override {
        check_usage();
        authority::Ca ca =
            session.open_ca(dry_run_ ? store::Database::Access::read : store::Database::Access::write);
        if (dry_run_)
            return print_plans(session, ca);
        const io::FolderLock one_at_a_time = ca.delivery_lock();
        if (wishes_.signing.rekey)
            wishes_.key_passphrase = session.key_passphrase(key_pass_, /*confirm=*/true);
        Deploying deploying(session, ca, wishes_.timeout);
        if (due_option_.is_given()) {
            all_well_ = deliver_outstanding(session, ca, wishes_.timeout);
            deploying.bring_outstanding();
        }
        renew_all(session, ca, deploying);
        deploying.finish();
        all_well_ = deploying.all_well() && all_well_;
        if (count_ > 0)
            renew_site_folders_after_issue(ca, session.now());
        if (revoke_old_)
            revoke_predecessors(session, ca);
        failures().throw_if_any(count_);
        return all_well_ ? 0 : static_cast<int>(Code::failed);
    }

private:
    void check_usage() {
        const auto refuse = [](const char* object, const char* reason, const char* hint = "") {
            throw Error(Code::usage, object, reason, hint);
        };
        const bool due = due_option_.is_given();
        if (due != ids_.empty())
            refuse("renew", "wants either certificates or --due", "mtlsca renew --help");
        if (!due_.empty() && !(due_options_.due = policy::DueTime::parse(due_)))
            refuse("--due",
                   (due_ + " is neither a share such as 33% (1% to 90%) nor a duration such as 30d").c_str());
        if (spread_ && !due)
            refuse("--spread", "is for --due");
        if (!wishes_.signing.rekey && (wishes_.signing.key_type || !key_pass_.empty()))
            refuse("renew", "keeps the key, so that --key and --key-pass have nothing to say", "--rekey");
        if (revoke_old_ && wishes_.revoke_predecessor_after)
            refuse("--revoke-old", "and --revoke-old-after exclude each other");
        if (!revoke_old_ && (apply_ || !on_change_.empty()))
            refuse(apply_ ? "--apply" : "--on-change",
                   "is for what --revoke-old publishes: nothing else is published here");
        wishes_.timeout = checked_timeout(timeout_);
        due_options_.spread = spread_.value_or(Duration(0));
        wishes_.is_published_after = revoke_old_;
        if (revoke_old_)
            wishes_.revoke_predecessor_after = Duration(0);
    }

    // Those that were named, or that are due.
    void for_each(Session& session, authority::Ca& ca,
                  const std::function<void(const store::Certificate&)>& visitor) {
        if (!due_option_.is_given()) {
            for (const store::Certificate& certificate : authority::select(ca, ids_, session.now()))
                visitor(certificate);
            return;
        }
        const auto summary = authority::for_each_due(ca, session.now(), due_options_, visitor);
        if (summary.ending_with_ca > 0)
            warn(fmt::format(
                "{} would be due and end with the CA, {}: a renewal would win nothing before the CA is "
                "renewed itself",
                count_of(summary.ending_with_ca, "certificate"),
                to_minutes(ca.issuing().certificate.not_after())));
    }

    bool prints_array() const { return due_option_.is_given() || ids_.size() > 1; }

    Failures& failures() {
        if (!failures_)
            failures_.emplace(/*alone=*/!prints_array());
        return *failures_;
    }

    void renew_all(Session& session, authority::Ca& ca, Deploying& deploying) {
        std::optional<Error> fatal;
        if (session.json() && prints_array())
            session.out.begin_array();
        for_each(session, ca, [&](const store::Certificate& certificate) {
            if (fatal)
                return;
            try {
                renew_one(session, ca, certificate, deploying);
            } catch (const Error& error) {
                if (concerns_all(error))
                    fatal = error;
                else
                    failures().add(certificate, error);
            }
        });
        if (session.json() && prints_array())
            session.out.end_array();
        else if (!session.json() && count_ == 0 && due_option_.is_given() && !fatal)
            session.out.line("nothing was due");
        session.out.flush();
        if (fatal) {
            deploying.finish();
            throw Error(*fatal);
        }
    }

    void renew_one(Session& session, authority::Ca& ca, const store::Certificate& certificate,
                   Deploying& deploying) {
        const auto successor = store::live_successor_of(ca.database(), certificate.id, session.now());
        if (successor && store::has_deliveries(ca.database(), successor->id)) {
            // Renewed by a run that died, or could not deliver: the rest of it, and nothing issued again.
            print(session, finish(session, ca, certificate, *successor));
            deploying.bring(*successor);
            return;
        }
        if (successor)
            throw renewed_already(certificate, *successor);
        const Renewed renewed = renew(session, ca, certificate, wishes_);
        ++count_;
        deploying.bring(renewed.certificate);
        print(session, renewed);
    }

    Renewed finish(Session& session, authority::Ca& ca, const store::Certificate& predecessor,
                   const store::Certificate& successor) const {
        note(store::object_of(predecessor) + ": was renewed by an earlier run, which is brought to its end");
        Renewed renewed;
        renewed.certificate = successor;
        renewed.old_serial = encoding::to_upper_hex(predecessor.serial);
        renewed.certificate_file = store::deliveries_of(ca.database(), successor.id).front().certificate_file;
        renewed.delivered = deliver(session, ca, successor, wishes_.timeout);
        return renewed;
    }

    void print(Session& session, const Renewed& renewed) {
        all_well_ = renewed.delivered && all_well_;
        if (!session.json()) {
            print_issued(session, renewed.certificate, renewed.certificate_file, renewed.key_file, "renewed");
            session.out.field("renews", renewed.old_serial);
        } else if (prints_array()) {
            session.out.element(renewed_json(renewed));
        } else {
            session.out.json(renewed_json(renewed));
        }
        session.out.flush();
    }

    // All whose time has come: those of this run whose successors arrived, and what others planned.
    void revoke_predecessors(Session& session, authority::Ca& ca) {
        if (revoke_as_planned(session, ca) == 0)
            return;
        PublishingOptions options;
        options.only_issuing = true;
        options.forgets_passphrase = true;
        options.on_change = on_change_;
        options.apply = apply_;
        const Published published = publish_and_tell(session, ca, options);
        all_well_ = published.status == 0 && all_well_;
        if (!session.json())
            print_published(session, published);
    }

    int print_plans(Session& session, authority::Ca& ca) {
        std::uint64_t granted = 0;
        bool refused = false;
        if (session.json() && prints_array())
            session.out.begin_array();
        for_each(session, ca, [&](const store::Certificate& certificate) {
            try {
                const bool would = print_plan_of(session, ca, certificate);
                granted += would ? 1 : 0;
                refused = refused || !would;
            } catch (const Error& error) {
                failures().add(certificate, error);
            }
        });
        if (session.json() && prints_array())
            session.out.end_array();
        else if (!session.json() && granted == 0 && !refused && due_option_.is_given())
            session.out.line("nothing was due");
        failures().throw_if_any(granted);
        return static_cast<int>(refused ? Code::refused : Code::done);
    }

    bool print_plan_of(Session& session, authority::Ca& ca, const store::Certificate& certificate) {
        if (const auto successor = store::live_successor_of(ca.database(), certificate.id, session.now()))
            throw renewed_already(certificate, *successor);
        authority::Renewal renewal = plan(session, ca, certificate, wishes_);
        const std::string serial = encoding::to_upper_hex(certificate.serial);
        Json object = plan_json(certificate.name, renewal.planned);
        object["renews"] = serial;
        object["differences"] = to_json(renewal.differences);
        if (!session.json()) {
            auto& findings = renewal.planned.findings;
            findings.insert(findings.end(), renewal.differences.begin(), renewal.differences.end());
            print_plan(session, certificate.name, renewal.planned);
            session.out.line("  renews   serial " + serial);
        } else if (prints_array()) {
            session.out.element(object);
        } else {
            session.out.json(object);
        }
        return renewal.planned.plan.has_value();
    }

    std::vector<std::string> ids_;
    Option due_option_;
    std::string due_, key_pass_, on_change_;
    authority::DueOptions due_options_;
    std::optional<Duration> spread_, timeout_;
    RenewalWishes wishes_;
    bool revoke_old_ = false, apply_ = false, dry_run_ = false, all_well_ = true;
    std::uint64_t count_ = 0; // that were renewed
    std::optional<Failures> failures_;
};

} // namespace

std::unique_ptr<Command> make_renew() {
    return make_command<Renew>();
}

} // namespace mtlsca::app
