#include "deploy/report/sections.h"
#include "deploy/report/text.h"

#include "encoding/hex.h"

#include <fmt/format.h>

namespace mtlsca::deploy::report {
namespace {

// Time to bring a new root certificate to everybody who trusts the old one.
constexpr Duration root_notice = std::chrono::days(180);
constexpr Duration ca_critical = std::chrono::days(30);

// An issuing CA that ends before what it signs cuts lifetimes short.
Level judge_certificate(const Source& source, const Authority& authority) {
    const Duration left = authority.certificate->not_after() - source.now;
    if (left < ca_critical)
        return Level::critical;
    Duration notice = root_notice;
    for (const auto& [name, profile] : source.config.profiles)
        notice = std::max(notice, profile.validity);
    return left < notice ? Level::warning : Level::ok;
}

Level judge_crl(const Authority& authority, Time next_update, Time now) {
    const auto lateness = policy::crl_lateness(next_update, authority.overlap, now);
    if (!lateness)
        return Level::ok;
    return lateness == Severity::error ? Level::critical : Level::warning;
}

// Share of a span that is over, as a width of 100.
std::string share_over(Time begin, Time end, Time now) {
    const double share =
        end > begin ? static_cast<double>((now - begin).count()) / static_cast<double>((end - begin).count())
                    : 1.0;
    return fmt::format("{:.1f}", 100 * std::min(1.0, std::max(0.0, share)));
}

std::string decimal(ByteView octets) {
    if (octets.size() > sizeof(std::uint64_t))
        return "0x" + encoding::to_upper_hex(octets);
    std::uint64_t value = 0;
    for (const std::uint8_t octet : octets)
        value = value << 8 | octet;
    return number(value);
}

struct CrlCard {
    Json values;
    Level level = Level::critical;
    std::string problem;
};

CrlCard read_crl(const Source& source, const Authority& authority) {
    const io::MappedFile file(authority.crl_file);
    const x509::Crl crl = x509::Crl::read(file.bytes(), authority.crl_file);
    if (!crl.next_update())
        throw Error(Code::refused, authority.crl_file, "says nothing of its next update");
    const Time next = *crl.next_update();
    CrlCard card;
    card.level = judge_crl(authority, next, source.now);
    if (next < source.now)
        card.problem = "expired " + distance(next, source.now) + ": nginx refuses every client";
    else if (card.level != Level::ok)
        card.problem = "its next update is due: " + distance(next, source.now);
    card.values = {{"crl_number", crl.number() ? decimal(*crl.number()) : "none"},
                   {"crl_issued", to_minutes(crl.this_update())},
                   {"crl_age", distance(crl.this_update(), source.now)},
                   {"crl_next", to_minutes(next)},
                   {"crl_left", distance(next, source.now)},
                   {"crl_entries", number(crl.entries())},
                   {"crl_share", share_over(crl.this_update(), next, source.now)}};
    return card;
}

// What cannot be read is a finding of the page, and no reason to have none.
CrlCard crl_card(const Source& source, const Authority& authority) {
    try {
        return read_crl(source, authority);
    } catch (const Error& error) {
        return {{{"crl_number", "unreadable"},
                 {"crl_issued", "unknown"},
                 {"crl_age", "unknown"},
                 {"crl_next", "unknown"},
                 {"crl_left", "unknown"},
                 {"crl_entries", "unknown"},
                 {"crl_share", "100"}},
                Level::critical,
                error.reason};
    }
}

Json card(const Source& source, const Authority& authority, Level level, const CrlCard& crl) {
    const x509::Certificate& certificate = *authority.certificate;
    Json values = crl.values;
    values["name"] = shown(authority.name);
    values["level"] = to_string(std::max(level, crl.level));
    values["certificate_level"] = to_string(level);
    values["crl_level"] = to_string(crl.level);
    values["subject"] = shown(certificate.subject().to_string());
    values["key"] = certificate.public_key().algorithm();
    values["serial"] = encoding::to_upper_hex(certificate.serial());
    values["not_before"] = date(certificate.not_before());
    values["not_after"] = date(certificate.not_after());
    values["left"] = distance(certificate.not_after(), source.now);
    values["share"] = share_over(certificate.not_before(), certificate.not_after(), source.now);
    return values;
}

} // namespace

Authorities authorities(const Source& source) {
    Authorities all{Json::array(), {}};
    for (const Authority& authority : source.authorities) {
        const Level level = judge_certificate(source, authority);
        const CrlCard crl = crl_card(source, authority);
        if (level != Level::ok)
            all.concerns.push_back({level, "The certificate of the CA " + authority.name + " ends " +
                                               distance(authority.certificate->not_after(), source.now) +
                                               "."});
        if (!crl.problem.empty())
            all.concerns.push_back({crl.level, "The CRL of " + authority.name + ": " + crl.problem + "."});
        all.cards.push_back(card(source, authority, level, crl));
    }
    return all;
}

} // namespace mtlsca::deploy::report
