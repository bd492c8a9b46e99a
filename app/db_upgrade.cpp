#include "commands.h"

#include "authority/backup/backup.h"

#include <fmt/format.h>

namespace mtlsca::app {
namespace {

class DbUpgrade final : public Command {
public:
    void add_options(Options& options) override {
        options.add("--backup", backups_, "Where the backup goes (default: backup in the CA's folder)")
            .type("DIR");
    }

    int run(Session& session) override {
        const io::Path backups = backups_.empty() ? session.home() / "backup" : backups_;
        const authority::Upgraded upgraded =
            authority::upgrade(session.home(), backups, session.run(), session.lock_timeout());
        if (session.json())
            session.out.json({{"changed", upgraded.backup.has_value()},
                              {"from", upgraded.from},
                              {"to", upgraded.to},
                              {"backup", upgraded.backup ? Json(upgraded.backup->string()) : Json(nullptr)}});
        else
            print(session, upgraded);
        return 0;
    }

private:
    static void print(Session& session, const authority::Upgraded& upgraded) {
        if (!upgraded.backup) {
            session.out.line(fmt::format("the database is up to date, schema {}", upgraded.to));
            return;
        }
        session.out.line(
            fmt::format("upgraded the database from schema {} to {}", upgraded.from, upgraded.to));
        session.out.field("backup", upgraded.backup->string());
    }

    io::Path backups_;
};

} // namespace

std::unique_ptr<Command> make_db_upgrade() {
    return make_command<DbUpgrade>();
}

} // namespace mtlsca::app
