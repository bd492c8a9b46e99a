#include "store/maintenance/proof.h"

#include "store/columns.h"
#include "store/inventory/search_keys.h"

namespace mtlsca::store {
namespace {

bool has_search_key(Connection& connection, SearchKey key, CertificateId id) {
    const auto select = connection.prepare(
        "SELECT 1 FROM certificate_search WHERE key = :key AND certificate = :certificate");
    select->bind(":key", key);
    select->bind(":certificate", id);
    return select->step();
}

void add_rows(Statement& rows, Severity severity, const char* rule, const char* detail, Findings& findings) {
    while (rows.step())
        findings.push_back({severity, rule, object_of(text_column(rows, 1), rows.blob(0)), detail});
}

} // namespace

bool is_findable(const Database& database, const Certificate& certificate) {
    Connection& connection = database.connection();
    for (const SearchKey key : search_keys(certificate))
        if (!has_search_key(connection, key, certificate.id))
            return false;
    return certificate.fingerprint.empty() ||
           has_search_key(connection, fingerprint_key(certificate.fingerprint), certificate.id);
}

Findings find_broken_names(const Database& database, Time now) {
    Findings findings;
    const auto held = database.connection().prepare("SELECT serial, name FROM certificate "
                                                    "WHERE state = 2 AND holds_name = 1 LIMIT 1000");
    add_rows(*held, Severity::error, "name-held", "is revoked and has its unique name still", findings);
    const auto twice = database.connection().prepare(
        "SELECT c.serial, c.name FROM certificate c WHERE c.state IN (1, 3) AND c.holds_name IS NULL "
        "AND c.not_after >= :now AND EXISTS (SELECT 1 FROM certificate h WHERE h.name = c.name "
        "AND h.profile = c.profile AND h.holds_name = 1) "
        "AND NOT EXISTS (SELECT 1 FROM certificate s WHERE s.predecessor = c.id) LIMIT 1000");
    twice->bind(":now", seconds(now));
    add_rows(*twice, Severity::warning, "name-twice",
             "is live beside another certificate that has its unique name", findings);
    return findings;
}

} // namespace mtlsca::store
