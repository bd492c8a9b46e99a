#include "authority/backup/restoration.h"

#include "authority/audit_seal.h"
#include "authority/backup/backup_folder.h"
#include "authority/backup/losses.h"
#include "authority/backup/replacement.h"
#include "authority/crl/bundle.h"
#include "encoding/hex.h"
#include "store/audit/audit.h"
#include "store/maintenance/maintenance.h"
#include "store/versions.h"

#include <algorithm>
#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

constexpr std::size_t most_examples = 1000; // what a report lists; the count is of all

class Restorer {
public:
    Restorer(io::Path home, const RestoreOptions& options, const Run& run, std::chrono::milliseconds timeout)
        : home_{std::move(home)}, options_(options), run_(run), timeout_(timeout) {}

    Restoration restore() {
        expect_backup();
        if (options_.dry_run) {
            const io::ScratchFolder scratch(std::filesystem::temp_directory_path(), ".mtlsca-restore");
            prepare(scratch.path());
            return std::move(result_);
        }
        io::make_folder(home_.home, 0755);
        const io::FolderLock lock(home_.home, timeout_);
        const io::ScratchFolder scratch(home_.home, ".restore");
        prepare(scratch.path());
        result_.replaced = keep_aside(home_.home, scratch.path() / "ca", run_.clock.now(), timeout_);
        put_in_place(scratch.path() / "ca", home_.home);
        return std::move(result_);
    }

private:
    bool is_same_folder() const {
        std::error_code ignored;
        return std::filesystem::equivalent(options_.backup, home_.home, ignored);
    }

    void expect_backup() {
        const io::Path& backup = options_.backup;
        if (!io::exists(CaFolder{backup}.database()))
            throw Error(Code::not_found, backup, "holds no backup",
                        "name the folder of one backup: DIR/mtlsca-backup-TIME");
        if (has_manifest(backup)) {
            if (Findings findings = verify_manifest(backup); !findings.empty())
                throw Error(Code::store, backup, "is not as it was backed up", "take another backup",
                            std::move(findings));
        } else if (!is_same_folder()) {
            result_.findings.push_back({Severity::warning, "restore-unproven", backup,
                                        "has no SHA256SUMS: nothing proves that it is complete"});
        }
    }

    // All of the new CA in scratch/ca.
    void prepare(const io::Path& scratch) {
        const io::Path staged = scratch / "ca";
        copy_backup(staged);
        io::make_folder(scratch / "found", 0700);
        Ca::Access access;
        access.lock_timeout = timeout_;
        Ca ca = Ca::open(staged, std::move(access));
        prove(ca);
        std::optional<store::Database> current = compare_with_current(ca);
        result_.extent = store::extent_of(ca.database());
        NewestCrls newest(ca, scratch / "found");
        look_for_crls(ca, current, newest);
        reconcile(ca, current, newest);
        install_crls(ca, newest);
        ca.database().close();
    }

    void copy_backup(const io::Path& staged) {
        io::make_folder(staged / "crl", 0755);
        io::make_folder(staged / "private", 0700);
        for (const std::string& name : files_of_ca(options_.backup, !is_same_folder()))
            copy_file(options_.backup, name, staged);
        store::copy(CaFolder{options_.backup}.database(), CaFolder{staged}.database(), timeout_);
        const store::Upgrade upgrade = store::upgrade(CaFolder{staged}.database(), timeout_);
        result_.upgraded = upgrade.from != upgrade.to;
    }

    void prove(Ca& ca) {
        if (Findings problems = ca.database().check(); !problems.empty())
            throw Error(Code::store, CaFolder{options_.backup}.database(), "is damaged",
                        "take another backup", std::move(problems));
        // Its head may lie elsewhere, or be newer than the database that was put beside it; the log itself
        // must be whole.
        const bool is_whole = store::walk_audit(ca.database(), 0).findings.empty();
        for (Finding finding : verify_audit(ca).findings) {
            finding.severity = is_whole ? Severity::warning : Severity::error;
            result_.findings.push_back(std::move(finding));
        }
    }

    std::optional<store::Database> compare_with_current(const Ca& ca) {
        if (is_same_folder())
            return std::nullopt;
        auto current = open_current(home_.database(), timeout_, result_.findings);
        if (current)
            for (Finding& finding : losses(*current, ca.database()))
                result_.findings.push_back(std::move(finding));
        for (Finding& finding : lost_authorities(home_.home, ca))
            result_.findings.push_back(std::move(finding));
        if (!has_errors(result_.findings))
            return current;
        if (!options_.force)
            throw Error(Code::refused, home_.home, "would be restored at a loss",
                        "--force restores all the same; what lies there is kept aside, not deleted",
                        result_.findings);
        for (Finding& finding : result_.findings)
            finding.severity = std::max(Severity::note, std::min(finding.severity, Severity::warning));
        return current;
    }

    void look_at(NewestCrls& newest, const io::Path& file) {
        try {
            if (io::exists(file))
                newest.look_at(file);
        } catch (const Error& error) {
            result_.findings.push_back({Severity::warning, "restore-crl-unread", file, error.reason});
        }
    }

    void look_below(NewestCrls& newest, const io::Path& home) {
        for (const std::string& name : files_of_ca(home, false))
            if (name.starts_with("crl/"))
                look_at(newest, home / name);
    }

    void look_for_crls(Ca& ca, const std::optional<store::Database>& current, NewestCrls& newest) {
        for (const io::Path& file : options_.crls)
            if (!newest.look_at(file))
                throw Error(Code::refused, file, "holds no CRL that this CA signed",
                            "take the file from where this CA's CRLs are published");
        look_below(newest, home_.home);
        look_below(newest, options_.backup);
        std::vector<store::SiteFolder> sites = store::remembered_sites(ca.database());
        if (current)
            for (store::SiteFolder& site : store::remembered_sites(*current))
                sites.push_back(std::move(site));
        for (const store::SiteFolder& site : sites)
            look_at(newest, io::Path(site.folder) / "bundle.pem");
    }

    void reconcile(Ca& ca, const std::optional<store::Database>& current, const NewestCrls& newest) {
        store::Transaction transaction(ca.database());
        for (const Tier& tier : ca.tiers()) {
            const auto found = newest.found().find(tier.record.id);
            if (found != newest.found().end())
                take_over_crl(transaction, ca, tier, found->second);
            if (current)
                take_over_current(transaction, ca, tier, *current);
        }
        record_event(
            transaction, run_, "restored", {},
            fmt::format("from {}, {} revocations taken over", options_.backup.string(), result_.taken_over));
        transaction.commit();
    }

    void take_over_crl(store::Transaction& transaction, Ca& ca, const Tier& tier, const FoundCrl& found) {
        const io::MappedFile file(found.file);
        const x509::Crl crl = x509::Crl::read(file.bytes(), found.source);
        const auto latest = store::latest_crl(ca.database(), tier.record.id);
        const bool is_newer = !latest || found.number > latest->number;
        if (is_newer)
            tell_of_holds(ca, tier, crl);
        for_each_forgotten(
            ca.database(), tier, crl, latest ? latest->this_update : Time{}, [&](const Forgotten& forgotten) {
                take_over(transaction, tier, forgotten, fmt::format("by CRL {}", found.number));
                return true;
            });
        if (is_newer) {
            const x509::Sha256 digest = x509::sha256(file.bytes());
            store::adopt_crl(transaction, tier.record.id,
                             {found.number, crl.this_update(), crl.next_update().value_or(crl.this_update()),
                              crl.entries(), Bytes(digest.begin(), digest.end())});
        }
        result_.crls.push_back({tier.name(), found, is_newer});
    }

    // Revoked and not published yet: no CRL tells of it.
    void take_over_current(store::Transaction& transaction, Ca& ca, const Tier& tier,
                           const store::Database& current) {
        for (const store::Issuer& issuer : store::issuers(current)) {
            if (issuer.spki_sha256 != tier.record.spki_sha256)
                continue;
            store::for_each_revoked(current, issuer.id, Time{}, [&](const x509::CrlEntry& entry) {
                const store::Revocation revocation{entry.reason, entry.revoked_at, entry.invalidity_date};
                if (const auto found =
                        forgotten(ca.database(), tier.record.id, entry.serial, revocation, Time{}))
                    take_over(transaction, tier, *found, "by the database that was replaced");
            });
        }
    }

    void take_over(store::Transaction& transaction, const Tier& tier, const Forgotten& found,
                   const std::string& source) {
        const bool known = found.standing.has_value();
        const store::CertificateId id =
            known ? found.standing->id
                  : store::record_unknown(transaction, tier.record.id, found.serial,
                                          tier.certificate.not_before(), tier.certificate.not_after(),
                                          run_.clock.now());
        if (!known)
            record_event(transaction, run_, "pending", found.serial, "unknown to the backup, " + source);
        store::revoke(transaction, id, found.revocation);
        const bool hold = found.revocation.reason == x509::RevocationReason::certificate_hold;
        record_event(transaction, run_, hold ? "held" : "revoked", found.serial,
                     fmt::format("{}, {}", x509::to_string(found.revocation.reason), source));
        if (++result_.taken_over <= most_examples)
            result_.examples.push_back({tier.name(), found.serial,
                                        known ? found.standing->name : std::string("unknown"),
                                        found.revocation, known});
    }

    // Whom the backup holds and the newer CRL no longer: released since, as it seems. Stays held, which locks
    // one out until somebody looks, where the other mistake would let one in.
    void tell_of_holds(Ca& ca, const Tier& tier, const x509::Crl& crl) {
        store::Filter filter;
        filter.status = store::Filter::Status::held;
        filter.limit = most_examples;
        store::for_each(ca.database(), filter, run_.clock.now(), store::Depth::record,
                        [&](const store::Certificate& held) {
                            if (held.issuer == tier.record.id && !crl.find(held.serial))
                                result_.findings.push_back(
                                    {Severity::note, "restore-still-held", store::object_of(held),
                                     "is on hold in the backup and not in the newest CRL; if it was "
                                     "released since: mtlsca unhold " +
                                         encoding::to_upper_hex(held.serial)});
                            return true;
                        });
    }

    // The newest are what relying parties have, or should; what lies in `home` must not become older.
    void install_crls(Ca& ca, const NewestCrls& newest) {
        for (const Tier& tier : ca.tiers()) {
            const auto found = newest.found().find(tier.record.id);
            if (found == newest.found().end() && !Ca::is_trusted(tier))
                continue;
            if (found == newest.found().end()) {
                result_.findings.push_back({Severity::warning, "restore-no-crl", "crl of " + tier.name(),
                                            "was found nowhere: what was revoked after the backup is "
                                            "unknown; --crl FILE names one"});
                continue;
            }
            const io::MappedFile file(found->second.file);
            io::write_file(ca.folder().crl(tier.name()), file.bytes(), io::Mode::public_file);
        }
        if (std::all_of(ca.tiers().begin(), ca.tiers().end(), [&](const Tier& tier) {
                return !Ca::is_trusted(tier) || newest.found().contains(tier.record.id);
            }))
            write_bundle(ca);
    }

    const CaFolder home_;
    const RestoreOptions& options_;
    const Run& run_;
    const std::chrono::milliseconds timeout_;
    Restoration result_;
};

} // namespace

Restoration restore(const io::Path& home, const RestoreOptions& options, const Run& run,
                    std::chrono::milliseconds lock_timeout) {
    return Restorer(home, options, run, lock_timeout).restore();
}

} // namespace mtlsca::authority
