#include "authority/publication.h"

#include "authority/audit_seal.h"
#include "authority/forgotten.h"
#include "encoding/hex.h"
#include "encoding/pem.h"
#include "x509/crl.h"

#include <algorithm>
#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

bool is_root(const Tier& tier) {
    return !tier.record.parent;
}

// The thisUpdate of a CRL of ours decides which entries the next one may drop.
Time entries_from(const std::optional<store::PublishedCrl>& latest) {
    return latest ? latest->this_update : Time{};
}

Duration next_update_of(Ca& ca, const Tier& tier, const PublicationOptions& options) {
    if (&tier == &ca.issuing())
        return options.next_update.value_or(ca.config().next_update);
    return ca.config().root_next_update;
}

Duration overlap_of(Ca& ca, const Tier& tier, std::optional<Duration> overlap) {
    if (&tier == &ca.issuing())
        return overlap.value_or(ca.config().overlap);
    return ca.config().root_overlap;
}

// Cron is not punctual to the second. With an overlap of a day, a CRL of 03:17:02 would not be due at
// 03:17:01 six days later, and would expire a day later while the next one is made.
Duration slack_of(Duration overlap) {
    return std::min<Duration>(std::chrono::hours(1), overlap / 4);
}

// The number in the file that is published now, when it is a CRL of this tier: a database that was restored
// from an older backup must not make the numbers go backwards.
std::uint64_t published_number(Ca& ca, const Tier& tier) {
    const io::Path path = ca.folder().crl(tier.name());
    if (!io::exists(path))
        return 0;
    try {
        const io::MappedFile file(path);
        const x509::Crl crl = x509::Crl::read(file.bytes(), path);
        return crl.issuer() == tier.certificate.subject() ? number_of(crl).value_or(0) : 0;
    } catch (const Error&) {
        return 0; // not readable: it is about to be replaced
    }
}

x509::CrlHeader next_header(Ca& ca, const Run& run, const Tier& tier, const PublicationOptions& options,
                            Findings& warnings) {
    const Time now = run.clock.now();
    const std::optional<store::PublishedCrl> latest = store::latest_crl(ca.database(), tier.record.id);
    x509::CrlHeader header;
    header.issuer = tier.certificate.subject().der();
    header.authority_key_identifier = tier.certificate.subject_key_identifier();
    header.this_update = std::max(now - ca.config().backdate, tier.certificate.not_before());
    if (latest && header.this_update < latest->this_update) {
        if (now < latest->this_update)
            warnings.push_back(
                {Severity::warning, "clock-behind", "crl of " + tier.name(),
                 "the clock is behind the last CRL's thisUpdate, " + to_rfc3339(latest->this_update)});
        header.this_update = latest->this_update;
    }
    header.next_update = std::max(now, header.this_update) + next_update_of(ca, tier, options);
    if (latest && header.next_update < latest->next_update)
        warnings.push_back({Severity::warning, "next-update-earlier", "crl of " + tier.name(),
                            "nextUpdate " + to_rfc3339(header.next_update) +
                                " is earlier than the last CRL's, " + to_rfc3339(latest->next_update)});
    const std::uint64_t above = published_number(ca, tier);
    store::Transaction transaction(ca.database());
    header.number = store::take_crl_number(transaction, tier.record.id, above);
    transaction.commit();
    return header;
}

// What a relying party reads in the file that is about to be published, against what it must say.
void check_written(const Tier& tier, const io::AtomicFile& file, const x509::CrlHeader& header,
                   std::uint64_t entries) {
    const std::string object = file.target();
    const io::MappedFile mapped(file.temporary());
    const x509::Crl crl = x509::Crl::read(mapped.bytes(), object);
    const char* wrong = nullptr;
    if (crl.issuer() != tier.certificate.subject())
        wrong = "has another issuer";
    else if (!crl.is_signed_by(tier.certificate.public_key()))
        wrong = "has a bad signature";
    else if (crl.this_update() != header.this_update || crl.next_update() != header.next_update)
        wrong = "has other dates";
    else if (crl.entries() != entries)
        wrong = "has another number of entries than the inventory holds revoked";
    else if (crl.is_delta() || crl.has_issuing_distribution_point() ||
             !crl.unknown_critical_extensions().empty())
        wrong = "has extensions that nginx refuses";
    if (wrong != nullptr)
        throw Error(Code::failed, object, std::string("the new CRL ") + wrong,
                    "the published one was left as it is; please report this");
}

Bytes digest_of(const io::Path& path) {
    const io::MappedFile file(path);
    const x509::Sha256 digest = x509::sha256(file.bytes());
    return {digest.begin(), digest.end()};
}

store::PublishedCrl write_crl(Ca& ca, const Tier& tier, const x509::CrlHeader& header) {
    const Time from = entries_from(store::latest_crl(ca.database(), tier.record.id));
    io::AtomicFile file(ca.folder().crl(tier.name()), io::Mode::public_file);
    std::uint64_t expected = 0;
    {
        x509::CrlWriter writer(header, ca.key(tier), file);
        const store::Snapshot snapshot(ca.database());
        store::for_each_revoked(ca.database(), tier.record.id, from,
                                [&writer](const x509::CrlEntry& entry) { writer.add(entry); });
        expected = store::count_revoked(ca.database(), tier.record.id, from);
        writer.finish();
    }
    file.flush();
    check_written(tier, file, header, expected);
    file.commit();
    return {header.number, header.this_update, header.next_update, expected, digest_of(file.target())};
}

struct Made {
    const Tier* tier;
    store::PublishedCrl crl;
};

// After the files: what is recorded as published is published.
void record_publication(Ca& ca, const Run& run, const std::vector<Made>& made, const std::string& on_change) {
    store::Transaction transaction(ca.database());
    bool seals = false;
    for (const auto& [tier, crl] : made) {
        store::record_crl(transaction, tier->record.id, crl);
        record_event(transaction, run, "crl", {},
                     fmt::format(R"({{"issuer":"{}","number":{},"entries":{},"sha256":"{}"}})", tier->name(),
                                 crl.number, crl.entries, encoding::to_hex(crl.sha256)));
        seals = seals || tier == &ca.issuing();
    }
    if (!on_change.empty())
        store::set_pending_hook(transaction, on_change);
    std::optional<std::string> seal;
    if (seals)
        seal = seal_audit(transaction, ca, run);
    transaction.commit();
    if (seal)
        io::write_file(ca.folder().audit_head(), *seal, io::Mode::public_file);
}

// The root's key may lie in a safe: that is fine until its own CRL is due.
void tell_root_key_is_away(Ca& ca, const Tier& root, const std::optional<std::string>& due,
                           Publication& publication) {
    const std::string key = ca.folder().key(root.name());
    if (due)
        publication.failures.emplace_back(
            Code::secret, key, "the root's key is not there, and its CRL is due: " + *due,
            "bring the key back for one run of mtlsca crl; until then nginx refuses "
            "every client once the root's CRL has expired");
    else
        publication.warnings.push_back({Severity::note, "root-crl-kept", "crl of " + root.name(),
                                        "is not due and was kept, because " + key + " is not there"});
}

std::vector<const Tier*> tiers_to_publish(Ca& ca, const Run& run, const PublicationOptions& options,
                                          Publication& publication) {
    std::vector<const Tier*> wanted;
    for (const Tier& tier : ca.tiers()) {
        if (options.only_issuing && &tier != &ca.issuing())
            continue;
        const auto due = why_due(ca, tier, run.clock.now(), options.overlap);
        if (!due && options.if_due)
            continue;
        if (is_root(tier) && &tier != &ca.issuing() && !ca.has_key(tier)) {
            tell_root_key_is_away(ca, tier, due, publication);
            continue;
        }
        wanted.push_back(&tier);
    }
    return wanted;
}

} // namespace

void write_bundle(Ca& ca) {
    io::AtomicFile bundle(ca.folder().bundle(), io::Mode::public_file);
    for (auto tier = ca.tiers().rbegin(); tier != ca.tiers().rend(); ++tier) {
        const io::Path path = ca.folder().crl(tier->name());
        if (!io::exists(path))
            throw Error(Code::failed, path, "the CRL of " + tier->name() + " is not there",
                        "put its key to " + ca.folder().key(tier->name()).string() + " and run mtlsca crl");
        encoding::PemWriter pem("X509 CRL", [&bundle](std::string_view text) { bundle.write(text); });
        const io::MappedFile der(path);
        pem.write(der.bytes());
        pem.finish();
    }
    bundle.commit();
}

std::optional<std::string> why_due(Ca& ca, const Tier& tier, Time now, std::optional<Duration> overlap) {
    const std::optional<store::PublishedCrl> latest = store::latest_crl(ca.database(), tier.record.id);
    if (!latest)
        return "there is none yet";
    if (!io::exists(ca.folder().crl(tier.name())))
        return "its file is missing";
    if (store::has_unpublished_changes(ca.database(), tier.record.id))
        return "it lacks changes of the inventory";
    const Duration ahead = overlap_of(ca, tier, overlap);
    if (now >= latest->next_update - ahead - slack_of(ahead))
        return "its nextUpdate is " + to_rfc3339(latest->next_update);
    return std::nullopt;
}

Publication publish(Ca& ca, const Run& run, const PublicationOptions& options) {
    Publication publication;
    publication.bundle = ca.folder().bundle();
    const std::vector<const Tier*> early = tiers_to_publish(ca, run, options, publication);
    const bool bundle_is_missing = !io::exists(publication.bundle);
    if (!early.empty() || bundle_is_missing) {
        for (const Tier* tier : early)
            ca.key(*tier); // opened before the lock: a passphrase takes its time on purpose
        const io::FolderLock lock = ca.lock();
        std::vector<Made> made;
        for (const Tier* tier : early) {
            // Somebody else may have published while this process waited.
            if (options.if_due && !why_due(ca, *tier, run.clock.now(), options.overlap))
                continue;
            expect_nothing_forgotten(ca, *tier);
            const x509::CrlHeader header = next_header(ca, run, *tier, options, publication.warnings);
            made.push_back({tier, write_crl(ca, *tier, header)});
        }
        if (!made.empty() || bundle_is_missing) {
            write_bundle(ca);
            record_publication(ca, run, made, options.on_change);
            publication.changed = true;
        }
    }
    for (const Tier& tier : ca.tiers())
        if (const auto latest = store::latest_crl(ca.database(), tier.record.id))
            publication.crls.push_back({tier.name(), *latest, ca.folder().crl(tier.name())});
    return publication;
}

} // namespace mtlsca::authority
