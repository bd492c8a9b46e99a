// Every CRL against what was recorded of it and what the inventory holds revoked, and the bundle against the
// CRLs.
#include "authority/consistency/report.h"
#include "authority/crl/forgotten.h"
#include "encoding/hex.h"
#include "encoding/pem.h"

#include <algorithm>
#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

// Up to so many entries the missing ones are named; beyond, each would cost a walk through the list.
constexpr std::uint64_t most_entries_to_search = 10000;

class CrlCheck {
public:
    CrlCheck(Ca& ca, const Tier& tier, ConsistencyReport& report)
        : ca_(ca), tier_(tier), report_(report), path_(ca.folder().crl(tier.name())) {}

    void run() {
        const auto latest = store::latest_crl(ca_.database(), tier_.record.id);
        if (!latest)
            return report_.error("crl-unrecorded", path_, "the database knows no CRL of " + tier_.name());
        if (!io::exists(path_))
            return report_.error("crl-missing", path_, "is missing; mtlsca crl --if-due makes a new one");
        const io::MappedFile file(path_);
        const x509::Sha256 digest = x509::sha256(file.bytes());
        const bool differs =
            !std::equal(digest.begin(), digest.end(), latest->sha256.begin(), latest->sha256.end());
        try {
            const x509::Crl crl = x509::Crl::read(file.bytes(), path_);
            if (differs && is_unfinished(crl, *latest)) {
                tell_unfinished(crl);
                return check_entries(crl, *latest);
            }
            if (differs)
                tell_differs(*latest);
            check_record(crl, *latest);
            check_entries(crl, *latest);
        } catch (const Error& error) {
            if (error.code != Code::refused)
                throw;
            if (differs)
                tell_differs(*latest);
            report_.error("crl-unreadable", path_, error.reason);
        }
    }

    // Whether the file is one that a command has written, and then died before it could record it.
    bool is_unfinished() const { return is_unfinished_; }

private:
    bool is_unfinished(const x509::Crl& crl, const store::PublishedCrl& latest) const {
        const auto number = number_of(crl);
        return number && *number > latest.number && is_crl_of(crl, tier_) &&
               store::is_crl_number_taken(ca_.database(), tier_.record.id, *number);
    }

    void tell_unfinished(const x509::Crl& crl) {
        is_unfinished_ = true;
        report_.add(
            Severity::warning, "crl-unfinished", path_,
            fmt::format("has the number {}, and the command that wrote it ended before it recorded it; "
                        "mtlsca crl publishes the next",
                        number_of(crl).value_or(0)));
    }

    void tell_differs(const store::PublishedCrl& latest) {
        report_.error("crl-differs", path_,
                      fmt::format("is not the file that was published as number {}", latest.number));
    }

    void check_record(const x509::Crl& crl, const store::PublishedCrl& latest) {
        const auto differs = [&](const std::string& detail) { report_.error("crl-record", path_, detail); };
        if (!is_crl_of(crl, tier_))
            differs("is not signed by " + tier_.name());
        if (number_of(crl) != latest.number)
            differs(fmt::format("has not the number {} that the database has", latest.number));
        if (crl.entries() != latest.entries)
            differs(fmt::format("has {} entries, the database counted {}", crl.entries(), latest.entries));
        if (crl.this_update() != latest.this_update || crl.next_update() != latest.next_update)
            differs("has other dates than the database");
    }

    void check_entries(const x509::Crl& crl, const store::PublishedCrl& latest) {
        for_each_forgotten(ca_.database(), tier_, crl, latest.this_update, [&](const Forgotten& found) {
            report_.error("crl-knows-more", path_,
                          "revokes serial " + encoding::to_upper_hex(found.serial) +
                              ", and the database does not; mtlsca db restore takes it over");
            return true;
        });
        // Both in step would want two cursors; a count of those that are in both needs one.
        std::uint64_t in_both = 0;
        crl.for_each([&](const x509::Crl::Entry& entry) {
            in_both +=
                store::is_revoked_and_due(ca_.database(), tier_.record.id, entry.serial, latest.this_update)
                    ? 1
                    : 0;
            return true;
        });
        const std::uint64_t due = store::count_revoked(ca_.database(), tier_.record.id, latest.this_update);
        if (in_both < due)
            tell_of_missing(crl, due - in_both, latest.this_update);
    }

    void tell_of_missing(const x509::Crl& crl, std::uint64_t count, Time from) {
        const bool is_due = store::has_unpublished_changes(ca_.database(), tier_.record.id);
        const Severity severity = is_due ? Severity::warning : Severity::error;
        const std::string why = is_due ? "; mtlsca crl --if-due publishes it" : "";
        if (crl.entries() > most_entries_to_search)
            return report_.add(severity, "crl-lacks", path_,
                               fmt::format("lacks {} revocations of the database{}", count, why));
        store::for_each_revoked(ca_.database(), tier_.record.id, from, [&](const x509::CrlEntry& entry) {
            if (!crl.find(entry.serial))
                report_.add(severity, "crl-lacks", path_,
                            "lacks serial " + encoding::to_upper_hex(entry.serial) +
                                ", which the database holds revoked" + why);
        });
    }

    Ca& ca_;
    const Tier& tier_;
    ConsistencyReport& report_;
    const io::Path path_;
    bool is_unfinished_ = false;
};

// Whether the bundle holds these CRLs, byte for byte, in the order that write_bundle() has.
bool is_bundle_of_crls(Ca& ca) {
    const io::MappedFile file(ca.folder().bundle());
    std::string_view rest = as_text(file.bytes());
    bool same = true;
    for (auto tier = ca.tiers().rbegin(); tier != ca.tiers().rend(); ++tier) {
        if (!Ca::is_trusted(*tier))
            continue;
        const io::MappedFile der(ca.folder().crl(tier->name()));
        encoding::PemWriter pem("X509 CRL", [&](std::string_view text) {
            same = same && rest.starts_with(text);
            rest.remove_prefix(std::min(rest.size(), text.size()));
        });
        pem.write(der.bytes());
        pem.finish();
    }
    return same && rest.empty();
}

} // namespace

void check_crls(Ca& ca, ConsistencyReport& report) {
    bool all_there = true, unfinished = false;
    for (const Tier& tier : ca.tiers()) {
        if (!Ca::is_trusted(tier))
            continue; // its last CRL stays for the archive
        CrlCheck check(ca, tier, report);
        check.run();
        unfinished = unfinished || check.is_unfinished();
        all_there = all_there && io::exists(ca.folder().crl(tier.name()));
    }
    const io::Path bundle = ca.folder().bundle();
    if (!io::exists(bundle))
        report.error("bundle-missing", bundle, "is missing; mtlsca crl --if-due writes it");
    else if (all_there && !is_bundle_of_crls(ca))
        report.add(unfinished ? Severity::warning : Severity::error, "bundle-differs", bundle,
                   "is not made of the CRLs beside it; mtlsca crl writes it");
}

} // namespace mtlsca::authority
