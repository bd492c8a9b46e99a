#include "store/issuers.h"

#include "store/columns.h"

namespace mtlsca::store {

IssuerId add_issuer(Transaction& transaction, const Issuer& issuer) {
    const auto insert = transaction.connection().prepare(
        "INSERT INTO issuer (name, parent, issues, certificate, spki_sha256) "
        "VALUES (:name, :parent, :issues, :certificate, :spki_sha256)");
    insert->bind(":name", issuer.name);
    if (issuer.parent)
        insert->bind(":parent", *issuer.parent);
    insert->bind(":issues", std::int64_t{issuer.issues});
    insert->bind(":certificate", ByteView(issuer.certificate));
    insert->bind(":spki_sha256", ByteView(issuer.spki_sha256));
    insert->step();
    return transaction.connection().last_id();
}

std::vector<Issuer> issuers(const Database& database) {
    const auto select = database.connection().prepare(
        "SELECT id, name, parent, issues, certificate, spki_sha256 FROM issuer ORDER BY id");
    std::vector<Issuer> all;
    while (select->step()) {
        Issuer issuer;
        issuer.id = select->integer(0);
        issuer.name = text_column(*select, 1);
        if (!select->is_null(2))
            issuer.parent = select->integer(2);
        issuer.issues = select->integer(3) != 0;
        issuer.certificate = bytes_column(*select, 4);
        issuer.spki_sha256 = bytes_column(*select, 5);
        all.push_back(std::move(issuer));
    }
    return all;
}

} // namespace mtlsca::store
