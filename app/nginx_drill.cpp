#include "commands.h"
#include "drill.h"
#include "signing.h"

#include <fmt/format.h>

namespace mtlsca::app {
namespace {

namespace nginx = deploy::nginx;

constexpr Duration longest_timeout =
    std::chrono::minutes(5); // the certificates live for a quarter of an hour
constexpr std::size_t trust_file_max_bytes = 1 << 20;

class NginxDrill final : public Command {
public:
    void add_options(Options& options) override {
        options.add("--url", url_, "A path that only clients with a certificate reach: https://host/path")
            .required()
            .type("URL");
        options
            .add("--connect", connect_,
                 "Where the server is, if not at the URL's host: ADDRESS or ADDRESS:PORT")
            .type("ADDRESS");
        options
            .add("--trust", trust_,
                 "Who signed the server's certificate: a file of certificates, or system (default: this CA)")
            .type("FILE");
        options.add("--profile", options_.profile, "Of the throw-away certificates (default: client)")
            .type("PROFILE");
        options.list("--ou", options_.ous, "Their organizational unit, for a path that wants a role", "OU");
        const Option reload =
            options.add("--reload", options_.reload, "Command that reloads nginx (default: nginx -s reload)")
                .type("CMD");
        options.flag("--apply", options_.apply, "Reload as mtlsca nginx apply does, in place of --reload")
            .excludes(reload);
        options.add("--timeout", timeout_,
                    "How long the server may take to refuse the revoked client (default: 30s)");
        options.flag("--dry-run", dry_run_, "Say what would be done, and change nothing");
    }

    int run(Session& session) override {
        read_options(session);
        authority::Ca ca =
            session.open_ca(dry_run_ ? store::Database::Access::read : store::Database::Access::write);
        set_trust(ca);
        Drill drill(session, ca, options_, [&](const DrillStep& step) { tell(session, step); });
        if (dry_run_)
            return foretell(session, ca, drill);
        if (!session.json())
            session.out.line("drill of " + options_.url.to_string());
        const DrillReport report = drill.run();
        print(session, report);
        if (report.signal)
            return 128 + *report.signal;
        return static_cast<int>(report.passed ? Code::done : Code::failed);
    }

private:
    void read_options(const Session& session) {
        const auto url = nginx::parse_https_url(url_);
        if (!url)
            throw Error(Code::usage, "--url", url_ + " is not a URL such as https://host/path",
                        "the drill needs https, and spaces and the like written as %20");
        options_.url = *url;
        options_.server.name = options_.server.address = url->host;
        options_.server.port = url->port;
        if (!connect_.empty()) {
            const auto place = nginx::parse_host_and_port(connect_);
            if (!place)
                throw Error(Code::usage, "--connect", connect_ + " is not ADDRESS or ADDRESS:PORT",
                            "127.0.0.1, 10.0.0.5:8443 or [::1]:8443");
            options_.server.address = place->host;
            if (!place->port.empty())
                options_.server.port = place->port;
        }
        if (timeout_ && (*timeout_ < std::chrono::seconds(1) || *timeout_ > longest_timeout))
            throw Error(Code::usage, "--timeout", mtlsca::to_string(*timeout_) + " is not from 1s to 5m");
        options_.timeout = timeout_.value_or(std::chrono::seconds(30));
        options_.server.timeout = std::min(options_.server.timeout, options_.timeout);
        options_.lock_timeout = session.lock_timeout();
        if (options_.apply)
            options_.reload = "mtlsca nginx apply";
    }

    // The system's roots are no reason to distrust our own: a server may have a certificate of either.
    void set_trust(const authority::Ca& ca) {
        options_.server.trust_system = trust_ == "system";
        options_.server.trusted =
            trust_.empty() || options_.server.trust_system
                ? ca.certificates()
                : x509::Certificate::parse_all(io::read_file(trust_, trust_file_max_bytes), trust_);
    }

    int foretell(Session& session, const authority::Ca& ca, const Drill& drill) const {
        const policy::Planned planned = drill.plan("drill-00000000");
        const auto left_over = drill.left_over();
        if (session.json()) {
            Json object = plan_json("drill-00000000", planned);
            object["url"] = options_.url.to_string();
            object["reload"] = options_.reload;
            object["left_over"] = left_over.size();
            session.out.json(object);
            return static_cast<int>(planned.plan ? Code::done : Code::refused);
        }
        const int status = print_plan(session, "a throw-away certificate", planned);
        if (status != 0)
            return status;
        if (!left_over.empty())
            session.out.line("would revoke " + count_of(left_over.size(), "certificate") +
                             " of a drill that did not end");
        session.out.line("would visit " + options_.url.to_string() + " at " + options_.server.address +
                         ", port " + options_.server.port +
                         ": without a certificate, with it, revoked, on old sessions");
        session.out.line("would publish to " + ca.folder().bundle().string() +
                         " and run: " + options_.reload);
        return 0;
    }

    static void tell(Session& session, const DrillStep& step) {
        if (session.json())
            return;
        session.out.line(fmt::format("  {:<8} {:<20} {:>6} ms  {}", to_string(step.outcome), step.step,
                                     step.took.count(), step.detail));
        session.out.flush(); // a step may take as long as --timeout
    }

    void print(Session& session, const DrillReport& report) const {
        if (session.json()) {
            Json steps = Json::array();
            for (const DrillStep& step : report.steps)
                steps.push_back({{"step", step.step},
                                 {"outcome", to_string(step.outcome)},
                                 {"detail", step.detail},
                                 {"milliseconds", step.took.count()}});
            session.out.json({{"url", options_.url.to_string()},
                              {"passed", report.passed},
                              {"out_after_milliseconds",
                               report.out_after ? Json(report.out_after->count()) : Json(nullptr)},
                              {"steps", std::move(steps)},
                              {"serials", report.serials}});
            return;
        }
        if (report.passed)
            session.out.line(
                fmt::format("passed: the revoked client was out after {} ms", report.out_after->count()));
        else
            session.out.line(report.signal ? "interrupted: no certificate of the drill is live"
                                           : "failed: " + failure(report));
    }

    static std::string failure(const DrillReport& report) {
        for (const DrillStep& step : report.steps)
            if (step.outcome == DrillStep::Outcome::failed)
                return step.step + ": " + step.detail;
        return "it did not end";
    }

    DrillOptions options_;
    std::string url_, connect_, trust_;
    std::optional<Duration> timeout_;
    bool dry_run_ = false;
};

} // namespace

std::unique_ptr<Command> make_nginx_drill() {
    return make_command<NginxDrill>();
}

} // namespace mtlsca::app
