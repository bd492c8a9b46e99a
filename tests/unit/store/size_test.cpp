#include "encoding/hex.h"
#include "store/inventory_fixture.h"

#include <catch2/catch.hpp>

using namespace inventory;

TEST_CASE("a certificate costs at most twice its DER, with all indexes and its audit entries") {
    Inventory ca;
    constexpr int batches = 20;
    constexpr int rows = 500;
    for (int batch = 0; batch < batches; ++batch) {
        std::vector<std::pair<store::CertificateId, store::Intent>> pending;
        {
            store::Transaction transaction(ca.database);
            for (int i = 0; i < rows; ++i) {
                const std::string number = std::to_string(batch * rows + i);
                store::Intent intent =
                    ca.unique("service-" + encoding::to_hex(digest_of(number)).substr(0, 8));
                intent.sans = {"dns:" + intent.name + ".example.com"};
                intent.ous = {"Client"};
                intent.owner = "team-" + std::to_string(i % 30);
                intent.subject = "CN=" + intent.name + ",OU=Client,O=Acme";
                const auto id = store::record_intent(transaction, intent, now);
                log(transaction, "pending", intent.serial);
                pending.emplace_back(id, std::move(intent));
            }
            transaction.commit();
        }
        store::Transaction transaction(ca.database);
        for (const auto& [id, intent] : pending) {
            store::record_certificate(transaction, id, der_of(intent), x509::sha256(der_of(intent)));
            log(transaction, "valid", intent.serial);
        }
        transaction.commit();
    }
    ca.database.close();
    const double ratio = static_cast<double>(std::filesystem::file_size(ca.path())) /
                         (batches * rows * static_cast<double>(der_of({}).size()));
    CAPTURE(ratio);
    CHECK(ratio <= 2.0);
}
