#include "authority/crl/publication.h"

#include "authority/audit_seal.h"
#include "authority/crl/bundle.h"
#include "authority/crl/crl_file.h"
#include "authority/crl/forgotten.h"
#include "authority/tier/trust_files.h"

#include <algorithm>
#include <future>
#include <memory>

namespace mtlsca::authority {
namespace {

Duration next_update_of(Ca& ca, const Tier& tier, const PublicationOptions& options) {
    const Duration usual = ca.crl_times(tier).next_update;
    return tier.record.issues ? options.next_update.value_or(usual) : usual;
}

Duration overlap_of(Ca& ca, const Tier& tier, std::optional<Duration> overlap) {
    const Duration usual = ca.crl_times(tier).overlap;
    return tier.record.issues ? overlap.value_or(usual) : usual;
}

// Cron is not punctual to the second. With an overlap of a day, a CRL of 03:17:02 would not be due at
// 03:17:01 six days later, and would expire a day later while the next one is made.
Duration slack_of(Duration overlap) {
    return std::min<Duration>(std::chrono::hours(1), overlap / 4);
}

// `above`: the number of the CRL that it follows, where the database may not know it.
x509::CrlHeader next_header(store::Transaction& transaction, Ca& ca, const Run& run, const Tier& tier,
                            const PublicationOptions& options, std::uint64_t above, Findings& warnings) {
    const Time now = run.clock.now();
    const std::optional<store::PublishedCrl> latest = store::latest_crl(ca.database(), tier.record.id);
    x509::CrlHeader header;
    header.issuer = tier.certificate.subject().der();
    header.authority_key_identifier = tier.certificate.subject_key_identifier();
    header.this_update = std::max(now - ca.crl_times(tier).backdate, tier.certificate.not_before());
    const bool was_ahead = latest && now < latest->this_update;
    if (latest && header.this_update < latest->this_update && !(was_ahead && options.clock_is_right)) {
        if (was_ahead)
            warnings.push_back(
                {Severity::warning, "clock-behind", "crl of " + tier.name(),
                 "the clock is behind the last CRL's thisUpdate, " + to_rfc3339(latest->this_update) +
                     ", before which nginx refuses every client; if it is right now, run mtlsca crl "
                     "--clock-is-right"});
        header.this_update = latest->this_update;
    }
    header.next_update = std::max(now, header.this_update) + next_update_of(ca, tier, options);
    if (latest && header.next_update < latest->next_update)
        warnings.push_back({Severity::warning, "next-update-earlier", "crl of " + tier.name(),
                            "nextUpdate " + to_rfc3339(header.next_update) +
                                " is earlier than the last CRL's, " + to_rfc3339(latest->next_update)});
    header.number = store::take_crl_number(transaction, tier.record.id, above);
    return header;
}

struct Made {
    const Tier* tier;
    store::PublishedCrl crl;
};

// After the files: what is recorded as published is published.
void record_publication(Ca& ca, const Run& run, const std::vector<Made>& made,
                        const PublicationOptions& options) {
    store::Transaction transaction(ca.database());
    bool seals = options.trust_changed;
    for (const auto& [tier, crl] : made) {
        record_published_crl(transaction, run, *tier, crl);
        seals = seals || tier->record.issues;
    }
    if (!options.on_change.empty())
        store::set_pending_hook(transaction, options.on_change);
    std::optional<std::string> seal;
    if (seals)
        seal = seal_audit(transaction, ca, run);
    transaction.commit();
    if (seal)
        io::write_file(ca.folder().audit_head(), *seal, io::Mode::public_file);
}

// A root's key may lie in a safe, and that of a CA that issues no longer: that is fine until their own CRL is
// due.
void tell_key_is_away(Ca& ca, const Tier& tier, const std::optional<std::string>& due,
                      Publication& publication) {
    const std::string key = ca.folder().key(tier.name());
    const std::string whose = tier.record.issues ? "the key of " + tier.name() : "the root's key";
    if (due)
        publication.failures.emplace_back(
            Code::secret, key, whose + " is not there, and its CRL is due: " + *due,
            tier.record.issues
                ? "bring the key back for one run of mtlsca crl; until then nginx refuses every client "
                  "of this CA once its CRL has expired"
                : "bring the key back for one run of mtlsca crl, or mtlsca ca root-crl fetches a CRL from "
                  "there; until then nginx refuses every client once the root's CRL has expired");
    else
        publication.warnings.push_back({Severity::note, "root-crl-kept", "crl of " + tier.name(),
                                        "is not due and was kept, because " + key + " is not there"});
}

bool has_changed(Ca& ca, const Tier& tier) {
    return store::has_unpublished_changes(ca.database(), tier.record.id);
}

// Of what is revoked. Somebody else may have published it meanwhile: then it is the active CA's.
bool is_in_change(Ca& ca, const Tier& tier) {
    if (has_changed(ca, tier))
        return true;
    return &tier == &ca.issuing() && std::none_of(ca.tiers().begin(), ca.tiers().end(), [&](const Tier& one) {
        return Ca::is_trusted(one) && has_changed(ca, one);
    });
}

std::vector<store::IssuerId> tiers_to_publish(Ca& ca, const Run& run, const PublicationOptions& options,
                                              Publication& publication) {
    std::vector<store::IssuerId> wanted;
    for (const Tier& tier : ca.tiers()) {
        if (!Ca::is_trusted(tier) || (options.only_issuing && !is_in_change(ca, tier)))
            continue;
        const auto due = why_due(ca, tier, run.clock.now(), options.overlap);
        if (!due && options.if_due)
            continue;
        if (&tier != &ca.issuing() && !ca.has_key(tier)) {
            tell_key_is_away(ca, tier, due, publication);
            continue;
        }
        wanted.push_back(tier.record.id);
    }
    return wanted;
}

// Its last certificate has expired, and a CRL after that has said so (RFC 5280 3.3); or it is a root that
// nobody could verify anything with.
bool is_over(Ca& ca, const Tier& tier, Time now) {
    if (tier.record.state != store::IssuerState::retired)
        return false;
    if (!tier.record.issues)
        return tier.certificate.not_after() < now;
    const auto latest = store::latest_crl(ca.database(), tier.record.id);
    return latest && !store::has_certificates_until(ca.database(), tier.record.id, latest->this_update);
}

bool is_any_over(Ca& ca, Time now) {
    return std::any_of(ca.tiers().begin(), ca.tiers().end(),
                       [&](const Tier& tier) { return is_over(ca, tier, now); });
}

std::vector<std::string> drop_what_is_over(Ca& ca, const Run& run) {
    std::vector<std::string> dropped;
    store::Transaction transaction(ca.database());
    for (const Tier& tier : ca.tiers()) {
        if (!is_over(ca, tier, run.clock.now()))
            continue;
        store::set_issuer_state(transaction, tier.record.id, store::IssuerState::gone);
        record_event(transaction, run, "ca-gone", tier.certificate.serial(), tier.name());
        dropped.push_back(tier.name());
    }
    transaction.commit();
    ca.reload();
    return dropped;
}

struct NextCrl {
    const Tier* tier;
    std::uint64_t above; // see next_header()
};

std::vector<NextCrl> choose_crls(Ca& ca, const Run& run, const PublicationOptions& options,
                                 const std::vector<store::IssuerId>& early) {
    std::vector<NextCrl> chosen;
    for (const store::IssuerId id : early) {
        const Tier& tier = ca.tier(id);
        // Somebody else may have published, or dropped it, while this process waited.
        if (!Ca::is_trusted(tier) || (options.if_due && !why_due(ca, tier, run.clock.now(), options.overlap)))
            continue;
        std::uint64_t above = 0;
        if (!is_as_published(ca, tier)) {
            expect_nothing_forgotten(ca, tier);
            above = published_number(ca, tier);
        }
        chosen.push_back({&tier, above});
    }
    return chosen;
}

using NewCrls = std::vector<std::unique_ptr<NewCrl>>;

NewCrls make_crls(Ca& ca, const Run& run, const PublicationOptions& options,
                  const std::vector<store::IssuerId>& early, Publication& publication) {
    std::vector<std::pair<const Tier*, x509::CrlHeader>> headers;
    {
        // All numbers are taken for good before the first CRL is signed.
        const std::vector<NextCrl> chosen = choose_crls(ca, run, options, early);
        store::Transaction transaction(ca.database());
        for (const auto& [tier, above] : chosen)
            headers.emplace_back(
                tier, next_header(transaction, ca, run, *tier, options, above, publication.warnings));
        transaction.commit();
    }
    NewCrls made;
    for (const auto& [tier, header] : headers)
        made.push_back(std::make_unique<NewCrl>(ca, *tier, header, run.clock.now()));
    return made;
}

// Of a million entries reading all back takes as long as the bundle: another processor does that meanwhile,
// and the disk what it has to for both.
std::vector<Made> put_in_place(Ca& ca, const NewCrls& crls) {
    io::AtomicFile bundle(ca.folder().bundle(), io::Mode::public_file);
    const auto newest = [&](const Tier& tier) {
        const auto made =
            std::find_if(crls.begin(), crls.end(), [&](const auto& one) { return &one->tier() == &tier; });
        return made != crls.end() ? (*made)->temporary() : ca.folder().crl(tier.name());
    };
    // Both policies: without a thread the caller does it, when it waits.
    std::future<void> filling = std::async(std::launch::async | std::launch::deferred, [&] {
        for (const std::unique_ptr<NewCrl>& crl : crls)
            crl->digest();
        fill_bundle(ca, newest, bundle);
        bundle.prepare();
    });
    for (const std::unique_ptr<NewCrl>& crl : crls) {
        crl->check();
        crl->prepare();
    }
    filling.wait();
    std::vector<Made> made;
    for (const std::unique_ptr<NewCrl>& crl : crls)
        made.push_back(
            {&crl->tier(), crl->commit(io::FolderSync::later)}); // the bundle's sync is for them, too
    // In this order: a CA that leaves is trusted no longer before its CRL is missing, and one that comes has
    // signed nothing yet.
    write_trust_files(ca);
    filling.get();
    bundle.commit();
    return made;
}

bool are_files_due(Ca& ca, Time now) {
    return !is_bundle_whole(ca) || !are_trust_files_current(ca) || is_any_over(ca, now);
}

// The audit log is sealed by the active CA with each CRL of one that issues.
bool is_sealed_with(Ca& ca, const std::vector<store::IssuerId>& ids, const PublicationOptions& options) {
    return options.trust_changed ||
           std::any_of(ids.begin(), ids.end(), [&](auto id) { return ca.tier(id).record.issues; });
}

void open_keys(Ca& ca, const std::vector<store::IssuerId>& ids, const PublicationOptions& options) {
    for (const store::IssuerId id : ids)
        ca.key(ca.tier(id));
    if (is_sealed_with(ca, ids, options))
        ca.key(ca.issuing());
}

} // namespace

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

bool is_publication_due(Ca& ca, Time now, std::optional<Duration> overlap) {
    return are_files_due(ca, now) || std::any_of(ca.tiers().begin(), ca.tiers().end(), [&](const Tier& tier) {
               return Ca::is_trusted(tier) && why_due(ca, tier, now, overlap);
           });
}

Publication publish(Ca& ca, const Run& run, const PublicationOptions& options) {
    Publication publication;
    publication.bundle = ca.folder().bundle();
    const std::vector<store::IssuerId> early = tiers_to_publish(ca, run, options, publication);
    const bool always = options.trust_changed || are_files_due(ca, run.clock.now());
    open_keys(ca, early, options); // before the lock: a passphrase takes its time on purpose
    if (options.forgets_passphrase)
        ca.forget_passphrase();
    if (!early.empty() || always) {
        const io::FolderLock lock = ca.lock();
        ca.reload();
        open_keys(ca, early, options); // of a CA that is the active one since: before anything is changed
        if (!options.trust_changed)    // a step that was just taken can still be undone
            publication.dropped = drop_what_is_over(ca, run);
        const NewCrls made = make_crls(ca, run, options, early, publication);
        if (!made.empty() || always) {
            record_publication(ca, run, put_in_place(ca, made), options);
            publication.changed = true;
        }
    }
    publication.crls = published_crls(ca);
    return publication;
}

void open_keys_to_publish(Ca& ca, const Run& run, const PublicationOptions& options) {
    Publication what_would_be_told;
    open_keys(ca, tiers_to_publish(ca, run, options, what_would_be_told), options);
}

std::vector<CrlFile> published_crls(const Ca& ca) {
    std::vector<CrlFile> crls;
    for (const Tier& tier : ca.tiers())
        if (const auto latest = store::latest_crl(ca.database(), tier.record.id);
            latest && Ca::is_trusted(tier))
            crls.push_back({tier.name(), *latest, ca.folder().crl(tier.name())});
    return crls;
}

} // namespace mtlsca::authority
