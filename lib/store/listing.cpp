// From rows to certificates. A query picks the rows by the index that leaves the fewest of them, and every
// row is then compared with the whole filter: so one function says what a filter means.
#include "encoding/text.h"
#include "store/columns.h"
#include "store/inventory.h"
#include "store/lists.h"
#include "store/search_keys.h"

#include <algorithm>
#include <limits>

namespace mtlsca::store {
namespace {

constexpr std::string_view select_certificate =
    "SELECT c.id, c.issuer, c.serial, c.state, (SELECT text FROM word WHERE id = c.profile), c.name, "
    "c.holds_name, c.subject, c.sans, c.ous, c.bindings, c.labels, c.owner, c.not_before, c.not_after, "
    "c.recorded_at, c.spki_sha256, c.predecessor, d.der, r.reason, r.revoked_at, r.invalidity_date ";
constexpr std::string_view join_details =
    "LEFT JOIN certificate_der d ON d.certificate = c.id "
    "LEFT JOIN revocation r ON c.state >= 2 AND r.issuer = c.issuer AND r.serial = c.serial ";

Certificate certificate_of(const Statement& row, bool with_der) {
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
        if (with_der)
            certificate.der = bytes_column(row, 18);
    }
    if (!row.is_null(19))
        certificate.revocation = Revocation{static_cast<x509::RevocationReason>(row.integer(19)),
                                            time_column(row, 20), optional_time_column(row, 21)};
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

bool matches(const Filter& filter, const Certificate& certificate, Time now) {
    return wants(filter.serial, certificate.serial) && wants(filter.fingerprint, certificate.fingerprint) &&
           wants(filter.profile, certificate.profile) && wants(filter.owner, certificate.owner) &&
           wants_one_of(filter.ou, certificate.ous) && wants_one_of(filter.label, certificate.labels) &&
           (!filter.status || *filter.status == status(certificate, now)) &&
           (!filter.name || equal_without_case(*filter.name, certificate.name)) &&
           (!filter.san || has_san(certificate, *filter.san)) &&
           (!filter.expires_before ||
            (certificate.not_after >= now && certificate.not_after < *filter.expires_before));
}

Connection::Handle select(Connection& connection, std::string_view from, std::string_view where) {
    std::string sql(select_certificate);
    sql.append(from).append(" ").append(join_details).append(where);
    return connection.prepare(sql);
}

std::optional<SearchKey> search_key(const Filter& filter) {
    if (filter.fingerprint)
        return fingerprint_key(*filter.fingerprint);
    if (filter.san)
        return SanQuery(*filter.san).key();
    if (filter.label)
        return label_key(*filter.label);
    if (filter.owner)
        return owner_key(*filter.owner);
    if (filter.ou)
        return ou_key(*filter.ou);
    return std::nullopt;
}

// Those that have an index: few among many.
std::optional<State> rare_state(const Filter& filter) {
    if (filter.status == Filter::Status::pending)
        return State::pending;
    if (filter.status == Filter::Status::revoked)
        return State::revoked;
    if (filter.status == Filter::Status::held)
        return State::held;
    return std::nullopt;
}

Connection::Handle rows_by_expiry(const Database& database, const Filter& filter, Time now) {
    Time after_time = now - Duration(1);
    CertificateId after = std::numeric_limits<CertificateId>::max();
    const auto last = filter.after ? by_id(database, *filter.after) : std::nullopt;
    if (last && last->not_after > after_time) {
        after_time = last->not_after;
        after = last->id;
    }
    auto rows = select(database.connection(), "FROM certificate c",
                       "WHERE c.not_after < :before AND (c.not_after, c.id) > (:after_time, :after) "
                       "ORDER BY c.not_after, c.id");
    rows->bind(":before", seconds(*filter.expires_before));
    rows->bind(":after_time", seconds(after_time));
    rows->bind(":after", after);
    return rows;
}

Connection::Handle rows_by_issue(Connection& connection, const Filter& filter) {
    Connection::Handle rows;
    if (filter.serial) {
        rows = select(connection, "FROM certificate c",
                      "WHERE c.serial = :serial AND c.id > :after ORDER BY c.id");
        rows->bind(":serial", *filter.serial);
    } else if (filter.name && !filter.fingerprint) {
        rows =
            select(connection, "FROM certificate c", "WHERE c.name = :name AND c.id > :after ORDER BY c.id");
        rows->bind(":name", *filter.name);
    } else if (const auto key = search_key(filter)) {
        rows = select(connection, "FROM certificate_search s JOIN certificate c ON c.id = s.certificate",
                      "WHERE s.key = :key AND s.certificate > :after ORDER BY s.certificate");
        rows->bind(":key", *key);
    } else if (const auto state = rare_state(filter)) {
        rows = select(connection, "FROM certificate c",
                      "WHERE c.state <> 1 AND c.state = :state AND c.id > :after ORDER BY c.id");
        rows->bind(":state", static_cast<std::int64_t>(*state));
    } else if (filter.status) {
        // Valid or expired: most rows, so no index, but a million revoked ones are not read to be dropped.
        rows = select(connection, "FROM certificate c", "WHERE c.state = 1 AND c.id > :after ORDER BY c.id");
    } else {
        rows = select(connection, "FROM certificate c", "WHERE c.id > :after ORDER BY c.id");
    }
    rows->bind(":after", filter.after.value_or(0));
    return rows;
}

} // namespace

void for_each(const Database& database, const Filter& filter, Time now, bool with_der,
              const Visitor& visitor) {
    const auto rows = filter.expires_before ? rows_by_expiry(database, filter, now)
                                            : rows_by_issue(database.connection(), filter);
    std::uint64_t left = filter.limit.value_or(std::numeric_limits<std::uint64_t>::max());
    while (left > 0 && rows->step()) {
        const Certificate certificate = certificate_of(*rows, with_der);
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
    for_each(database, limited, now, true, [&](const Certificate& certificate) {
        found.push_back(certificate);
        return true;
    });
    return found;
}

std::optional<Certificate> by_id(const Database& database, CertificateId id) {
    const auto row = select(database.connection(), "FROM certificate c", "WHERE c.id = :id");
    row->bind(":id", id);
    if (!row->step())
        return std::nullopt;
    return certificate_of(*row, true);
}

} // namespace mtlsca::store
