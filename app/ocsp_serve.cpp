#include "commands.h"
#include "ocsp_metrics.h"
#include "ocsp_responding.h"

#include "authority/ocsp/presigned_answers.h"
#include "encoding/text.h"
#include "io/secret_source.h"
#include "io/service.h"

#include <fmt/format.h>
#include <thread>

namespace mtlsca::app {
namespace {

using io::http::Listener;
using io::http::Server;

constexpr const char* default_address = "127.0.0.1:8889";
constexpr const char* metrics_name = "metrics"; // FileDescriptorName= of the socket unit
// More signers than that never had anything to do.
constexpr unsigned default_workers_max = 8;
constexpr std::chrono::hours renewal_interval{1};

class OcspServe final : public Command {
public:
    void add_options(Options& options) override {
        options.list(
            "--listen", listen_,
            "Where to listen: HOST:PORT or unix:PATH, several times (default: 127.0.0.1:8889, or what "
            "systemd handed over)",
            "ADDRESS");
        options
            .add("--presigned", presigned_,
                 "Answer from the files of ocsp presign in this folder alone, without CA and keys")
            .type("DIR");
        options.add("--metrics", metrics_, "Where /metrics and /healthz are, in place of nowhere")
            .type("ADDRESS");
        options.add("--user", user_, "Become this user as soon as it listens").type("USER");
        options.add("--workers", workers_, "Threads that answer (default: one for each processor, 8 at most)")
            .type("N")
            .between(1, 64);
        options.add("--connections", connections_, "Most connections at a time (default: 2048)")
            .type("N")
            .between(1, 1000000);
        options.add("--timeout", timeout_, "How long a connection may go without an answer (default: 15s)");
        options.flag("--debug", debug_, "One line on standard error for each request");
    }

    int run(Session& session) override {
        io::ServiceSignals signals;
        const Places places = listen();
        if (!user_.empty())
            io::become_user(user_);
        renew_delegates(session);
        const authority::Run run = session.run();
        authority::OcspTraffic traffic;
        tell(open_source(session)->problems(session.now()));
        Server server(pointers(places.ocsp), handlers(session, run.clock, traffic), limits());
        std::unique_ptr<Server> watched;
        if (!places.metrics.empty())
            watched = std::make_unique<Server>(
                pointers(places.metrics), metrics(session, run.clock, traffic, server), io::http::Limits());
        print(session, places);
        io::tell_service_manager("READY=1");
        while (wait(session, signals)) {
            io::tell_service_manager("RELOADING=1");
            reload(session, [&] {
                Server::Handlers fresh = handlers(session, run.clock, traffic);
                if (watched)
                    watched->exchange(metrics(session, run.clock, traffic, server));
                server.exchange(std::move(fresh));
            });
            io::tell_service_manager("READY=1");
        }
        io::tell_service_manager("STOPPING=1");
        server.stop();
        return 0;
    }

private:
    struct Places {
        std::vector<Listener> ocsp, metrics;
    };

    Places listen() const {
        Places places;
        for (Listener& each : io::http::inherited_listeners())
            (each.name() == metrics_name ? places.metrics : places.ocsp).push_back(std::move(each));
        for (const std::string& address : listen_)
            places.ocsp.push_back(Listener::open(address));
        if (places.ocsp.empty())
            places.ocsp.push_back(Listener::open(default_address));
        if (!metrics_.empty())
            places.metrics.push_back(Listener::open(metrics_));
        return places;
    }

    static std::vector<const Listener*> pointers(const std::vector<Listener>& listeners) {
        std::vector<const Listener*> all;
        for (const Listener& each : listeners)
            all.push_back(&each);
        return all;
    }

    io::http::Limits limits() const {
        io::http::Limits limits;
        limits.connections = connections_.value_or(limits.connections);
        limits.time = timeout_.value_or(limits.time);
        if (limits.time < std::chrono::seconds(1))
            throw Error(Code::usage, "--timeout", "is at least 1s");
        const unsigned affordable = io::http::affordable_connections(limits.connections);
        if (affordable < limits.connections)
            warn(fmt::format("the limit on open files leaves {} connections: LimitNOFILE= or ulimit -n",
                             affordable));
        return limits;
    }

    std::unique_ptr<authority::AnswerSource> open_source(Session& session) const {
        if (!presigned_.empty())
            return std::make_unique<authority::PresignedAnswers>(presigned_);
        return std::make_unique<authority::Responder>(open_responder(session));
    }

    Server::Handlers handlers(Session& session, const Clock& clock, authority::OcspTraffic& traffic) const {
        const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
        const unsigned count = workers_.value_or(std::min(processors, default_workers_max));
        authority::OcspOverHttp::Tell tell_of;
        if (debug_)
            tell_of = [](const authority::OcspTrace& trace) {
                note(fmt::format("{} {} {} {} {} us", trace.method, trace.path, trace.status, trace.outcome,
                                 trace.took.count() / 1000));
            };
        Server::Handlers made;
        for (unsigned i = 0; i < count; ++i)
            made.push_back(
                std::make_unique<authority::OcspOverHttp>(open_source(session), clock, traffic, tell_of));
        return made;
    }

    Server::Handlers metrics(Session& session, const Clock& clock, const authority::OcspTraffic& traffic,
                             const Server& server) const {
        Server::Handlers made;
        made.push_back(std::make_unique<OcspMetrics>(open_source(session), clock, traffic, server));
        return made;
    }

    // Answers go on with the certificate that is there, as long as it lives.
    void renew_delegates(Session& session) const {
        if (!presigned_.empty())
            return;
        try {
            renew_due_delegates(session);
        } catch (const Error& error) {
            warn(error.what() + (error.hint.empty() ? "" : "; " + error.hint));
        }
    }

    template <class Work>
    void reload(Session& session, const Work& work) const {
        try {
            renew_delegates(session);
            work();
            note("read the settings, the database and the certificates again");
        } catch (const Error& error) {
            warn(std::string("goes on as before: ") + error.what());
        }
    }

    // False: it is to stop. Meanwhile the responders' certificates are renewed.
    bool wait(Session& session, io::ServiceSignals& signals) const {
        using Wish = io::ServiceSignals::Wish;
        for (;;) {
            const Wish wish = signals.wait(renewal_interval);
            if (wish != Wish::none)
                return wish == Wish::reload;
            // Nobody sits there hours later to be asked for a passphrase.
            if (!io::has_terminal())
                renew_delegates(session);
        }
    }

    static void print(Session& session, const Places& places) {
        Json addresses = Json::array(), watched = Json::array();
        for (const Listener& each : places.ocsp)
            addresses.push_back(each.address());
        for (const Listener& each : places.metrics)
            watched.push_back(each.address());
        if (session.json())
            session.out.json({{"listen", addresses}, {"metrics", watched}});
        for (const Listener& each : places.ocsp)
            if (!session.json())
                session.out.field("answers at", each.address());
        for (const Listener& each : places.metrics)
            if (!session.json())
                session.out.field("metrics at", each.address());
        session.out.flush();
    }

    std::vector<std::string> listen_;
    io::Path presigned_;
    std::string metrics_, user_;
    std::optional<unsigned> workers_, connections_;
    std::optional<Duration> timeout_;
    bool debug_ = false;
};

} // namespace

std::unique_ptr<Command> make_ocsp_serve() {
    return make_command<OcspServe>();
}

} // namespace mtlsca::app
