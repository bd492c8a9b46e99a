#include "commands.h"

#include "authority/backup/backup.h"

#include <fmt/format.h>

namespace mtlsca::app {
namespace {

class DbBackup final : public Command {
public:
    void add_options(Options& options) override {
        options.add("DIR", folder_, "Where backups lie; made where it is missing").required();
        options.flag("--keys", keys_, "The CA's private keys, too: who has them can issue anything");
        options.add("--keep", keep_, "Keep this CA's newest N backups in DIR, remove older ones")
            .type("N")
            .between(1, 100000);
    }

    int run(Session& session) override {
        using Access = store::Database::Access;
        authority::Ca ca = session.open_ca(keys_ ? Access::write : Access::read);
        authority::BackupOptions options;
        options.folder = folder_;
        options.keys = keys_;
        options.keep = keep_;
        const authority::Backup backup = authority::back_up(ca, session.run(), options);
        tell(backup.warnings);
        if (keys_)
            warn(backup.folder.string() + ": holds the CA's private keys: keep it as you keep the CA");
        session.json() ? session.out.json(to_json(backup)) : print(session, backup);
        return 0;
    }

private:
    Json to_json(const authority::Backup& backup) const {
        Json files = Json::array(), dropped = Json::array();
        for (const authority::BackupFile& file : backup.files)
            files.push_back({{"file", file.name}, {"sha256", file.sha256}});
        for (const io::Path& folder : backup.dropped)
            dropped.push_back(folder.string());
        return {{"folder", backup.folder.string()},
                {"keys", keys_},
                {"certificates", backup.extent.certificates},
                {"revocations", backup.extent.revocations},
                {"audit_entries", backup.extent.audit_entries},
                {"files", std::move(files)},
                {"dropped", std::move(dropped)}};
    }

    void print(Session& session, const authority::Backup& backup) const {
        session.out.line("backed up to " + backup.folder.string());
        session.out.field("database",
                          fmt::format("{}, {}, {}", count_of(backup.extent.certificates, "certificate"),
                                      count_of(backup.extent.revocations, "revocation"),
                                      count_of(backup.extent.audit_entries, "audit entry")));
        session.out.field("files", fmt::format("{}, read back and proven", backup.files.size()));
        session.out.field("keys", keys_ ? "in it" : "not in it; --keys takes them along");
        for (const io::Path& folder : backup.dropped)
            session.out.field("removed", folder.string());
    }

    io::Path folder_;
    bool keys_ = false;
    std::optional<unsigned> keep_;
};

} // namespace

std::unique_ptr<Command> make_db_backup() {
    return make_command<DbBackup>();
}

} // namespace mtlsca::app
