#include "inventory_rows.h"

#include <bit>
#include <stdexcept>

namespace mtlsca::bench {
namespace {

constexpr std::string_view command_name = "batch", actor_name = "bench@bench";

std::int64_t seconds(Time time) {
    return time.time_since_epoch().count();
}

void append_field(Bytes& to, ByteView field) { // store/audit/audit.h describes the octets
    for (int shift = 24; shift >= 0; shift -= 8)
        to.push_back(static_cast<std::uint8_t>(field.size() >> shift));
    append(to, field);
}

void append_number(Bytes& to, std::int64_t number) {
    std::array<std::uint8_t, 8> octets;
    for (std::size_t i = 0; i < 8; ++i)
        octets[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> (56 - 8 * i));
    append_field(to, octets);
}

} // namespace

Query::Query(sqlite3* database, const std::string& sql) : database_(database), statement_(nullptr) {
    if (sqlite3_prepare_v3(database, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr) !=
        SQLITE_OK)
        throw std::runtime_error(sql + ": " + sqlite3_errmsg(database));
}

void Query::bind(int place, std::int64_t value) {
    sqlite3_bind_int64(statement_, place, value);
}

void Query::bind(int place, ByteView octets) {
    sqlite3_bind_blob(statement_, place, octets.data(), static_cast<int>(octets.size()), SQLITE_STATIC);
}

void Query::bind(int place, std::string_view text) {
    sqlite3_bind_text(statement_, place, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

void Query::bind_null(int place) {
    sqlite3_bind_null(statement_, place);
}

bool Query::step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW)
        return true;
    sqlite3_reset(statement_);
    if (code != SQLITE_DONE)
        throw std::runtime_error(sqlite3_errmsg(database_));
    return false;
}

void Query::run() {
    while (step()) {
    }
}

ByteView Query::blob(int column) {
    const auto* octets = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
    return {octets, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

InventoryRows::InventoryRows(const std::string& home, Order order)
    : order_(order), now_(SystemClock().now()) {
    const std::string path = home + "/mtlsca.db";
    require(sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) ==
                SQLITE_OK,
            "no database");
    execute("PRAGMA synchronous = FULL");
    issuer_ = number("SELECT id FROM issuer WHERE issues = 1");
    id_ = number("SELECT coalesce(max(id), 0) FROM certificate");
    sequence_ = number("SELECT max(sequence) FROM audit");
    {
        Query head(database_, "SELECT hash FROM audit ORDER BY sequence DESC LIMIT 1");
        require(head.step() && head.blob(0).size() == head_.size(), "no audit log");
        std::copy(head.blob(0).begin(), head.blob(0).end(), head_.begin());
    }
    client_ = word("client");
    command_ = word(std::string(command_name));
    actor_ = word(std::string(actor_name));
    pending_ = word("pending");
    valid_ = word("valid");
    revoked_ = word("revoked");
    if (order == Order::bulk)
        drop_indexes();
    prepare();
}

void InventoryRows::drop_indexes() {
    execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000;" // in KiB
            "CREATE TEMPORARY TABLE found (key INTEGER, certificate INTEGER);"
            "CREATE TEMPORARY TABLE taken_back (serial BLOB, not_after INTEGER, reason INTEGER)");
    std::vector<std::string> names;
    {
        Query query(database_,
                    "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND "
                    "tbl_name IN ('certificate', 'audit')");
        while (query.step()) {
            names.emplace_back(as_text(query.blob(0)));
            dropped_indexes_.emplace_back(as_text(query.blob(1)));
        }
    }
    for (const std::string& name : names)
        execute("DROP INDEX " + name);
}

void InventoryRows::finish() {
    if (order_ != Order::bulk)
        return;
    begin();
    execute("INSERT INTO certificate_search (key, certificate) SELECT key, certificate FROM temp.found ORDER "
            "BY 1, 2");
    const std::string issuer = std::to_string(issuer_);
    execute("INSERT INTO revocation (issuer, serial, not_after, revoked_at, reason) SELECT " + issuer +
            ", serial, not_after, " + std::to_string(seconds(now_)) +
            ", reason FROM temp.taken_back ORDER BY serial");
    execute("UPDATE issuer SET changes = changes + " + std::to_string(count_revoked_) +
            " WHERE id = " + issuer);
    for (const std::string& sql : dropped_indexes_)
        execute(sql);
    commit();
    for (auto* query : {&certificate_, &der_, &search_, &audit_, &revocation_})
        query->reset();
    execute("PRAGMA journal_mode = WAL");
}

void InventoryRows::prepare() {
    const auto make = [this](const char* sql) { return std::make_unique<Query>(database_, sql); };
    certificate_ =
        make("INSERT INTO certificate (id, issuer, serial, state, profile, name, holds_name, subject, "
             "not_before, not_after, recorded_at, spki_sha256) "
             "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    der_ = make("INSERT INTO certificate_der (certificate, der) VALUES (?, ?)");
    search_ = make(order_ == Order::bulk ? "INSERT INTO temp.found (key, certificate) VALUES (?, ?)"
                                         : "INSERT INTO certificate_search (key, certificate) VALUES (?, ?)");
    audit_ = make("INSERT INTO audit (sequence, time, command, actor, event, certificate, hash) "
                  "VALUES (?, ?, ?, ?, ?, ?, ?)");
    if (order_ == Order::bulk)
        revocation_ = make("INSERT INTO temp.taken_back (serial, not_after, reason) VALUES (?, ?, ?)");
}

InventoryRows::~InventoryRows() {
    for (auto* query : {&certificate_, &der_, &search_, &audit_, &revocation_})
        query->reset();
    sqlite3_close(database_);
}

void InventoryRows::execute(const std::string& sql) {
    if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        throw std::runtime_error(sql + ": " + sqlite3_errmsg(database_));
}

std::int64_t InventoryRows::number(const std::string& sql) {
    Query query(database_, sql);
    require(query.step(), "an empty inventory");
    return query.integer(0);
}

std::int64_t InventoryRows::word(const std::string& text) {
    Query insert(database_, "INSERT INTO word (text) VALUES (?) ON CONFLICT DO NOTHING");
    insert.bind(1, std::string_view(text));
    insert.run();
    return number("SELECT id FROM word WHERE text = '" + text + "'");
}

void InventoryRows::audit(std::string_view event, std::int64_t event_word, std::int64_t certificate,
                          const Leaf& leaf) {
    entry_.clear();
    append_field(entry_, head_);
    append_number(entry_, ++sequence_);
    append_number(entry_, seconds(now_));
    for (const std::string_view text : {command_name, actor_name, event})
        append_field(entry_, as_bytes(text));
    append_field(entry_, leaf.serial);
    append_field(entry_, {}); // no detail
    head_ = sha256_.of<x509::Sha256>(entry_);
    audit_->bind(1, sequence_);
    audit_->bind(2, seconds(now_));
    audit_->bind(3, command_);
    audit_->bind(4, actor_);
    audit_->bind(5, event_word);
    audit_->bind(6, certificate);
    audit_->bind(7, ByteView(head_));
    audit_->run();
}

std::int64_t InventoryRows::insert(const Leaf& leaf, bool revoked) {
    subject_.assign("CN=").append(leaf.name);
    certificate_->bind(1, ++id_);
    certificate_->bind(2, issuer_);
    certificate_->bind(3, ByteView(leaf.serial));
    certificate_->bind(4, static_cast<std::int64_t>(revoked ? 2 : 1));
    certificate_->bind(5, client_);
    certificate_->bind(6, std::string_view(leaf.name));
    if (revoked)
        certificate_->bind_null(7);
    else
        certificate_->bind(7, std::int64_t{1});
    certificate_->bind(8, std::string_view(subject_));
    certificate_->bind(9, seconds(leaf.not_before));
    certificate_->bind(10, seconds(leaf.not_after));
    certificate_->bind(11, seconds(now_));
    certificate_->bind(12, ByteView(leaf.spki_sha256));
    certificate_->run();
    der_->bind(1, id_);
    der_->bind(2, ByteView(leaf.certificate));
    der_->run();
    // store/inventory/search_keys.cpp: the first octets of SHA-256 over kind, a zero octet, and value.
    entry_.clear();
    append(entry_, as_bytes("sha256"));
    entry_.push_back(0);
    append(entry_, leaf.fingerprint);
    const x509::Sha256 hash = sha256_.of<x509::Sha256>(entry_);
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < 8; ++i)
        key = key << 8 | hash[i];
    search_->bind(1, std::bit_cast<std::int64_t>(key));
    search_->bind(2, id_);
    search_->run();
    return id_;
}

void InventoryRows::add(const Leaf& leaf) {
    const std::int64_t id = insert(leaf, false);
    audit("pending", pending_, id, leaf);
    audit("valid", valid_, id, leaf);
}

void InventoryRows::add_revoked(const Leaf& leaf, int reason) {
    require(order_ == Order::bulk, "revocations are written in bulk");
    const std::int64_t id = insert(leaf, true);
    audit("pending", pending_, id, leaf);
    audit("valid", valid_, id, leaf);
    audit("revoked", revoked_, id, leaf);
    revocation_->bind(1, ByteView(leaf.serial));
    revocation_->bind(2, seconds(leaf.not_after));
    revocation_->bind(3, static_cast<std::int64_t>(reason));
    revocation_->run();
    ++count_revoked_;
}

} // namespace mtlsca::bench
