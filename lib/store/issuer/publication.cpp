// Who is told of a publication.
#include "store/columns.h"
#include "store/issuer/crls.h"

namespace mtlsca::store {

void set_pending_hook(Transaction& transaction, const std::string& command) {
    const auto insert =
        transaction.connection().prepare("INSERT INTO pending_hook (id, command) VALUES (1, :command) "
                                         "ON CONFLICT (id) DO UPDATE SET command = excluded.command");
    insert->bind(":command", command);
    insert->step();
}

void clear_pending_hook(Transaction& transaction) {
    transaction.connection().prepare("DELETE FROM pending_hook")->step();
}

std::optional<std::string> pending_hook(const Database& database) {
    const auto select = database.connection().prepare("SELECT command FROM pending_hook");
    if (!select->step())
        return std::nullopt;
    return text_column(*select, 0);
}

void remember_site(Transaction& transaction, const SiteFolder& site) {
    const auto insert =
        transaction.connection().prepare("INSERT INTO site_folder (folder, site) VALUES (:folder, :site) "
                                         "ON CONFLICT (folder) DO UPDATE SET site = excluded.site");
    insert->bind(":folder", site.folder);
    insert->bind(":site", site.site);
    insert->step();
}

void forget_site(Transaction& transaction, const std::string& folder) {
    const auto erase = transaction.connection().prepare("DELETE FROM site_folder WHERE folder = :folder");
    erase->bind(":folder", folder);
    erase->step();
}

std::vector<SiteFolder> remembered_sites(const Database& database) {
    const auto select = database.connection().prepare("SELECT folder, site FROM site_folder ORDER BY folder");
    std::vector<SiteFolder> sites;
    while (select->step())
        sites.push_back({text_column(*select, 0), text_column(*select, 1)});
    return sites;
}

} // namespace mtlsca::store
