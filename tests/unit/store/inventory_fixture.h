// A new database in a folder of its own, with a root and an issuing CA, and certificates to fill it with.
#pragma once

#include "store/audit/audit.h"
#include "store/connection.h"
#include "store/issuer/crls.h"
#include "temporary_folder.h"

namespace inventory {

using namespace mtlsca;
using namespace std::chrono_literals;

constexpr Time now{std::chrono::sys_days(std::chrono::year(2027) / 3 / 1)};
constexpr Duration day = std::chrono::days(1);

inline Bytes digest_of(std::string_view text) {
    const x509::Sha256 digest = x509::sha256(as_bytes(text));
    return Bytes(digest.begin(), digest.end());
}

// Distinct for distinct numbers, 16 octets, in no order.
inline Bytes serial_of(std::uint64_t number) {
    Bytes serial = digest_of(std::to_string(number));
    serial.resize(16);
    return serial;
}

class Inventory {
public:
    Inventory() : database(store::Database::create(path())) {
        store::Transaction transaction(database);
        store::Issuer issuer;
        issuer.name = "root";
        issuer.certificate = Bytes(500, 1);
        issuer.spki_sha256 = digest_of("root");
        root = store::add_issuer(transaction, issuer);
        issuer.name = "issuing";
        issuer.parent = root;
        issuer.issues = true;
        issuer.spki_sha256 = digest_of("issuing");
        issuing = store::add_issuer(transaction, issuer);
        transaction.commit();
    }

    io::Path path() const { return folder / "mtlsca.db"; }
    store::Database again(std::chrono::milliseconds timeout = 30s) const {
        return store::Database::open(path(), store::Database::Access::write, timeout);
    }
    void execute(std::string_view sql) { database.connection().execute(sql); }

    store::Intent intent(const std::string& name, std::uint64_t number) const {
        store::Intent intent;
        intent.issuer = issuing;
        intent.serial = serial_of(number);
        intent.profile = "client";
        intent.name = name;
        intent.subject = "CN=" + name + ",O=Acme";
        intent.not_before = now;
        intent.not_after = now + 90 * day;
        intent.spki_sha256 = digest_of(name);
        return intent;
    }
    // The next one with this name.
    store::Intent intent(const std::string& name) { return intent(name, next_++); }
    store::Intent unique(const std::string& name) {
        store::Intent wanted = intent(name);
        wanted.unique = true;
        return wanted;
    }

    TemporaryFolder folder;
    store::Database database;
    store::IssuerId root = 0;
    store::IssuerId issuing = 0;

private:
    std::uint64_t next_ = 0;
};

inline void log(store::Transaction& transaction, const std::string& event, const Bytes& serial,
                Time time = now) {
    store::AuditEntry entry;
    entry.time = time;
    entry.command = "issue";
    entry.actor = "alice@host";
    entry.event = event;
    entry.serial = serial;
    store::append_audit(transaction, entry);
}

inline Bytes der_of(const store::Intent& intent) {
    Bytes der(560, 0x30);
    std::copy(intent.serial.begin(), intent.serial.end(), der.begin() + 4);
    return der;
}

inline store::CertificateId record_pending(store::Database& database, const store::Intent& intent,
                                           Time time = now) {
    store::Transaction transaction(database);
    const auto id = store::record_intent(transaction, intent, time);
    log(transaction, "pending", intent.serial, time);
    transaction.commit();
    return id;
}

inline void record_valid(store::Database& database, store::CertificateId id, const store::Intent& intent) {
    store::Transaction transaction(database);
    store::record_certificate(transaction, id, der_of(intent), x509::sha256(der_of(intent)));
    log(transaction, "valid", intent.serial);
    transaction.commit();
}

inline store::CertificateId issue(store::Database& database, const store::Intent& intent, Time time = now) {
    const auto id = record_pending(database, intent, time);
    record_valid(database, id, intent);
    return id;
}

inline void revoke(store::Database& database, store::CertificateId id,
                   x509::RevocationReason reason = x509::RevocationReason::superseded, Time time = now) {
    store::Transaction transaction(database);
    store::revoke(transaction, id, {reason, time, std::nullopt});
    log(transaction, reason == x509::RevocationReason::certificate_hold ? "held" : "revoked",
        store::by_id(database, id)->serial);
    transaction.commit();
}

inline void release(store::Database& database, store::CertificateId id) {
    store::Transaction transaction(database);
    store::release(transaction, id);
    log(transaction, "released", store::by_id(database, id)->serial);
    transaction.commit();
}

inline std::vector<std::string> names(const store::Database& database, const store::Filter& filter,
                                      Time time = now) {
    std::vector<std::string> found;
    store::for_each(database, filter, time, store::Depth::fingerprint,
                    [&](const store::Certificate& certificate) {
                        found.push_back(certificate.name);
                        return true;
                    });
    return found;
}

// The code of the Error that `work` throws, nothing where it throws none.
template <class Work>
std::optional<Code> code_of(Work work) {
    try {
        work();
        return std::nullopt;
    } catch (const Error& error) {
        return error.code;
    }
}

} // namespace inventory
