#include "commands.h"

#include "authority/consistency/consistency.h"
#include "io/secret_source.h"

#include <chrono>
#include <fmt/format.h>

namespace mtlsca::app {
namespace {

// For people at a terminal: a sign of life every few seconds.
class Progress {
public:
    void operator()(std::uint64_t certificates) {
        constexpr auto pause = std::chrono::seconds(3);
        const auto now = std::chrono::steady_clock::now();
        if (now - last_ < pause)
            return;
        last_ = now;
        note(count_of(certificates, "certificate") + " read");
    }

private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

class DbCheck final : public Command {
public:
    void add_options(Options& options) override {
        options.flag("--deep", deep_, "Open the CA's keys, too: they belong to their certificates");
    }

    int run(Session& session) override {
        authority::Ca ca = session.open_ca(store::Database::Access::read);
        authority::ConsistencyOptions options;
        options.deep = deep_;
        if (io::has_terminal())
            options.progress = Progress();
        const authority::Consistency consistency = authority::check_consistency(ca, session.run(), options);
        const bool sound = !has_errors(consistency.findings);
        if (session.json())
            session.out.json({{"sound", sound},
                              {"certificates", consistency.certificates},
                              {"findings", to_json(consistency.findings)}});
        else
            print(session, consistency, sound);
        return sound ? 0 : static_cast<int>(Code::store);
    }

private:
    static void print(Session& session, const authority::Consistency& consistency, bool sound) {
        session.out.line(sound ? "database, files and CRLs agree" : "the CA is not sound");
        session.out.field("read", count_of(consistency.certificates, "certificate"));
        for (const Finding& finding : consistency.findings)
            session.out.field(to_string(finding.severity), finding.subject + ": " + finding.detail);
        if (!sound)
            note("mtlsca db restore BACKUP puts a backup in place, and keeps revoked what was revoked since");
    }

    bool deep_ = false;
};

} // namespace

std::unique_ptr<Command> make_db_check() {
    return make_command<DbCheck>();
}

} // namespace mtlsca::app
