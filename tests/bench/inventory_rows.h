// The rows that mtlsca keeps of certificates, written with nothing between them and SQLite: of a client
// without SAN, owner and labels one row of the inventory, its DER, the key of its fingerprint, and the two
// entries "pending" and "valid" of the audit log. `mtlsca db check` must find them sound.
#pragma once

#include "leaf_template.h"

#include <sqlite3.h>

namespace mtlsca::bench {

class Query {
public:
    Query(sqlite3* database, const std::string& sql);
    ~Query() { sqlite3_finalize(statement_); }
    Query(const Query&) = delete;
    void bind(int place, std::int64_t value);
    void bind(int place, ByteView octets);       // stays the caller's until run() or the last step()
    void bind(int place, std::string_view text); // likewise
    void bind_null(int place);
    void run(); // to its end, and ready for the next values
    bool step();
    std::int64_t integer(int column) { return sqlite3_column_int64(statement_, column); }
    ByteView blob(int column);

private:
    sqlite3* database_;
    sqlite3_stmt* statement_;
};

struct Leaf {
    Serial serial;
    std::string name;
    Bytes certificate;
    x509::Sha256 spki_sha256, fingerprint;
    Time not_before, not_after;
};

class InventoryRows {
public:
    // One after the other as mtlsca has it: durable, all indexes kept. Or in bulk: nothing synced, and the
    // indexes are made in finish(), in their own order, which is ten times as fast with millions.
    enum class Order { one_by_one, bulk };
    InventoryRows(const std::string& home, Order order);
    ~InventoryRows();
    InventoryRows(const InventoryRows&) = delete;
    void begin() { execute("BEGIN IMMEDIATE"); }
    void commit() { execute("COMMIT"); }
    void add(const Leaf& leaf);
    void add_revoked(const Leaf& leaf, int reason); // by its number in RFC 5280 5.3.1, but keyCompromise (1)
    void finish();

private:
    void execute(const std::string& sql);
    std::int64_t word(const std::string& text);
    void drop_indexes();
    void prepare();
    void audit(std::string_view event, std::int64_t event_word, std::int64_t certificate, const Leaf& leaf);
    std::int64_t insert(const Leaf& leaf, bool revoked);
    std::int64_t number(const std::string& sql);

    sqlite3* database_ = nullptr;
    Order order_;
    std::vector<std::string> dropped_indexes_; // what makes them again
    std::unique_ptr<Query> certificate_, der_, search_, audit_, revocation_;
    Time now_;
    std::int64_t issuer_ = 0, sequence_ = 0, id_ = 0, count_revoked_ = 0;
    std::int64_t client_ = 0, command_ = 0, actor_ = 0, pending_ = 0, valid_ = 0, revoked_ = 0;
    x509::Sha256 head_{};
    std::string subject_;
    Bytes entry_;
    Digest sha256_{"SHA256"};
};

} // namespace mtlsca::bench
