#include "authority/crl/root_crl.h"

#include "authority/crl/crl_file.h"
#include "authority/crl/forgotten.h"
#include "authority/crl/publication.h"
#include "authority/ocsp/offline_delegate.h"
#include "encoding/hex.h"

#include <algorithm>
#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

std::string key_of(const Tier& tier) {
    return encoding::to_hex(tier.record.spki_sha256);
}

const Tier& root_named(const Ca& ca, const std::string& name) {
    const Tier* tier = ca.find_tier(name);
    if (tier == nullptr || !tier->is_root())
        throw Error(Code::not_found, name, "is no root of this CA", "mtlsca ca list shows them");
    if (tier->record.issues)
        throw Error(Code::refused, name, "signs certificates itself, and its CRL with each mtlsca crl",
                    "mtlsca crl");
    if (!Ca::is_trusted(*tier))
        throw Error(Code::refused, name,
                    std::string("is ") + to_string(tier->record.state) + ": nobody reads its CRL any more");
    return *tier;
}

std::vector<x509::CrlEntry> revoked_by(Ca& ca, const Tier& tier, Time now) {
    std::vector<x509::CrlEntry> entries;
    const Time from = entries_from(store::latest_crl(ca.database(), tier.record.id), now);
    store::for_each_revoked(ca.database(), tier.record.id, from,
                            [&](const x509::CrlEntry& entry) { entries.push_back(entry); });
    return entries;
}

std::uint64_t number_there_is(Ca& ca, const Tier& tier) {
    const auto latest = store::latest_crl(ca.database(), tier.record.id);
    return std::max(published_number(ca, tier), latest ? latest->number : 0);
}

// What came back, against what it must say.
class Judge {
public:
    Judge(Ca& ca, Time now, const x509::Crl& crl, const Tier& tier)
        : ca_(ca), now_(now), crl_(crl), tier_(tier) {}

    Findings judge() {
        if (!crl_.is_signed_by(tier_.certificate.public_key()))
            refuse("crl-signature", "is not signed by " + tier_.name());
        if (has_bad_extensions(crl_))
            refuse("crl-extensions", "has extensions because of which nginx would refuse every client");
        judge_age();
        judge_entries();
        return std::move(findings_);
    }

private:
    void refuse(const char* rule, const std::string& detail) {
        findings_.push_back({Severity::error, rule, "crl of " + tier_.name(), detail});
    }

    void judge_age() {
        const auto latest = store::latest_crl(ca_.database(), tier_.record.id);
        const std::uint64_t there_is = number_there_is(ca_, tier_);
        const std::uint64_t number = number_of(crl_).value_or(0);
        if (number <= there_is)
            refuse("crl-number", fmt::format("has number {}, and {} is published", number, there_is));
        if (latest && crl_.this_update() < latest->this_update)
            refuse("crl-older", "is of " + to_rfc3339(crl_.this_update()) + ", and that of " +
                                    to_rfc3339(latest->this_update) + " is published");
        if (crl_.this_update() > now_)
            refuse("crl-future", "begins at " + to_rfc3339(crl_.this_update()));
        if (!crl_.next_update() || *crl_.next_update() <= now_)
            refuse("crl-expired", "has expired, or has no nextUpdate");
    }

    void judge_entries() {
        for (const x509::CrlEntry& entry : revoked_by(ca_, tier_, now_))
            if (!crl_.find(entry.serial))
                refuse("crl-lacks", "lacks " + encoding::to_upper_hex(entry.serial) + ", which is revoked");
    }

    Ca& ca_;
    Time now_;
    const x509::Crl& crl_;
    const Tier& tier_;
    Findings findings_;
};

} // namespace

RootCrlRequest request_root_crl(Ca& ca, const Run& run, const std::string& name,
                                std::optional<Duration> next_update) {
    const io::FolderLock lock = ca.lock();
    const Tier& tier = root_named(ca, name);
    const auto due = why_due(ca, tier, run.clock.now(), std::nullopt);
    RootCrlRequest request;
    request.issuer = tier.name();
    request.subject = tier.certificate.subject().to_string();
    request.key = key_of(tier);
    request.next_update = run.clock.now() + next_update.value_or(ca.config().root_next_update);
    request.reason = due.value_or("it is not due yet");
    request.responder_key = request_delegate(ca, tier);
    const std::uint64_t above = published_number(ca, tier);
    store::Transaction transaction(ca.database());
    request.number = store::take_crl_number(transaction, tier.record.id, above);
    record_event(transaction, run, "crl-requested", {},
                 fmt::format(R"({{"issuer":"{}","number":{}}})", tier.name(), request.number));
    transaction.commit();
    request.entries = revoked_by(ca, tier, run.clock.now()); // after the commit: see store/issuer/crls.h
    return request;
}

void judge_root_crl_request(Ca& ca, const Run& run, const RootCrlRequest& request) {
    const Time now = run.clock.now();
    const Tier& tier = root_named(ca, request.issuer);
    Findings findings;
    const auto refuse = [&](const char* rule, const std::string& detail) {
        findings.push_back({Severity::error, rule, "crl of " + tier.name(), detail});
    };
    if (request.key != key_of(tier) || request.subject != tier.certificate.subject().to_string())
        refuse("crl-issuer", "is asked of another root: " + request.subject);
    const std::uint64_t there_is = number_there_is(ca, tier);
    if (request.number <= there_is)
        refuse("crl-number", fmt::format("would have number {}, and {} was made", request.number, there_is));
    if (request.next_update <= now)
        refuse("crl-expired", "would expire at " + to_rfc3339(request.next_update) + ", which has passed");
    if (request.next_update > now + ca.config().root_next_update)
        refuse("crl-too-long", "would be good until " + to_rfc3339(request.next_update) +
                                   ", which is longer than root_next_update in the settings here");
    for (const x509::CrlEntry& known : revoked_by(ca, tier, now))
        if (std::none_of(request.entries.begin(), request.entries.end(),
                         [&](const x509::CrlEntry& entry) { return entry.serial == known.serial; }))
            refuse("crl-lacks",
                   "would lack " + encoding::to_upper_hex(known.serial) + ", which is revoked here");
    if (!findings.empty())
        throw Error(Code::refused, "request of a CRL", "is not signed",
                    "mtlsca ca root-crl request makes a new one", std::move(findings));
    if (!request.responder_key.empty())
        judge_delegate_request(ca, run, tier, request.responder_key, request.next_update - now);
}

std::optional<x509::Certificate> sign_root_crl(Ca& ca, const Run& run, const RootCrlRequest& request) {
    const Tier& tier = root_named(ca, request.issuer);
    ca.key(tier); // before the lock: a passphrase takes its time on purpose
    const io::FolderLock lock = ca.lock();
    judge_root_crl_request(ca, run, request);
    const auto latest = store::latest_crl(ca.database(), tier.record.id);
    x509::CrlHeader header;
    header.issuer = tier.certificate.subject().der();
    header.authority_key_identifier = tier.certificate.subject_key_identifier();
    header.this_update = std::max({run.clock.now() - ca.config().backdate, tier.certificate.not_before(),
                                   latest ? latest->this_update : Time{}});
    header.next_update = request.next_update;
    {
        store::Transaction transaction(ca.database());
        header.number = store::take_crl_number(transaction, tier.record.id, request.number - 1);
        transaction.commit();
    }
    if (header.number != request.number)
        throw Error(Code::refused, "request of a CRL", "its number was given to another one here",
                    "mtlsca ca root-crl request makes a new one");
    NewCrl made(ca, tier, header, [&](const CrlSink& sink) {
        for (const x509::CrlEntry& entry : request.entries)
            sink(entry);
        return std::uint64_t{request.entries.size()};
    });
    made.check();
    made.digest();
    const store::PublishedCrl crl = made.commit(io::FolderSync::now);
    {
        store::Transaction transaction(ca.database());
        record_published_crl(transaction, run, tier, crl);
        transaction.commit();
    }
    if (request.responder_key.empty())
        return std::nullopt;
    return sign_delegate_request(ca, run, tier, request.responder_key, request.next_update - run.clock.now());
}

namespace {

const Tier& root_of(const Ca& ca, const x509::Certificate& responder) {
    const auto tier = std::find_if(ca.tiers().begin(), ca.tiers().end(), [&](const Tier& one) {
        return one.is_root() && one.certificate.subject() == responder.issuer();
    });
    if (tier == ca.tiers().end())
        throw Error(Code::refused, responder.subject().to_string(), "is by no root of this CA");
    return *tier;
}

} // namespace

void judge_returned_responder(Ca& ca, const x509::Certificate& certificate) {
    judge_returned_delegate(ca, root_of(ca, certificate), certificate);
}

void install_returned_responder(Ca& ca, const Run& run, const x509::Certificate& certificate) {
    const io::FolderLock lock = ca.lock();
    install_delegate(ca, run, root_of(ca, certificate), certificate);
}

ReturnedCrl judge_root_crl(Ca& ca, Time now, ByteView der, const std::string& object) {
    const x509::Crl crl = x509::Crl::read(der, object);
    const auto tier = std::find_if(ca.tiers().begin(), ca.tiers().end(), [&](const Tier& one) {
        return one.is_root() && one.certificate.subject() == crl.issuer();
    });
    if (tier == ca.tiers().end())
        throw Error(Code::refused, object, "is by no root of this CA: " + crl.issuer().to_string());
    root_named(ca, tier->name());
    const x509::Sha256 digest = x509::sha256(der);
    const auto latest = store::latest_crl(ca.database(), tier->record.id);
    if (latest && std::equal(digest.begin(), digest.end(), latest->sha256.begin(), latest->sha256.end()))
        throw Error(Code::already, object, "is the CRL that is published");
    Findings findings = Judge(ca, now, crl, *tier).judge();
    if (!findings.empty())
        throw Error(Code::refused, object, "is not published", "mtlsca ca root-crl request begins anew",
                    std::move(findings));
    const std::uint64_t number = number_of(crl).value_or(0); // judged: it has one
    return {
        tier->name(),
        {number, crl.this_update(), *crl.next_update(), crl.entries(), Bytes(digest.begin(), digest.end())}};
}

void install_root_crl(Ca& ca, const Run& run, ByteView der, const std::string& object) {
    const io::FolderLock lock = ca.lock();
    const ReturnedCrl returned = judge_root_crl(ca, run.clock.now(), der, object);
    io::write_file(ca.folder().crl(returned.issuer), der, io::Mode::public_file);
    store::Transaction transaction(ca.database());
    record_published_crl(transaction, run, root_named(ca, returned.issuer), returned.crl);
    transaction.commit();
}

} // namespace mtlsca::authority
