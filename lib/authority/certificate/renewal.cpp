#include "authority/certificate/renewal.h"

#include "encoding/hex.h"

#include <algorithm>

namespace mtlsca::authority {
namespace {

constexpr std::uint64_t page_size = 256; // of rows of some 200 octets: no matter for memory, few queries

void refuse(Renewal& renewal, const char* rule, const std::string& detail) {
    renewal.planned.plan.reset();
    renewal.planned.findings.insert(renewal.planned.findings.begin(),
                                    {Severity::error, rule, "certificate", detail});
}

// What no profile can allow.
void judge_state(Renewal& renewal, const policy::Profile& profile, Time now) {
    const store::Certificate& predecessor = renewal.predecessor;
    if (predecessor.state == store::State::revoked)
        refuse(renewal, "renewal-revoked", "is revoked, which is for good: issue a new one");
    else if (predecessor.state == store::State::held)
        refuse(renewal, "renewal-held", "is on hold: mtlsca unhold gives it back first");
    if (predecessor.not_after >= now || predecessor.not_after + profile.renew_expired >= now)
        return;
    refuse(renewal, "renewal-expired",
           "expired " + to_rfc3339(predecessor.not_after) + ", and profile " + profile.name +
               (profile.renew_expired > Duration(0)
                    ? " allows a renewal for " + to_string(profile.renew_expired) + " after that"
                    : " allows no renewal after that (renew_expired)"));
}

std::vector<std::string> label_texts(const store::Certificate& certificate) {
    std::vector<std::string> texts;
    for (const store::Label& label : certificate.labels)
        texts.push_back(label.key + "=" + label.value);
    return texts;
}

} // namespace

Renewal plan_renewal(Ca& ca, const Run& run, const store::Certificate& predecessor,
                     const RenewalOptions& options) {
    Renewal renewal;
    renewal.predecessor = predecessor;
    if (predecessor.der.empty()) {
        refuse(renewal, "renewal-pending", "was never signed: issue it");
        return renewal;
    }
    const policy::Profile& profile = policy::find_profile(ca.config(), predecessor.profile);
    const auto certificate = x509::Certificate::from_der(predecessor.der, predecessor.name);
    if (!options.rekey)
        renewal.key = certificate.public_key();
    const x509::PublicKey* key = renewal.key ? &*renewal.key : nullptr;
    const policy::Predecessor taken_over{
        certificate,          predecessor.owner,       label_texts(predecessor),
        predecessor.bindings, predecessor.deployments, options.deployments};
    renewal.planned =
        policy::plan_renewal(ca.config(), profile, taken_over, key, options.key_type, facts(ca, run, key));
    if (renewal.planned.plan)
        renewal.differences = policy::differences(certificate, *renewal.planned.plan);
    judge_state(renewal, profile, run.clock.now());
    return renewal;
}

namespace {

const policy::Profile* profile_of(const policy::Config& config, const std::string& name) {
    const auto found = config.profiles.find(name);
    return found == config.profiles.end() ? nullptr : &found->second; // its renewal will say that it is gone
}

// The same for one serial in every run, spread evenly over all.
Duration share_of(Duration spread, ByteView serial) {
    const x509::Sha256 hash = x509::sha256(serial);
    const std::uint64_t part = std::uint64_t{hash[0]} << 16 | std::uint64_t{hash[1]} << 8 | hash[2];
    return Duration(static_cast<Duration::rep>(static_cast<double>(spread.count()) *
                                               static_cast<double>(part) / double(1 << 24)));
}

policy::DueTime due_time_of(const policy::Profile* profile, const DueOptions& options) {
    const policy::DueTime usual = profile != nullptr ? profile->renew_due : policy::Profile().renew_due;
    return options.due.value_or(usual);
}

// As far ahead as anything that a profile allows today can be due.
Duration longest_lead(const policy::Config& config, const DueOptions& options) {
    Duration longest = due_time_of(nullptr, options).before_end(Duration(0));
    for (const auto& [name, profile] : config.profiles)
        longest = std::max(
            longest, due_time_of(&profile, options).before_end(profile.longest_validity + config.backdate));
    return longest + options.spread;
}

Duration longest_delay(const policy::Config& config) {
    Duration longest{};
    for (const auto& [name, profile] : config.profiles)
        longest = std::max(longest, profile.renew_expired);
    return longest;
}

// Expired, and somebody issued another under its name: nobody waits for its renewal.
bool is_replaced(Ca& ca, const store::Renewable& certificate, Time now) {
    store::Filter filter;
    filter.name = certificate.name;
    filter.profile = certificate.profile;
    filter.status = store::Filter::Status::valid;
    return !store::find(ca.database(), filter, now, 1).empty();
}

bool is_due(Ca& ca, const store::Renewable& certificate, Time now, const DueOptions& options) {
    if (policy::is_renewed_by_itself(certificate.profile) || now < due_at(ca.config(), certificate, options))
        return false;
    if (certificate.not_after >= now)
        return true;
    const policy::Profile* profile = profile_of(ca.config(), certificate.profile);
    return profile != nullptr && certificate.not_after + profile->renew_expired >= now &&
           !is_replaced(ca, certificate, now);
}

} // namespace

Time due_at(const policy::Config& config, const store::Renewable& certificate, const DueOptions& options) {
    const policy::DueTime due = due_time_of(profile_of(config, certificate.profile), options);
    const Duration lifetime = certificate.not_after - certificate.not_before;
    Duration lead = due.before_end(lifetime) + share_of(options.spread, certificate.serial);
    // A renewal that lives no longer than it is due before its end would be renewed by every run.
    if (certificate.is_renewal && lead > lifetime * 9 / 10)
        lead = lifetime / 2;
    return certificate.not_after - lead;
}

Time due_at(const policy::Config& config, const store::Certificate& certificate) {
    const store::Renewable renewable{
        certificate.id,         certificate.serial,    certificate.profile,           certificate.name,
        certificate.not_before, certificate.not_after, certificate.renews.has_value()};
    return due_at(config, renewable, {});
}

DueSummary for_each_due(Ca& ca, Time now, const DueOptions& options,
                        const std::function<void(const store::Certificate&)>& visitor) {
    DueSummary summary;
    const Time until = now + longest_lead(ca.config(), options);
    store::RenewablePosition position{now - longest_delay(ca.config()) - Duration(1), 0};
    for (;;) {
        const auto page = store::renewable(ca.database(), position, until, now, page_size);
        for (const store::Renewable& certificate : page) {
            position = {certificate.not_after, certificate.id};
            if (!is_due(ca, certificate, now, options))
                continue;
            if (certificate.not_after >= ca.issuing().certificate.not_after())
                ++summary.ending_with_ca;
            else if (const auto whole = store::by_id(ca.database(), certificate.id))
                visitor(*whole);
        }
        if (page.size() < page_size)
            return summary;
    }
}

} // namespace mtlsca::authority
