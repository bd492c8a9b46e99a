#include "deploy/report/statistics.h"

#include "encoding/hex.h"
#include "store/inventory/renewals.h"

namespace mtlsca::deploy::report {
namespace {

class Counting {
public:
    explicit Counting(const Source& source) : source_(source) {}

    void add(const store::Certificate& certificate) {
        const Phase phase = phase_of(source_, certificate);
        ++statistics_.total;
        statistics_.all_profiles.insert(certificate.profile);
        ++statistics_.phases[static_cast<std::size_t>(phase)];
        if (certificate.renews && phase != Phase::pending)
            ++statistics_.successors;
        if (store::is_live(certificate, source_.now))
            add_live(certificate);
        else
            add_dead(certificate, phase);
        if (phase == Phase::due || (phase == Phase::expired && is_lapsed(certificate)))
            add_urgent(certificate, phase);
    }

    Statistics take() { return std::move(statistics_); }

private:
    void add_live(const store::Certificate& certificate) {
        ++statistics_.live;
        ++statistics_.profiles[certificate.profile];
        statistics_.without_owner += certificate.owner.empty() ? 1 : 0;
        std::set<std::string> roles;
        for (const std::string& ou : certificate.ous)
            if (const auto role = source_.config.roles.find(ou); role != source_.config.roles.end())
                roles.insert(role->second);
        for (const std::string& role : roles)
            ++statistics_.roles[role];
        statistics_.without_role += roles.empty() ? 1 : 0;
        const auto week =
            static_cast<std::size_t>((certificate.not_after - source_.now) / std::chrono::weeks(1));
        if (week < week_count)
            ++statistics_.weeks[week][certificate.profile];
        else
            ++statistics_.after_a_year;
    }

    void add_dead(const store::Certificate& certificate, Phase phase) {
        const bool is_over = certificate.not_after < source_.now;
        if (phase == Phase::revoked && !is_over)
            ++statistics_.revoked_and_live;
        else if (phase == Phase::expired && certificate.not_after + lately >= source_.now)
            ++statistics_.expired_lately;
        else if (phase != Phase::pending)
            ++statistics_.archived;
    }

    // Nobody renewed it and nobody replaced it: something may stand still. Of a line only the last.
    bool is_lapsed(const store::Certificate& certificate) const {
        if (certificate.not_after + lately < source_.now ||
            store::latest_successor_of(source_.database, certificate.id))
            return false;
        store::Filter replacement;
        replacement.name = certificate.name;
        replacement.profile = certificate.profile;
        replacement.live = true;
        return store::find(source_.database, replacement, source_.now, 1).empty();
    }

    void add_urgent(const store::Certificate& certificate, Phase phase) {
        ++statistics_.urgent_count;
        statistics_.lapsed_count += phase == Phase::expired ? 1 : 0;
        statistics_.critical_count +=
            phase == Phase::due && certificate.not_after - source_.now < last_days ? 1 : 0;
        if (statistics_.urgent.size() < most_urgent)
            statistics_.urgent.push_back({encoding::to_upper_hex(certificate.serial), certificate.name,
                                          certificate.profile, certificate.owner, phase,
                                          certificate.not_after});
    }

    const Source& source_;
    Statistics statistics_;
};

} // namespace

const char* to_string(Phase phase) {
    switch (phase) {
    case Phase::active:
        return "active";
    case Phase::due:
        return "due";
    case Phase::renewed:
        return "renewed";
    case Phase::held:
        return "held";
    case Phase::expired:
        return "expired";
    case Phase::revoked:
        return "revoked";
    case Phase::pending:
        return "pending";
    }
    return "";
}

Phase phase_of(const Source& source, const store::Certificate& certificate) {
    switch (store::status(certificate, source.now)) {
    case store::Filter::Status::pending:
        return Phase::pending;
    case store::Filter::Status::revoked:
        return Phase::revoked;
    case store::Filter::Status::held:
        return certificate.not_after < source.now ? Phase::expired : Phase::held;
    case store::Filter::Status::expired:
        return Phase::expired;
    case store::Filter::Status::valid:
        break;
    }
    if (store::has_live_successor(source.database, certificate.id, source.now))
        return Phase::renewed;
    return source.is_due(certificate) ? Phase::due : Phase::active;
}

Statistics count(const Source& source) {
    Counting counting(source);
    store::Filter all;
    all.order = store::Filter::Order::expiry;
    store::for_each(source.database, all, source.now, store::Depth::record,
                    [&](const store::Certificate& certificate) {
                        counting.add(certificate);
                        return true;
                    });
    return counting.take();
}

} // namespace mtlsca::deploy::report
