#include "commands.h"

#include "authority/backup/restoration.h"
#include "encoding/hex.h"
#include "encoding/text.h"

#include <fmt/format.h>

namespace mtlsca::app {
namespace {

constexpr std::size_t most_lines = 20; // of what people read; JSON has more

class DbRestore final : public Command {
public:
    void add_options(Options& options) override {
        options.add("BACKUP", options_.backup, "The folder of one backup: DIR/mtlsca-backup-TIME").required();
        options.list("--crl", crls_, "A newer CRL or bundle, from where it was published", "FILE");
        options.flag("--force", options_.force,
                     "Restore also where the CA in place knows what the backup does not");
        options.flag("--dry-run", options_.dry_run,
                     "Say what would be restored and what is revoked beyond the backup, and change nothing");
    }

    int run(Session& session) override {
        options_.crls.assign(crls_.begin(), crls_.end());
        const authority::Restoration restoration =
            authority::restore(session.home(), options_, session.run(), session.lock_timeout());
        tell(restoration.findings);
        session.json() ? session.out.json(to_json(session, restoration)) : print(session, restoration);
        return 0;
    }

private:
    Json to_json(const Session& session, const authority::Restoration& restoration) const {
        Json crls = Json::array(), revoked = Json::array();
        for (const auto& source : restoration.crls)
            crls.push_back({{"issuer", source.issuer},
                            {"number", source.crl.number},
                            {"file", source.crl.source.string()},
                            {"newer", source.newer}});
        for (const authority::TakenOver& one : restoration.examples)
            revoked.push_back({{"serial", encoding::to_upper_hex(one.serial)},
                               {"name", one.name},
                               {"issuer", one.issuer},
                               {"reason", x509::to_string(one.revocation.reason)},
                               {"revoked_at", to_rfc3339(one.revocation.revoked_at)},
                               {"known", one.known}});
        return {{"dry_run", options_.dry_run},
                {"home", session.home().string()},
                {"backup", options_.backup.string()},
                {"upgraded", restoration.upgraded},
                {"certificates", restoration.extent.certificates},
                {"crls", std::move(crls)},
                {"taken_over", restoration.taken_over},
                {"revoked", std::move(revoked)},
                {"replaced", restoration.replaced ? Json(restoration.replaced->string()) : Json(nullptr)},
                {"findings", app::to_json(restoration.findings)}};
    }

    void print(Session& session, const authority::Restoration& restoration) const {
        const std::string home = session.home().string();
        session.out.line((options_.dry_run ? "would restore " : "restored ") + home + " from " +
                         options_.backup.string());
        session.out.field("database", count_of(restoration.extent.certificates, "certificate") +
                                          (restoration.upgraded ? ", upgraded to this version" : ""));
        for (const auto& source : restoration.crls)
            session.out.field(source.issuer, fmt::format("CRL number {} of {}{}", source.crl.number,
                                                         source.crl.source.string(),
                                                         source.newer ? ", newer than the backup" : ""));
        session.out.field("taken over", restoration.taken_over == 0
                                            ? "nothing: the backup knows every revocation"
                                            : count_of(restoration.taken_over, "revocation") +
                                                  " that the backup did not have");
        for (std::size_t i = 0; i < std::min(restoration.examples.size(), most_lines); ++i)
            print_revocation(session, restoration.examples[i]);
        if (restoration.taken_over > most_lines)
            session.out.line("  …");
        if (restoration.replaced)
            session.out.field("kept aside", restoration.replaced->string());
        if (!options_.dry_run)
            session.out.line("next: mtlsca --home " + encoding::shell_word(home) + " crl");
    }

    static void print_revocation(Session& session, const authority::TakenOver& one) {
        session.out.field("", fmt::format("{}, {}, {}", store::object_of(one.name, one.serial),
                                          x509::to_string(one.revocation.reason),
                                          to_rfc3339(one.revocation.revoked_at)));
    }

    authority::RestoreOptions options_;
    std::vector<std::string> crls_;
};

} // namespace

std::unique_ptr<Command> make_db_restore() {
    return make_command<DbRestore>();
}

} // namespace mtlsca::app
