// Is the audit log whole, and does the inventory say the same?
#include "encoding/hex.h"
#include "store/audit/chain.h"
#include "store/columns.h"
#include "store/inventory/inventory.h"

namespace mtlsca::store {
namespace {

// Who reads a thousand has seen enough, and the list of a rewritten log would not fit into memory.
constexpr std::size_t most_findings = 1000;

void add(Findings& findings, const char* rule, std::string subject, std::string detail) {
    if (findings.size() < most_findings)
        findings.push_back({Severity::error, rule, std::move(subject), std::move(detail)});
}

std::string entry_number(std::uint64_t sequence) {
    return "entry " + std::to_string(sequence);
}

void check_place(AuditWalk& walk, std::uint64_t& last, const AuditEntry& entry) {
    if (entry.sequence != last + 1)
        add(walk.findings, "audit-gap", entry_number(entry.sequence),
            "comes after entry " + std::to_string(last) + ", what was between them is gone");
    else if (audit_hash(walk.head_hash, entry) != entry.hash)
        // With the hash that stands in the entry before, so that one edit is one finding, not all that
        // follow.
        add(walk.findings, "audit-hash", entry_number(entry.sequence),
            "its hash does not fit: it was changed, or the entry before it");
    last = entry.sequence;
    walk.head_hash = entry.hash;
}

bool is_change_of_state(std::string_view event) {
    return event == "pending" || event == "valid" || event == "revoked" || event == "held" ||
           event == "released";
}

void walk_chain(Connection& connection, std::uint64_t sequence, AuditWalk& walk) {
    std::uint64_t last = 0;
    walk.head_hash = no_audit_hash;
    if (sequence == 0)
        walk.hash_at = no_audit_hash;
    const auto rows = connection.prepare(select_audit(""));
    while (rows->step()) {
        const AuditEntry entry = audit_entry_of(*rows);
        ++walk.entries;
        check_place(walk, last, entry);
        if (entry.sequence == sequence)
            walk.hash_at = entry.hash;
        const bool names_row = rows->integer(8) != 0;
        const bool has_row = rows->integer(9) != 0;
        if (!has_row && (names_row || is_change_of_state(entry.event)))
            add(walk.findings, "audit-state", entry_number(entry.sequence),
                "is about a certificate that is not in the inventory");
    }
}

const char* in_words(State state) {
    switch (state) {
    case State::pending:
        return "pending";
    case State::valid:
        return "valid";
    case State::revoked:
        return "revoked";
    case State::held:
        break;
    }
    return "held";
}

// What the inventory says of one certificate, and what the events about it amount to.
class History {
public:
    explicit History(const Statement& row)
        : id_(row.integer(0)), serial_(bytes_column(row, 1)), state_(static_cast<State>(row.integer(2))),
          has_der_(!row.is_null(3)), has_revocation_(!row.is_null(5)),
          dates_agree_(row.integer(4) == row.integer(5)) {}

    std::int64_t id() const { return id_; }

    void add_event(std::string_view event) {
        if (event == "pending") {
            expected_ = State::pending;
        } else if (event == "valid") {
            is_signed_ = true;
            // Revoked while it was being signed: stays so.
            if (expected_ == State::pending)
                expected_ = State::valid;
        } else if (event == "revoked") {
            expected_ = State::revoked;
        } else if (event == "held") {
            expected_ = State::held;
        } else if (event == "released") {
            expected_ = is_signed_ ? State::valid : State::pending;
        }
    }

    void judge(Findings& findings) const {
        const std::string subject = "certificate " + encoding::to_upper_hex(serial_);
        if (!expected_)
            add(findings, "audit-state", subject, "is in the inventory, but the log does not know it");
        else if (*expected_ != state_)
            add(findings, "audit-state", subject,
                std::string("is ") + in_words(state_) + " in the inventory and " + in_words(*expected_) +
                    " by the log");
        if (expected_ && has_der_ != is_signed_)
            add(findings, "audit-state", subject,
                has_der_ ? "was recorded without an entry in the log" : "its content is gone");
        const bool wants_revocation = state_ == State::revoked || state_ == State::held;
        if (wants_revocation && !(has_revocation_ && dates_agree_))
            add(findings, "audit-state", subject, "its revocation is not as the next CRL needs it");
    }

private:
    std::int64_t id_;
    Bytes serial_;
    State state_;
    bool has_der_;
    bool has_revocation_;
    bool dates_agree_;
    bool is_signed_ = false;
    std::optional<State> expected_;
};

void compare_with_inventory(Connection& connection, Findings& findings) {
    const auto rows = connection.prepare(
        "SELECT c.id, c.serial, c.state, d.certificate, c.not_after, r.not_after, "
        "(SELECT text FROM word WHERE id = a.event) FROM certificate c "
        "LEFT JOIN audit a ON a.certificate = c.id LEFT JOIN certificate_der d ON d.certificate = c.id "
        "LEFT JOIN revocation r ON r.issuer = CASE WHEN c.state >= 2 THEN c.issuer END AND r.serial = "
        "c.serial "
        "ORDER BY c.id, a.sequence");
    std::optional<History> history;
    while (rows->step()) {
        if (!history || history->id() != rows->integer(0)) {
            if (history)
                history->judge(findings);
            history.emplace(*rows);
        }
        history->add_event(rows->text(6));
    }
    if (history)
        history->judge(findings);
}

void find_revocations_without_state(Connection& connection, Findings& findings) {
    const auto rows =
        connection.prepare("SELECT r.serial FROM revocation r LEFT JOIN certificate c ON c.serial = r.serial "
                           "AND c.issuer = r.issuer WHERE c.state IS NULL OR c.state < 2");
    while (rows->step())
        add(findings, "audit-state", "certificate " + encoding::to_upper_hex(rows->blob(0)),
            "has a revocation, but the inventory holds it neither revoked nor on hold");
}

} // namespace

AuditWalk walk_audit(const Database& database, std::uint64_t sequence) {
    const Snapshot snapshot(database);
    Connection& connection = database.connection();
    AuditWalk walk;
    walk_chain(connection, sequence, walk);
    compare_with_inventory(connection, walk.findings);
    find_revocations_without_state(connection, walk.findings);
    return walk;
}

} // namespace mtlsca::store
