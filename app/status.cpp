#include "commands.h"
#include "status_views.h"

#include "authority/health/leftovers.h"

#include <algorithm>
#include <cstdlib>
#include <unistd.h>

namespace mtlsca::app {
namespace {

using policy::DueTime;

// Of a share no more than what cli.md gives as durations.
constexpr Duration warn_most = std::chrono::days(30);
constexpr Duration critical_most = std::chrono::days(7);

bool wants_colour() {
    const char* terminal = std::getenv("TERM");
    return ::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr && // https://no-color.org
           terminal != nullptr && std::string_view(terminal) != "dumb";
}

class Status final : public Command {
public:
    void add_options(Options& options) override {
        add_threshold(
            options, "--warn", warn_,
            "Certificates: warn when less is left, a duration or a share such as 25% (default: 30d)");
        add_threshold(options, "--critical", critical_,
                      "Certificates: critical when less is left (default: 7d)");
        options.flag("--deep", deep_, "Also open the keys, and read all of the database and audit log");
        options.flag("--fix", fix_, "Put right what is safe to put right, and say what");
        options.flag("--dry-run", dry_run_, "With --fix: say what would be put right, and change nothing");
        options.add("--out", out_, "Write it there, atomically; what is wrong is also told on standard error")
            .type("FILE");
    }

    int run(Session& session) override {
        check_options();
        StatusReport report = make_report(session);
        if (out_.empty()) {
            session.out.raw(as_text(session, report, wants_colour()));
        } else {
            io::write_file(out_, as_text(session, report, false), io::Mode::public_file);
            tell_symptoms(report);
        }
        return static_cast<int>(status_code(report));
    }

private:
    static void add_threshold(Options& options, const std::string& name, DueTime& target,
                              const std::string& description) {
        options
            .parsed(
                name,
                [&target](const std::string& text) {
                    const auto parsed = DueTime::parse(text);
                    target = parsed.value_or(target);
                    return parsed.has_value();
                },
                "a duration or a share: 30d, 25%", description)
            .type("DURATION|SHARE");
    }

    void check_options() const {
        if (dry_run_ && !fix_)
            throw Error(Code::usage, "--dry-run", "is about --fix", "status itself changes nothing");
        if (warn_.is_share() == critical_.is_share() &&
            warn_.before_end(std::chrono::days(100)) < critical_.before_end(std::chrono::days(100)))
            throw Error(Code::usage, "--warn " + warn_.to_string(),
                        "is less than --critical " + critical_.to_string());
    }

    // A CA that cannot be opened is in the worst of states, not one that cannot be told about.
    StatusReport make_report(Session& session) const {
        try {
            return examine(session);
        } catch (const Error& error) {
            if (error.code == Code::not_found || error.code == Code::usage)
                throw;
            StatusReport report;
            report.is_complete = false;
            report.health.now = session.now();
            std::string detail = error.reason;
            for (const Finding& finding : error.findings)
                detail += "; " + finding.subject + ": " + finding.detail;
            report.health.symptoms.push_back(
                {Severity::error, "ca-unusable", error.object, detail, error.hint});
            return report;
        }
    }

    StatusReport examine(Session& session) const {
        StatusReport report;
        Findings failures;
        if (fix_) {
            using Access = store::Database::Access;
            authority::Ca ca = session.open_ca(dry_run_ ? Access::read : Access::write);
            authority::Repair repair = authority::repair(ca, session.run(), dry_run_);
            report.fixed = std::move(repair.done);
            report.is_pretended = dry_run_;
            failures = std::move(repair.failures);
        }
        authority::Ca ca = session.open_ca(store::Database::Access::read);
        report.ca_name = ca.config().ca_name;
        const authority::HealthOptions options{{warn_, warn_most}, {critical_, critical_most}, deep_};
        report.health = authority::examine(ca, session.now(), options);
        examine_site_folders(ca, report.health.symptoms);
        for (const Finding& failure : failures)
            report.health.symptoms.push_back(
                {failure.severity, "not-fixed", failure.subject, failure.detail, "run it as who may"});
        authority::put_worst_first(report.health.symptoms);
        return report;
    }

    std::string as_text(const Session& session, const StatusReport& report, bool in_colour) const {
        if (session.format() == "prometheus")
            return status_prometheus(report);
        if (session.json())
            return status_json(report).dump(2, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace) +
                   "\n";
        return status_text(report, in_colour);
    }

    static void tell_symptoms(const StatusReport& report) {
        for (const authority::Symptom& symptom : report.health.symptoms)
            if (symptom.severity != Severity::note)
                warn(std::string(severity_word(symptom.severity)) + ": " + symptom.subject + ": " +
                     symptom.detail + "; next: " + symptom.remedy);
    }

    DueTime warn_ = *DueTime::parse("30d"), critical_ = *DueTime::parse("7d");
    bool deep_ = false, fix_ = false, dry_run_ = false;
    io::Path out_;
};

} // namespace

Code status_code(const StatusReport& report) {
    const auto& symptoms = report.health.symptoms; // worst first
    if (symptoms.empty() || symptoms.front().severity == Severity::note)
        return Code::done;
    return symptoms.front().severity == Severity::error ? Code::critical : Code::warning;
}

const char* severity_word(Severity severity) {
    return severity == Severity::error ? "critical" : to_string(severity);
}

std::unique_ptr<Command> make_status() {
    return make_command<Status>();
}

} // namespace mtlsca::app
