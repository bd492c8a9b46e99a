#include "commands.h"

#include "deploy/nginx/site/settings.h"
#include "deploy/schedule/installation.h"
#include "deploy/template.h"
#include "io/inspection.h"

#include <fmt/format.h>

namespace mtlsca::app {
namespace {

namespace schedule = deploy::schedule;

// What systemd and cron have in common.
class Schedule : public Command {
public:
    void add_options(Options& options) override {
        options.flag("--install", install_, "Write the files where they belong, in place of printing them");
        options.flag("--force", force_, "With --install: overwrite files that were edited");
        options.add("--root", root_, "With --install: below this folder, as into an image").type("DIR");
        options.add("--name", options_.name, "What the files are called (default: mtlsca)").type("NAME");
        options.add("--user", options_.user, "As whom the jobs run (default: the owner of the CA's folder)")
            .type("USER");
        options.add("--program", program_, "The mtlsca to run (default: this one)").type("FILE");
        // A timer has no terminal, no variables and no standard input of a person: other sources are of no
        // use.
        options.add("--passphrase-file", passphrase_file_, "Where the passphrase of the CA's keys lies, 0600")
            .type("FILE");
        options.flag("--apply", options_.apply,
                     "Bring CRLs into nginx as mtlsca nginx apply does; runs as root");
        options.add("--on-change", options_.on_change, "Command that runs after every publication")
            .type("CMD");
        options
            .add("--renew-options", renew_options_, "Options for mtlsca renew --due, quoted as for a shell")
            .type("TEXT");
        options
            .add("--metrics", metrics_,
                 "Where mtlsca status writes for Prometheus (default: status.prom in the CA's folder)")
            .type("FILE");
        add_own_options(options);
    }

    int run(Session& session) override {
        if (!install_ && (force_ || !root_.empty()))
            throw Error(Code::usage, force_ ? "--force" : "--root", "is about --install");
        complete_options(session);
        const std::vector<schedule::File> files = make_files();
        if (!install_) {
            print(session, files);
            return 0;
        }
        print(session,
              schedule::install(files, (root_.empty() ? io::Path("/") : root_) / folder().relative_path(),
                                force_));
        return 0;
    }

protected:
    virtual void add_own_options(Options& options) = 0;
    virtual std::vector<schedule::File> make_files() const = 0;
    virtual io::Path folder() const = 0;
    virtual std::vector<std::string> next_steps() const = 0;
    schedule::Options options_;
    std::vector<std::string> writable_;

private:
    void complete_options(Session& session) {
        remember_options();
        std::optional<authority::Ca> ca; // not where presigned answers are, and nothing else
        if (options_.ocsp_presigned.empty())
            ca.emplace(session.open_ca(store::Database::Access::read));
        options_.ocsp_presigned = absolute(options_.ocsp_presigned);
        options_.presigned_files = absolute(options_.presigned_files);
        options_.home = ca ? std::filesystem::canonical(session.home()) : options_.ocsp_presigned;
        options_.program = program_.empty() ? io::Path("/proc/self/exe") : program_;
        options_.program = program_.empty() ? std::filesystem::canonical(options_.program)
                                            : std::filesystem::absolute(program_);
        options_.metrics =
            metrics_.empty() ? options_.home / "status.prom" : std::filesystem::absolute(metrics_);
        complete_user();
        options_.renew_options = schedule::split_words(renew_options_);
        for (const std::string& text : writable_)
            options_.writable.push_back(std::filesystem::absolute(text));
        if (ca)
            complete_from(*ca);
    }

    void complete_user() {
        if (!options_.user.empty())
            return;
        if (const auto state = io::file_state(options_.home))
            options_.user = io::owner_name(state->owner);
    }

    void complete_from(const authority::Ca& ca) {
        if (passphrase_file_.empty())
            note("without --passphrase-file the jobs can open only keys that have no passphrase");
        else
            options_.passphrase_file = std::filesystem::absolute(passphrase_file_);
        if (install_ && root_ == "/" && !passphrase_file_.empty() && !io::exists(passphrase_file_))
            warn(passphrase_file_.string() + ": is not there, and the jobs fail until it is");
        for (const store::SiteFolder& row : store::remembered_sites(ca.database()))
            options_.site_folders.emplace_back(row.folder);
        warn_of_foreign_folders();
        for (const auto& [name, target] : ca.config().deploy_targets)
            options_.deploy_folders.emplace_back(target.folder);
    }

    // Before defaults take their places: who writes the files again shall not lose what was said here.
    void remember_options() {
        const auto given = [this](const char* option, const std::string& value) {
            if (!value.empty())
                options_.given.insert(options_.given.end(), {option, value});
        };
        given("--name", options_.name == schedule::Options().name ? "" : options_.name);
        given("--user", options_.user);
        given("--program", absolute(program_));
        given("--passphrase-file", absolute(passphrase_file_));
        if (options_.apply)
            options_.given.emplace_back("--apply");
        given("--on-change", options_.on_change);
        given("--renew-options", renew_options_);
        given("--metrics", absolute(metrics_));
        for (const std::string& folder : writable_)
            given("--writable", absolute(folder));
        for (const std::string& address : options_.ocsp)
            given("--ocsp", address);
        for (const std::string& address : options_.ocsp_metrics)
            given("--ocsp-metrics", address);
        given("--ocsp-presigned", absolute(options_.ocsp_presigned));
        given("--presign", absolute(options_.presigned_files));
        if (options_.presigns_rows)
            options_.given.emplace_back("--presign-rows");
        given("--on-failure", options_.on_failure);
        given("--mail-to", options_.mail_to == schedule::Options().mail_to ? "" : options_.mail_to);
    }

    static std::string absolute(const io::Path& path) {
        return path.empty() ? "" : std::filesystem::absolute(path).string();
    }

    // Each publication would fail at them.
    void warn_of_foreign_folders() const {
        for (const io::Path& folder : options_.site_folders) {
            const auto state = io::file_state(folder);
            if (state && !options_.apply && io::owner_name(state->owner) != options_.user)
                warn(folder.string() + ": belongs to " + io::owner_name(state->owner) + ", and " +
                     options_.user + " is to renew it: chown -R it, or let --apply do it as root");
        }
    }

    void print(Session& session, const std::vector<schedule::File>& files) const {
        if (session.json()) {
            Json array = Json::array();
            for (const schedule::File& file : files)
                array.push_back({{"file", (folder() / file.name).string()}, {"content", file.text}});
            session.out.json({{"files", array}, {"next", next_steps()}});
            return;
        }
        for (const schedule::File& file : files) {
            if (files.size() > 1)
                session.out.raw("### " + (folder() / file.name).string() + "\n");
            session.out.raw(file.text + (files.size() > 1 ? "\n" : ""));
        }
    }

    void print(Session& session, const std::vector<schedule::Installed>& installed) const {
        if (session.json()) {
            Json array = Json::array();
            for (const schedule::Installed& file : installed)
                array.push_back({{"file", file.path.string()},
                                 {"change", to_string(file.change)},
                                 {"difference", file.difference}});
            session.out.json({{"files", array}, {"next", next_steps()}});
            return;
        }
        bool any_changed = false;
        for (const schedule::Installed& file : installed) {
            session.out.line(fmt::format("{:<10} {}", to_string(file.change), file.path.string()));
            for (const std::string& line : file.difference)
                session.out.line("  " + line);
            any_changed = any_changed || file.change != schedule::Change::unchanged;
        }
        for (const std::string& step : any_changed ? next_steps() : std::vector<std::string>())
            session.out.line("next: " + step);
    }

    io::Path program_, metrics_, passphrase_file_, root_;
    std::string renew_options_;
    bool install_ = false, force_ = false;
};

class ScheduleSystemd final : public Schedule {
protected:
    void add_own_options(Options& options) override {
        options.list("--writable", writable_, "One more folder that the jobs may write", "DIR");
        options.add("--on-failure", options_.on_failure, "Unit that is started when a job fails")
            .type("UNIT");
        options.list("--ocsp", options_.ocsp, "Also a service that answers OCSP there: 127.0.0.1:8889",
                     "ADDRESS");
        options.list("--ocsp-metrics", options_.ocsp_metrics, "Where that service is watched", "ADDRESS");
        options
            .add("--ocsp-presigned", options_.ocsp_presigned,
                 "That service alone, which answers from this folder: for a host without the CA")
            .type("DIR");
        options
            .add("--presign", options_.presigned_files, "Also a job that signs OCSP answers into this folder")
            .type("DIR");
        options.flag("--presign-rows", options_.presigns_rows,
                     "Also a job that signs OCSP answers into the database; the service gets no key");
    }
    std::vector<schedule::File> make_files() const override { return schedule::systemd_units(options_); }
    io::Path folder() const override { return "/etc/systemd/system"; }
    std::vector<std::string> next_steps() const override {
        std::vector<std::string> steps{"systemctl daemon-reload",
                                       "systemctl enable --now " +
                                           joined(schedule::units_to_enable(options_), " ")};
        // The service has no key of the CA; the job that has them makes what answers are signed with.
        if (!options_.ocsp.empty() && options_.ocsp_presigned.empty())
            steps.insert(steps.begin() + 1,
                         fmt::format("install -d -m 700 -o {} {} && systemctl start {}-crl.service{}",
                                     options_.user, (options_.home / "ocsp").string(), options_.name,
                                     options_.presigns_rows ? " " + options_.name + "-presign.service" : ""));
        return steps;
    }
};

class ScheduleCron final : public Schedule {
protected:
    void add_own_options(Options& options) override {
        options.add("--mail-to", options_.mail_to, "Who gets mail when a job fails (default: root)")
            .type("ADDRESS");
    }
    std::vector<schedule::File> make_files() const override { return {schedule::cron_file(options_)}; }
    io::Path folder() const override { return "/etc/cron.d"; }
    std::vector<std::string> next_steps() const override { return {}; }
};

// An example of a pipeline, to be copied into a repository.
template <const char* name>
class Pipeline final : public Command {
public:
    void add_options(Options&) override {}
    int run(Session& session) override {
        const std::string text(deploy::template_text(name));
        if (session.json())
            session.out.json({{"content", text}});
        else
            session.out.raw(text);
        return 0;
    }
};

constexpr char github[] = "pipelines/github.yml";
constexpr char gitlab[] = "pipelines/gitlab.yml";

} // namespace

std::unique_ptr<Command> make_schedule_systemd() {
    return make_command<ScheduleSystemd>();
}
std::unique_ptr<Command> make_schedule_cron() {
    return make_command<ScheduleCron>();
}
std::unique_ptr<Command> make_schedule_github() {
    return make_command<Pipeline<github>>();
}
std::unique_ptr<Command> make_schedule_gitlab() {
    return make_command<Pipeline<gitlab>>();
}

} // namespace mtlsca::app
