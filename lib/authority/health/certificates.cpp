#include "authority/health/parts.h"

#include "encoding/hex.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace mtlsca::authority {
namespace {

constexpr std::uint64_t named_max = 10; // lines that a person reads; the rest is counted

std::string subject_of(const store::Unreplaced& certificate) {
    return fmt::format("certificate {} ({})", certificate.name, certificate.profile);
}

std::string owner_of(const store::Unreplaced& certificate) {
    return certificate.owner.empty() ? "" : ", owner " + certificate.owner;
}

class Reading {
public:
    explicit Reading(const Examination& examination) : examination_(examination) {}

    void take(const store::Unreplaced& certificate) {
        if (policy::is_renewed_by_itself(certificate.profile))
            return;
        CertificateHealth& found = examination_.health.certificates;
        if (found.next.size() < CertificateHealth::next_max)
            found.next.push_back(certificate);
        const HealthOptions& options = examination_.options;
        const Time begin = certificate.not_before, end = certificate.not_after;
        if (end >= examination_.now && end - examination_.now <= due_before_end(certificate))
            ++found.due;
        if (end < examination_.now) {
            take_expired(certificate);
        } else if (end - examination_.now < options.critical.of(begin, end)) {
            ++found.critical;
            ++found.expiring;
            take_expiring(certificate, Severity::error);
        } else if (end - examination_.now < options.warn.of(begin, end)) {
            ++found.expiring;
            take_expiring(certificate, Severity::warning);
        }
    }

    void tell_the_rest() const {
        for (const auto& [severity, count] : unnamed_)
            if (count > 0)
                examination_.add(
                    severity, "certificates-expiring", "certificates",
                    fmt::format("{} more expire soon or have expired, without a successor", count),
                    "mtlsca list --expiring " + to_string(examination_.options.warn.longest()) +
                        " lists them, mtlsca renew --due renews them");
    }

private:
    // The usual end of a host that was switched off is no reason to wake somebody for weeks.
    void take_expired(const store::Unreplaced& certificate) {
        CertificateHealth& found = examination_.health.certificates;
        ++found.expired;
        const Duration ago = examination_.now - certificate.not_after;
        const Duration fresh =
            examination_.options.critical.of(certificate.not_before, certificate.not_after);
        add(ago < fresh ? Severity::error : Severity::warning, "certificate-expired", certificate,
            fmt::format("expired {} ago and has no successor: who uses it is locked out", in_words(ago)));
    }

    Duration due_before_end(const store::Unreplaced& certificate) const {
        const auto& profiles = examination_.ca.config().profiles;
        const auto profile = profiles.find(certificate.profile);
        return profile == profiles.end()
                   ? Duration{}
                   : profile->second.renew_due.before_end(certificate.not_after - certificate.not_before);
    }

    void take_expiring(const store::Unreplaced& certificate, Severity severity) {
        add(severity, "certificate-expiring", certificate,
            fmt::format("expires in {} and has no successor",
                        in_words(certificate.not_after - examination_.now)));
    }

    void add(Severity severity, const char* rule, const store::Unreplaced& certificate,
             const std::string& detail) {
        if (named_ == named_max) {
            ++std::find_if(unnamed_.begin(), unnamed_.end(), [severity](const auto& pair) {
                  return pair.first == severity;
              })->second;
            return;
        }
        ++named_;
        const std::string serial = encoding::to_upper_hex(certificate.serial);
        examination_.add(severity, rule, subject_of(certificate), detail + owner_of(certificate),
                         "mtlsca renew " + serial + ", or mtlsca revoke " + serial +
                             " --reason cessationOfOperation if nobody needs it");
    }

    const Examination& examination_;
    std::uint64_t named_ = 0;
    std::array<std::pair<Severity, std::uint64_t>, 2> unnamed_{
        {{Severity::error, 0}, {Severity::warning, 0}}};
};

void examine_pending(const Examination& examination) {
    const std::uint64_t count = examination.health.certificates.counts.pending;
    if (count == 0)
        return;
    store::Filter filter;
    filter.status = store::Filter::Status::pending;
    filter.limit = named_max;
    std::uint64_t named = 0;
    store::for_each(examination.ca.database(), filter, examination.now, store::Depth::record,
                    [&](const store::Certificate& certificate) {
                        ++named;
                        if (certificate.not_after < examination.now)
                            return true;
                        const std::string serial = encoding::to_upper_hex(certificate.serial);
                        examination.add(
                            Severity::warning, "certificate-pending", "serial " + serial,
                            fmt::format("{} was being issued {} ago and never was: a command died",
                                        certificate.name,
                                        in_words(examination.now - certificate.recorded_at)),
                            "mtlsca revoke " + serial + ", so that nobody can use what may have been signed");
                        return true;
                    });
    if (count > named)
        examination.add(Severity::warning, "certificates-pending", "serials",
                        fmt::format("{} more are pending", count - named), "mtlsca list --status pending");
}

// How far ahead a certificate of usual length can be due.
Duration longest_due(const policy::Config& config) {
    Duration longest{};
    for (const auto& [name, profile] : config.profiles)
        longest = std::max(longest, profile.renew_due.before_end(profile.validity + config.backdate));
    return longest;
}

// While somebody works, what is pending is being signed.
bool somebody_works(const Ca& ca) {
    try {
        const io::FolderLock lock(ca.folder().home, std::chrono::milliseconds(0));
        return false;
    } catch (const Error& error) {
        return error.code == Code::busy;
    }
}

} // namespace

void examine_certificates(const Examination& examination) {
    CertificateHealth& found = examination.health.certificates;
    const store::Database& database = examination.ca.database();
    found.counts = store::count_certificates(database, examination.now);
    Reading reading(examination);
    const Duration warn =
        std::max(examination.options.warn.longest(), examination.options.critical.longest());
    const Time until = examination.now + std::max(warn, longest_due(examination.ca.config()));
    store::for_each_unreplaced(database, examination.now - warn, until,
                               [&reading](const store::Unreplaced& certificate) {
                                   reading.take(certificate);
                                   return true;
                               });
    store::for_each_unreplaced(database, until, Time::max(), [&found](const store::Unreplaced& certificate) {
        if (found.next.size() >= CertificateHealth::next_max)
            return false;
        found.next.push_back(certificate);
        return true;
    });
    reading.tell_the_rest();
    if (found.counts.pending > 0 && !somebody_works(examination.ca))
        examine_pending(examination);
}

} // namespace mtlsca::authority
