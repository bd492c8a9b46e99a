#include "commands.h"

#include "authority/certificate/judgement.h"

#include <algorithm>

namespace mtlsca::app {
namespace {

class CrlCheck final : public Command {
public:
    void add_options(Options& options) override {
        options.add("FILE", file_, "The bundle that nginx reads (default: the CA's own, crl/bundle.pem)");
    }

    int run(Session& session) override {
        authority::Ca ca = session.open_ca(store::Database::Access::read);
        const io::Path file = file_.empty() ? ca.folder().bundle() : file_;
        const auto judgement = authority::judge_bundle(ca, file, session.now());
        const int status = exit_status(judgement.findings);
        if (session.json())
            session.out.json({{"file", file.string()},
                              {"accepted", status != static_cast<int>(Code::critical)},
                              {"good_until", judgement.good_until ? Json(to_rfc3339(*judgement.good_until))
                                                                  : Json(nullptr)},
                              {"findings", to_json(judgement.findings)}});
        else
            print(session, file, judgement);
        return status;
    }

private:
    static int exit_status(const Findings& findings) {
        if (has_errors(findings))
            return static_cast<int>(Code::critical);
        return static_cast<int>(findings.empty() ? Code::done : Code::warning);
    }

    static void print(Session& session, const io::Path& file, const authority::BundleJudgement& judgement) {
        const char* verdict = has_errors(judgement.findings) ? ": critical" : ": nginx accepts it";
        session.out.line(file.string() + verdict);
        if (judgement.good_until)
            session.out.field("good until", to_minutes(*judgement.good_until) + ", " +
                                                left_until(*judgement.good_until, session.now()));
        for (const Finding& finding : judgement.findings)
            session.out.field(to_string(finding.severity), finding.subject + ": " + finding.detail);
    }

    io::Path file_;
};

} // namespace

std::unique_ptr<Command> make_crl_check() {
    return make_command<CrlCheck>();
}

} // namespace mtlsca::app
