#include "authority/backup/losses.h"

#include "encoding/hex.h"
#include "encoding/pem.h"
#include "store/audit/audit.h"
#include "store/maintenance/maintenance.h"
#include "store/maintenance/recovery.h"
#include "store/versions.h"

#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

constexpr std::size_t chain_max_bytes = 1 << 20; // of a trust file: a hundred CAs
constexpr std::uint64_t most_examples = 100;     // who reads a hundred has seen enough

Finding loss(std::string subject, std::string detail) {
    return {Severity::error, "restore-loses", std::move(subject), std::move(detail)};
}

Bytes hash_at(const store::Database& database, std::uint64_t sequence) {
    Bytes hash;
    store::AuditFilter filter;
    filter.after = sequence - 1;
    store::for_each_audit(database, filter, [&hash](const store::AuditEntry& entry) {
        hash = entry.hash;
        return false;
    });
    return hash;
}

// The shorter log is the beginning of the longer one.
bool is_one_history(const store::Database& current, const store::AuditHead& of_current,
                    const store::Database& backup, const store::AuditHead& of_backup) {
    if (of_current.sequence == 0 || of_backup.sequence == 0)
        return of_current.sequence == of_backup.sequence;
    return of_current.sequence < of_backup.sequence ? hash_at(backup, of_current.sequence) == of_current.hash
                                                    : hash_at(current, of_backup.sequence) == of_backup.hash;
}

bool is_kept(const std::string& event) {
    return event == "crl" || event == "sealed" || event == "revoked" || event == "held" || event == "backup";
}

std::string subject_of(const store::Database& database, const store::AuditEntry& entry) {
    if (entry.event.starts_with("ca-") && !entry.detail.empty())
        return "CA " + entry.detail; // "issuing-2 by root"
    if (entry.serial.empty())
        return fmt::format("entry {}", entry.sequence);
    std::string subject = "certificate " + encoding::to_upper_hex(entry.serial);
    store::Filter filter;
    filter.serial = entry.serial;
    for (const store::Certificate& certificate : store::find(database, filter, entry.time, 1))
        subject += " (" + certificate.name + ")";
    return subject;
}

} // namespace

std::optional<store::Database> open_current(const io::Path& path, std::chrono::milliseconds timeout,
                                            Findings& findings) {
    if (!io::exists(path))
        return std::nullopt;
    try {
        const int schema = store::schema_of(path, timeout);
        if (schema != store::schema_version()) {
            findings.push_back({Severity::error, "restore-unread", path,
                                fmt::format("is of schema {}, this program reads {}: nobody can tell what "
                                            "would be lost",
                                            schema, store::schema_version())});
            return std::nullopt;
        }
        store::Database current = store::Database::open(path, store::Database::Access::read, timeout);
        const Findings problems = current.check();
        if (problems.empty())
            return current;
        findings.push_back(
            {Severity::warning, "restore-unread", path,
             "is damaged, and nobody can tell what it knew beyond the backup: " + problems.front().detail});
    } catch (const Error& error) {
        if (error.code != Code::store)
            throw;
        findings.push_back({Severity::warning, "restore-unread", path,
                            error.reason + ": nobody can tell what it knew beyond the backup"});
    }
    return std::nullopt;
}

Findings lost_authorities(const io::Path& home, const Ca& backup) {
    const io::Path file = CaFolder{home}.chain();
    if (!io::exists(file))
        return {};
    Findings findings;
    try {
        const Bytes text = io::read_file(file, chain_max_bytes);
        for (const encoding::PemBlock& block : encoding::read_pem(as_text(text), file)) {
            const auto certificate = x509::Certificate::from_der(block.der, file);
            if (!backup.is_key_of_ours(certificate.public_key().spki_sha256()))
                findings.push_back(loss("CA " + certificate.subject().to_string(),
                                        "is trusted, and the backup does not know it: what it signed would "
                                        "be refused, and nobody could revoke it"));
        }
    } catch (const Error& error) {
        findings.push_back({Severity::warning, "restore-unread", file,
                            error.reason + ": nobody can tell which CAs it knew beyond the backup"});
    }
    return findings;
}

Findings losses(const store::Database& current, const store::Database& backup) {
    const store::AuditHead of_current = store::audit_head(current);
    const store::AuditHead of_backup = store::audit_head(backup);
    if (!is_one_history(current, of_current, backup, of_backup))
        return {loss("audit log",
                     "neither is the continuation of the other: another CA's backup, or both went on")};
    if (of_current.sequence <= of_backup.sequence)
        return {};
    Findings findings;
    std::uint64_t lost = 0;
    store::AuditFilter filter;
    filter.after = of_backup.sequence;
    store::for_each_audit(current, filter, [&](const store::AuditEntry& entry) {
        // A certificate has two entries; its end tells that it is out in the world.
        if (is_kept(entry.event) || entry.event == "pending")
            return true;
        if (++lost <= most_examples)
            findings.push_back(loss(subject_of(current, entry),
                                    fmt::format("{} at {}", entry.event, to_rfc3339(entry.time))));
        return true;
    });
    const std::uint64_t certificates = store::extent_of(current).certificates;
    const std::uint64_t known = store::extent_of(backup).certificates;
    if (lost > 0)
        findings.insert(findings.begin(),
                        loss("the CA in place", fmt::format("has {} certificates, the backup {}; {} entries "
                                                            "of its log would be lost",
                                                            certificates, known, lost)));
    return findings;
}

} // namespace mtlsca::authority
