#include "store/issuer/former_certificates.h"

#include "store/columns.h"

namespace mtlsca::store {

void keep_former_certificate(Transaction& transaction, const FormerCertificate& certificate) {
    const auto insert =
        transaction.connection().prepare("INSERT INTO former_ca_certificate (signer, serial, not_after) "
                                         "VALUES (:signer, :serial, :not_after) ON CONFLICT DO NOTHING");
    insert->bind(":signer", certificate.signer);
    insert->bind(":serial", ByteView(certificate.serial));
    insert->bind(":not_after", seconds(certificate.not_after));
    insert->step();
}

std::vector<FormerCertificate> former_certificates(const Database& database) {
    const auto select = database.connection().prepare(
        "SELECT signer, serial, not_after FROM former_ca_certificate ORDER BY signer, serial");
    std::vector<FormerCertificate> all;
    while (select->step())
        all.push_back({select->integer(0), bytes_column(*select, 1), time_column(*select, 2)});
    return all;
}

} // namespace mtlsca::store
