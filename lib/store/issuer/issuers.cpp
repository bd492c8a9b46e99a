#include "store/issuer/issuers.h"

#include "store/columns.h"

namespace mtlsca::store {

const char* to_string(IssuerState state) {
    switch (state) {
    case IssuerState::prepared:
        return "prepared";
    case IssuerState::active:
        return "active";
    case IssuerState::retiring:
        return "retiring";
    case IssuerState::retired:
        return "retired";
    case IssuerState::gone:
        break;
    }
    return "gone";
}

IssuerId add_issuer(Transaction& transaction, const Issuer& issuer) {
    const auto insert = transaction.connection().prepare(
        "INSERT INTO issuer (name, parent, issues, certificate, spki_sha256, state) "
        "VALUES (:name, :parent, :issues, :certificate, :spki_sha256, :state)");
    insert->bind(":name", issuer.name);
    if (issuer.parent)
        insert->bind(":parent", *issuer.parent);
    insert->bind(":issues", std::int64_t{issuer.issues});
    insert->bind(":certificate", ByteView(issuer.certificate));
    insert->bind(":spki_sha256", ByteView(issuer.spki_sha256));
    insert->bind(":state", static_cast<std::int64_t>(issuer.state));
    insert->step();
    return transaction.connection().last_id();
}

void set_issuer_state(Transaction& transaction, IssuerId issuer, IssuerState state) {
    const auto update =
        transaction.connection().prepare("UPDATE issuer SET state = :state WHERE id = :issuer");
    update->bind(":state", static_cast<std::int64_t>(state));
    update->bind(":issuer", issuer);
    update->step();
}

void replace_issuer_certificate(Transaction& transaction, IssuerId issuer, std::optional<IssuerId> parent,
                                ByteView certificate) {
    const auto update = transaction.connection().prepare(
        "UPDATE issuer SET parent = :parent, certificate = :certificate WHERE id = :issuer");
    if (parent)
        update->bind(":parent", *parent);
    update->bind(":certificate", certificate);
    update->bind(":issuer", issuer);
    update->step();
}

std::vector<Issuer> issuers(const Database& database) {
    const auto select = database.connection().prepare(
        "SELECT id, name, parent, issues, certificate, spki_sha256, state FROM issuer ORDER BY id");
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
        issuer.state = static_cast<IssuerState>(select->integer(6));
        all.push_back(std::move(issuer));
    }
    return all;
}

void keep_further_certificate(Transaction& transaction, const FurtherCertificate& certificate) {
    const auto insert = transaction.connection().prepare(
        "INSERT INTO further_certificate (issuer, signer, certificate) "
        "VALUES (:issuer, :signer, :certificate) "
        "ON CONFLICT (issuer, signer) DO UPDATE SET certificate = excluded.certificate");
    insert->bind(":issuer", certificate.issuer);
    insert->bind(":signer", certificate.signer);
    insert->bind(":certificate", ByteView(certificate.certificate));
    insert->step();
}

void drop_further_certificate(Transaction& transaction, IssuerId issuer, IssuerId signer) {
    const auto erase = transaction.connection().prepare(
        "DELETE FROM further_certificate WHERE issuer = :issuer AND signer = :signer");
    erase->bind(":issuer", issuer);
    erase->bind(":signer", signer);
    erase->step();
}

std::vector<FurtherCertificate> further_certificates(const Database& database) {
    const auto select = database.connection().prepare(
        "SELECT issuer, signer, certificate FROM further_certificate ORDER BY issuer, signer");
    std::vector<FurtherCertificate> all;
    while (select->step())
        all.push_back({select->integer(0), select->integer(1), bytes_column(*select, 2)});
    return all;
}

std::optional<Time> last_expiry(const Database& database, IssuerId issuer) {
    // From the latest expiry down, by its index: no further than to the issuer's own last one.
    const auto select = database.connection().prepare(
        "SELECT not_after FROM certificate WHERE issuer = :issuer ORDER BY not_after DESC LIMIT 1");
    select->bind(":issuer", issuer);
    if (!select->step())
        return std::nullopt;
    return time_column(*select, 0);
}

bool has_certificates_until(const Database& database, IssuerId issuer, Time time) {
    const auto select = database.connection().prepare(
        "SELECT 1 FROM certificate WHERE not_after >= :time AND issuer = :issuer ORDER BY not_after LIMIT 1");
    select->bind(":time", seconds(time));
    select->bind(":issuer", issuer);
    return select->step();
}

} // namespace mtlsca::store
