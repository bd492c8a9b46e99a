#include "commands.h"

#include "authority/certificate/renewal.h"
#include "deploy/report/report.h"

namespace mtlsca::app {
namespace {

class Report final : public Command {
public:
    void add_options(Options& options) override {
        options.add("--html", html_, "Write the page here; - is standard output").type("FILE").required();
    }

    int run(Session& session) override {
        authority::Ca ca = session.open_ca(store::Database::Access::read);
        const deploy::report::Source source = report_source(ca, session.now());
        if (html_ == "-") {
            deploy::report::write_report(source, [&](std::string_view piece) { session.out.raw(piece); });
            return 0;
        }
        // It names everybody who may get in: whoever else is to read it gets it from who may.
        io::AtomicFile file(html_, io::Mode::private_file);
        deploy::report::write_report(source, [&](std::string_view piece) { file.write(piece); });
        file.commit();
        if (session.json())
            session.out.json({{"file", html_}});
        else
            session.out.line("wrote " + html_);
        return 0;
    }

private:
    // For as long as the CA is open.
    static deploy::report::Source report_source(const authority::Ca& ca, Time now) {
        deploy::report::Source source{.config = ca.config(),
                                      .database = ca.database(),
                                      .authorities = {},
                                      .is_due =
                                          [&ca, now](const store::Certificate& certificate) {
                                              return authority::due_at(ca.config(), certificate) <= now;
                                          },
                                      .now = now,
                                      .version = MTLSCA_VERSION};
        for (const authority::Tier& tier : ca.tiers())
            if (authority::Ca::is_trusted(tier))
                source.authorities.push_back({tier.name(), &tier.certificate, ca.folder().crl(tier.name()),
                                              ca.crl_times(tier).overlap});
        return source;
    }

    std::string html_;
};

} // namespace

std::unique_ptr<Command> make_report() {
    return make_command<Report>();
}

} // namespace mtlsca::app
