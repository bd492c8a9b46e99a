// From rows to certificates. A query (listing_query.h) picks rows, and every row is then compared with the
// whole filter: so one function says what a filter means.
#include "encoding/text.h"
#include "store/columns.h"
#include "store/inventory/inventory.h"
#include "store/inventory/listing_query.h"
#include "store/inventory/lists.h"
#include "store/inventory/search_keys.h"

#include <algorithm>
#include <limits>

namespace mtlsca::store {
namespace {

std::string select_certificate(Depth depth) {
    return std::string("SELECT c.id, c.issuer, c.serial, c.state, (SELECT text FROM word WHERE id = "
                       "c.profile), c.name, "
                       "c.holds_name, c.subject, c.sans, c.ous, c.bindings, c.labels, c.owner, c.not_before, "
                       "c.not_after, c.recorded_at, c.spki_sha256, c.predecessor, ") +
           (depth == Depth::record ? "NULL" : "d.der") +
           ", r.reason, r.revoked_at, r.invalidity_date, c.deployments ";
}

std::string join_details(Depth depth) {
    return std::string(depth == Depth::record ? "" : "LEFT JOIN certificate_der d ON d.certificate = c.id ") +
           // A key that is NULL is not looked for; a condition beside the key would be, after the look.
           "LEFT JOIN revocation r ON r.issuer = CASE WHEN c.state >= 2 THEN c.issuer END "
           "AND r.serial = c.serial ";
}

Certificate certificate_of(const Statement& row, Depth depth) {
    Certificate certificate;
    certificate.id = row.integer(0);
    certificate.issuer = row.integer(1);
    certificate.serial = bytes_column(row, 2);
    certificate.state = static_cast<State>(row.integer(3));
    certificate.profile = row.text(4);
    certificate.name = row.text(5);
    certificate.unique = !row.is_null(6);
    certificate.subject = row.text(7);
    certificate.sans = from_lines(row.text(8));
    certificate.ous = from_lines(row.text(9));
    certificate.bindings = from_lines(row.text(10));
    for (const std::string& line : from_lines(row.text(11)))
        certificate.labels.push_back(label_from_line(line));
    certificate.owner = row.text(12);
    certificate.not_before = time_column(row, 13);
    certificate.not_after = time_column(row, 14);
    certificate.recorded_at = time_column(row, 15);
    certificate.spki_sha256 = bytes_column(row, 16);
    if (!row.is_null(17))
        certificate.renews = row.integer(17);
    if (!row.is_null(18)) {
        const x509::Sha256 fingerprint = x509::sha256(row.blob(18));
        certificate.fingerprint.assign(fingerprint.begin(), fingerprint.end());
        if (depth == Depth::der)
            certificate.der = bytes_column(row, 18);
    }
    if (!row.is_null(19))
        certificate.revocation = Revocation{static_cast<x509::RevocationReason>(row.integer(19)),
                                            time_column(row, 20), optional_time_column(row, 21)};
    certificate.deployments = from_lines(row.text(22));
    return certificate;
}

template <class Value>
bool wants(const std::optional<Value>& wanted, const Value& value) {
    return !wanted || *wanted == value;
}

template <class Value>
bool wants_one_of(const std::optional<Value>& wanted, const std::vector<Value>& values) {
    return !wanted || std::find(values.begin(), values.end(), *wanted) != values.end();
}

bool equal_without_case(std::string_view left, std::string_view right) {
    return encoding::to_lower_ascii(left) == encoding::to_lower_ascii(right);
}

bool has_san(const Certificate& certificate, const std::string& wanted) {
    const SanQuery query(wanted);
    return std::any_of(certificate.sans.begin(), certificate.sans.end(),
                       [&](const std::string& san) { return query.matches(san); });
}

bool has_labels(const Certificate& certificate, const std::vector<Label>& wanted) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const Label& label) {
        return std::find(certificate.labels.begin(), certificate.labels.end(), label) !=
               certificate.labels.end();
    });
}

bool matches(const Filter& filter, const Certificate& certificate, Time now) {
    return wants(filter.serial, certificate.serial) && wants(filter.fingerprint, certificate.fingerprint) &&
           wants(filter.profile, certificate.profile) && wants(filter.owner, certificate.owner) &&
           wants(filter.issuer, certificate.issuer) && wants_one_of(filter.ou, certificate.ous) &&
           has_labels(certificate, filter.labels) && (!filter.live || is_live(certificate, now)) &&
           (!filter.status || *filter.status == status(certificate, now)) &&
           (!filter.name || equal_without_case(*filter.name, certificate.name)) &&
           (!filter.san || has_san(certificate, *filter.san)) &&
           (!filter.expires_before ||
            (certificate.not_after >= now && certificate.not_after < *filter.expires_before));
}

Connection::Handle row_by_id(Connection& connection, CertificateId id, Depth depth) {
    Connection::Handle row = connection.prepare(select_certificate(depth) + "FROM certificate c " +
                                                join_details(depth) + "WHERE c.id = :id");
    row->bind(":id", id);
    return row;
}

} // namespace

void for_each(const Database& database, const Filter& filter, Time now, Depth depth, const Visitor& visitor) {
    if (filter.fingerprint && depth == Depth::record)
        depth = Depth::fingerprint; // matches() compares it
    const ListingQuery query(filter, now, filter.after ? by_id(database, *filter.after) : std::nullopt);
    // What must be sorted is sorted by number, and read row by row afterwards: whole rows make large sorts.
    std::string sql = query.is_sorted() ? "SELECT c.id " : select_certificate(depth);
    sql += query.from();
    if (!query.is_sorted())
        sql += join_details(depth);
    const Connection::Handle rows = database.connection().prepare(sql + query.where());
    query.bind(*rows);
    std::uint64_t left = filter.limit.value_or(std::numeric_limits<std::uint64_t>::max());
    while (left > 0 && rows->step()) {
        Connection::Handle apart;
        if (query.is_sorted()) {
            apart = row_by_id(database.connection(), rows->integer(0), depth);
            if (!apart->step())
                continue;
        }
        const Certificate certificate = certificate_of(apart ? *apart : *rows, depth);
        if (!matches(filter, certificate, now))
            continue;
        --left;
        if (!visitor(certificate))
            return;
    }
}

std::vector<Certificate> find(const Database& database, const Filter& filter, Time now, std::uint64_t limit) {
    Filter limited = filter;
    limited.limit = std::min(limit, filter.limit.value_or(limit));
    std::vector<Certificate> found;
    for_each(database, limited, now, Depth::der, [&](const Certificate& certificate) {
        found.push_back(certificate);
        return true;
    });
    return found;
}

std::optional<Certificate> by_id(const Database& database, CertificateId id) {
    const auto row = row_by_id(database.connection(), id, Depth::der);
    if (!row->step())
        return std::nullopt;
    return certificate_of(*row, Depth::der);
}

} // namespace mtlsca::store
