#include "store/inventory/inventory.h"

#include "encoding/hex.h"
#include "store/columns.h"
#include "store/inventory/lists.h"
#include "store/inventory/search_keys.h"
#include "store/inventory/unique_names.h"
#include "store/words.h"

#include <algorithm>

namespace mtlsca::store {
namespace {

void insert_search_key(Connection& connection, SearchKey key, CertificateId id) {
    const auto insert = connection.prepare("INSERT INTO certificate_search (key, certificate) "
                                           "VALUES (:key, :certificate) ON CONFLICT DO NOTHING");
    insert->bind(":key", key);
    insert->bind(":certificate", id);
    insert->step();
}

void delete_search_key(Connection& connection, SearchKey key, CertificateId id) {
    const auto erase =
        connection.prepare("DELETE FROM certificate_search WHERE key = :key AND certificate = :certificate");
    erase->bind(":key", key);
    erase->bind(":certificate", id);
    erase->step();
}

std::string label_lines(const std::vector<Label>& labels) {
    std::vector<std::string> lines;
    for (const Label& label : labels)
        lines.push_back(to_line(label));
    return to_lines(lines);
}

CertificateId insert_row(Connection& connection, const Intent& intent, Time now) {
    const auto insert = connection.prepare(
        "INSERT INTO certificate (issuer, serial, state, profile, name, holds_name, subject, sans, ous, "
        "bindings, deployments, labels, owner, not_before, not_after, recorded_at, spki_sha256, predecessor) "
        "VALUES (:issuer, :serial, 0, :profile, :name, :holds_name, :subject, :sans, :ous, "
        ":bindings, :deployments, :labels, :owner, :not_before, :not_after, :recorded_at, :spki_sha256, "
        ":predecessor)");
    insert->bind(":issuer", intent.issuer);
    insert->bind(":serial", intent.serial);
    insert->bind(":profile", word_id(connection, intent.profile));
    insert->bind(":name", intent.name);
    if (intent.unique)
        insert->bind(":holds_name", 1);
    insert->bind(":subject", intent.subject);
    bind_unless_empty(*insert, ":sans", to_lines(intent.sans));
    bind_unless_empty(*insert, ":ous", to_lines(intent.ous));
    bind_unless_empty(*insert, ":bindings", to_lines(intent.bindings));
    bind_unless_empty(*insert, ":deployments", to_lines(intent.deployments));
    bind_unless_empty(*insert, ":labels", label_lines(intent.labels));
    bind_unless_empty(*insert, ":owner", intent.owner);
    insert->bind(":not_before", seconds(intent.not_before));
    insert->bind(":not_after", seconds(intent.not_after));
    insert->bind(":recorded_at", seconds(now));
    insert->bind(":spki_sha256", intent.spki_sha256);
    if (intent.renews)
        insert->bind(":predecessor", *intent.renews);
    insert->step();
    return connection.last_id();
}

// What a change of state must know of its row.
struct Row {
    IssuerId issuer = 0;
    Bytes serial;
    State state = State::pending;
    Time not_after{};
    Bytes spki_sha256;

    std::string object() const { return "certificate " + encoding::to_upper_hex(serial); }
};

Row row_of(Connection& connection, CertificateId id) {
    const auto select = connection.prepare(
        "SELECT issuer, serial, state, not_after, spki_sha256 FROM certificate WHERE id = :id");
    select->bind(":id", id);
    if (!select->step())
        throw Error(Code::not_found, "certificate " + std::to_string(id), "is not in the inventory");
    return {select->integer(0), bytes_column(*select, 1), static_cast<State>(select->integer(2)),
            time_column(*select, 3), bytes_column(*select, 4)};
}

void set_state(Connection& connection, CertificateId id, State state) {
    const auto update = connection.prepare("UPDATE certificate SET state = :state WHERE id = :id");
    update->bind(":state", static_cast<std::int64_t>(state));
    update->bind(":id", id);
    update->step();
}

bool has_der(Connection& connection, CertificateId id) {
    const auto select = connection.prepare("SELECT 1 FROM certificate_der WHERE certificate = :id");
    select->bind(":id", id);
    return select->step();
}

void insert_der(Connection& connection, CertificateId id, ByteView der) {
    const auto insert =
        connection.prepare("INSERT INTO certificate_der (certificate, der) VALUES (:certificate, :der)");
    insert->bind(":certificate", id);
    insert->bind(":der", der);
    try {
        insert->step();
    } catch (const Error& error) {
        if (error.code != Code::already)
            throw;
        throw Error(Code::already, row_of(connection, id).object(), "is recorded already");
    }
}

void count_change(Connection& connection, IssuerId issuer) {
    const auto update = connection.prepare("UPDATE issuer SET changes = changes + 1 WHERE id = :issuer");
    update->bind(":issuer", issuer);
    update->step();
}

void insert_revocation(Connection& connection, const Row& row, const Revocation& revocation) {
    // A hold that becomes final keeps its date: relying parties have refused the certificate since then.
    const auto insert = connection.prepare(
        "INSERT INTO revocation (issuer, serial, not_after, revoked_at, reason, invalidity_date) "
        "VALUES (:issuer, :serial, :not_after, :revoked_at, :reason, :invalidity_date) "
        "ON CONFLICT (issuer, serial) DO UPDATE SET reason = excluded.reason, "
        "invalidity_date = coalesce(excluded.invalidity_date, invalidity_date)");
    insert->bind(":issuer", row.issuer);
    insert->bind(":serial", row.serial);
    insert->bind(":not_after", seconds(row.not_after));
    insert->bind(":revoked_at", seconds(revocation.revoked_at));
    insert->bind(":reason", static_cast<std::int64_t>(revocation.reason));
    if (revocation.invalidity_date)
        insert->bind(":invalidity_date", seconds(*revocation.invalidity_date));
    insert->step();
}

void insert_compromised_key(Connection& connection, ByteView spki_sha256) {
    // Zero octets: the key of a certificate that only its CRL entry tells of (recovery.h).
    if (std::all_of(spki_sha256.begin(), spki_sha256.end(), [](std::uint8_t octet) { return octet == 0; }))
        return;
    const auto insert = connection.prepare(
        "INSERT INTO compromised_key (spki_sha256) VALUES (:spki_sha256) ON CONFLICT DO NOTHING");
    insert->bind(":spki_sha256", spki_sha256);
    insert->step();
}

} // namespace

std::string object_of(const std::string& name, ByteView serial) {
    return name + ", serial " + encoding::to_upper_hex(serial);
}

std::string object_of(const Intent& certificate) {
    return object_of(certificate.name, certificate.serial);
}

bool is_live(const Certificate& certificate, Time now) {
    return (certificate.state == State::valid || certificate.state == State::held) &&
           certificate.not_after >= now;
}

CertificateId record_intent(Transaction& transaction, const Intent& intent, Time now) {
    Connection& connection = transaction.connection();
    if (intent.unique)
        make_room_for_name(connection, intent, now);
    if (intent.renews)
        hand_over_name(connection, *intent.renews);
    CertificateId id = 0;
    try {
        id = insert_row(connection, intent, now);
    } catch (const Error& error) {
        if (error.code != Code::already)
            throw;
        throw Error(Code::already, "serial " + encoding::to_upper_hex(intent.serial),
                    "is in the inventory already", "run the command again: it takes another serial");
    }
    for (const SearchKey key : search_keys(intent))
        insert_search_key(connection, key, id);
    if (!connection.first_intent)
        connection.first_intent = id;
    return id;
}

void record_certificate(Transaction& transaction, CertificateId id, ByteView der, ByteView fingerprint) {
    Connection& connection = transaction.connection();
    insert_der(connection, id, der);
    insert_search_key(connection, fingerprint_key(fingerprint), id);
    // What was revoked while it was being signed stays revoked.
    const auto update = connection.prepare("UPDATE certificate SET state = 1 WHERE id = :id AND state = 0");
    update->bind(":id", id);
    update->step();
}

void set_deployments(Transaction& transaction, CertificateId id,
                     const std::vector<std::string>& deployments) {
    const auto update =
        transaction.connection().prepare("UPDATE certificate SET deployments = :deployments WHERE id = :id");
    bind_unless_empty(*update, ":deployments", to_lines(deployments));
    update->bind(":id", id);
    update->step();
}

void revoke(Transaction& transaction, CertificateId id, const Revocation& revocation) {
    Connection& connection = transaction.connection();
    const bool only_holds = revocation.reason == x509::RevocationReason::certificate_hold;
    const Row row = row_of(connection, id);
    if (row.state == State::revoked)
        throw Error(Code::already, row.object(), "is revoked already");
    if (row.state == State::held && only_holds)
        throw Error(Code::already, row.object(), "is on hold already");
    insert_revocation(connection, row, revocation);
    set_state(connection, id, only_holds ? State::held : State::revoked);
    if (!only_holds)
        let_go_of_name(connection, id);
    if (revocation.reason == x509::RevocationReason::key_compromise)
        insert_compromised_key(connection, row.spki_sha256);
    count_change(connection, row.issuer);
}

void release(Transaction& transaction, CertificateId id) {
    Connection& connection = transaction.connection();
    const Row row = row_of(connection, id);
    if (row.state != State::held)
        throw Error(Code::already, row.object(), "is not on hold");
    const auto erase =
        connection.prepare("DELETE FROM revocation WHERE issuer = :issuer AND serial = :serial");
    erase->bind(":issuer", row.issuer);
    erase->bind(":serial", row.serial);
    erase->step();
    set_state(connection, id, has_der(connection, id) ? State::valid : State::pending);
    count_change(connection, row.issuer);
}

Annotation annotation_of(const Intent& intent) {
    return {intent.owner, intent.labels, intent.bindings};
}

void annotate(Transaction& transaction, const Certificate& certificate, const Annotation& annotation) {
    Connection& connection = transaction.connection();
    Intent annotated = certificate;
    annotated.owner = annotation.owner;
    annotated.labels = annotation.labels;
    const std::vector<SearchKey> keys = search_keys(annotated);
    for (const SearchKey key : search_keys(certificate))
        if (std::find(keys.begin(), keys.end(), key) == keys.end())
            delete_search_key(connection, key, certificate.id);
    for (const SearchKey key : keys)
        insert_search_key(connection, key, certificate.id);
    const auto update = connection.prepare("UPDATE certificate SET owner = :owner, labels = :labels, "
                                           "bindings = :bindings WHERE id = :id");
    bind_unless_empty(*update, ":owner", annotation.owner);
    bind_unless_empty(*update, ":labels", label_lines(annotation.labels));
    bind_unless_empty(*update, ":bindings", to_lines(annotation.bindings));
    update->bind(":id", certificate.id);
    update->step();
}

bool is_key_compromised(const Database& database, ByteView spki_sha256) {
    const auto select =
        database.connection().prepare("SELECT 1 FROM compromised_key WHERE spki_sha256 = :spki_sha256");
    select->bind(":spki_sha256", spki_sha256);
    return select->step();
}

} // namespace mtlsca::store
