#include "store/work/deliveries.h"

#include "store/columns.h"
#include "store/inventory/planned_revocations.h"

namespace mtlsca::store {
namespace {

void erase(Connection& connection, CertificateId certificate, std::string_view target) {
    const auto statement =
        connection.prepare("DELETE FROM delivery WHERE certificate = :certificate AND target = :target");
    statement->bind(":certificate", certificate);
    statement->bind(":target", target);
    statement->step();
}

bool is_about_files(std::string_view target) {
    return target == "file" || target.starts_with("file:");
}

bool exists(Connection& connection, CertificateId certificate) {
    const auto select = connection.prepare("SELECT 1 FROM delivery WHERE certificate = :certificate LIMIT 1");
    select->bind(":certificate", certificate);
    return select->step();
}

constexpr std::uint64_t page_size = 256;

std::vector<CertificateId> page_of_undelivered(const Database& database, CertificateId after) {
    const auto rows = database.connection().prepare("SELECT DISTINCT certificate FROM delivery WHERE "
                                                    "certificate > :after ORDER BY certificate LIMIT :limit");
    rows->bind(":after", after);
    rows->bind(":limit", static_cast<std::int64_t>(page_size));
    std::vector<CertificateId> ids;
    while (rows->step())
        ids.push_back(rows->integer(0));
    return ids;
}

} // namespace

void add_delivery(Transaction& transaction, const Delivery& delivery) {
    const auto insert = transaction.connection().prepare(
        "INSERT INTO delivery (certificate, target, certificate_file, key_file) "
        "VALUES (:certificate, :target, :certificate_file, :key_file) "
        "ON CONFLICT (certificate, target) DO UPDATE SET certificate_file = excluded.certificate_file, "
        "key_file = excluded.key_file, tried_at = NULL, problem = NULL");
    insert->bind(":certificate", delivery.certificate);
    insert->bind(":target", delivery.target);
    insert->bind(":certificate_file", delivery.certificate_file);
    bind_unless_empty(*insert, ":key_file", delivery.key_file);
    insert->step();
}

void record_attempt(Transaction& transaction, const Delivery& delivery, Time now,
                    const std::string& problem) {
    const auto update =
        transaction.connection().prepare("UPDATE delivery SET tried_at = :tried_at, problem = :problem "
                                         "WHERE certificate = :certificate AND target = :target");
    update->bind(":tried_at", seconds(now));
    update->bind(":problem", problem);
    update->bind(":certificate", delivery.certificate);
    update->bind(":target", delivery.target);
    update->step();
}

void remove_delivery(Transaction& transaction, const Delivery& delivery, Time now) {
    erase(transaction.connection(), delivery.certificate, delivery.target);
    if (transaction.connection().changes() > 0 && !exists(transaction.connection(), delivery.certificate))
        restart_planned_revocations(transaction, delivery.certificate, now);
}

void hand_over_deliveries(Transaction& transaction, CertificateId from, const Delivery& to) {
    Connection& connection = transaction.connection();
    std::vector<std::string> targets;
    {
        const auto select =
            connection.prepare("SELECT target FROM delivery WHERE certificate = :certificate");
        select->bind(":certificate", from);
        while (select->step())
            targets.push_back(text_column(*select, 0));
    }
    for (const std::string& target : targets) {
        erase(connection, from, target);
        if (is_about_files(target))
            continue;
        Delivery handed_over = to;
        handed_over.target = target;
        add_delivery(transaction, handed_over);
    }
}

std::vector<Delivery> deliveries_of(const Database& database, CertificateId certificate) {
    const auto rows = database.connection().prepare(
        "SELECT target, certificate_file, key_file, tried_at, problem FROM delivery "
        "WHERE certificate = :certificate ORDER BY target");
    rows->bind(":certificate", certificate);
    std::vector<Delivery> deliveries;
    while (rows->step())
        deliveries.push_back({certificate, text_column(*rows, 0), text_column(*rows, 1),
                              text_column(*rows, 2), optional_time_column(*rows, 3), text_column(*rows, 4)});
    return deliveries;
}

bool has_deliveries(const Database& database, CertificateId certificate) {
    return exists(database.connection(), certificate);
}

void for_each_undelivered(const Database& database, const std::function<bool(CertificateId)>& visitor) {
    std::vector<CertificateId> page;
    do {
        page = page_of_undelivered(database, page.empty() ? 0 : page.back());
        for (const CertificateId id : page)
            if (!visitor(id))
                return;
    } while (page.size() == page_size);
}

std::uint64_t count_undelivered(const Database& database) {
    const auto row = database.connection().prepare("SELECT count(DISTINCT certificate) FROM delivery");
    row->step();
    return static_cast<std::uint64_t>(row->integer(0));
}

} // namespace mtlsca::store
