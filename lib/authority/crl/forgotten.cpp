#include "authority/crl/forgotten.h"

#include "encoding/hex.h"
#include "encoding/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace mtlsca::authority {
namespace {

store::Revocation revocation_of(const x509::Crl::Entry& entry) {
    constexpr int remove_from_crl = 8; // RFC 5280 5.3.1
    const int reason = entry.reason.value_or(0);
    return {reason == remove_from_crl ? x509::RevocationReason::certificate_hold
                                      : static_cast<x509::RevocationReason>(reason),
            entry.revoked_at, entry.invalidity_date};
}

bool is_hold(const store::Revocation& revocation) {
    return revocation.reason == x509::RevocationReason::certificate_hold;
}

bool is_forgotten(const store::Database& database, const Forgotten& entry, Time expired_before) {
    if (!entry.standing)
        return true;
    switch (entry.standing->state) {
    case store::State::revoked:
        return false;
    case store::State::held:
        return !is_hold(entry.revocation);
    case store::State::pending:
    case store::State::valid:
        break;
    }
    if (entry.standing->not_after < expired_before)
        return false;
    if (!is_hold(entry.revocation))
        return true;
    const auto released = store::released_at(database, entry.standing->id);
    return !released || *released < entry.revocation.revoked_at;
}

} // namespace

std::optional<std::uint64_t> number_of(const x509::Crl& crl) {
    if (!crl.number())
        return std::nullopt;
    constexpr std::uint64_t last = std::numeric_limits<std::int64_t>::max(); // of the database
    std::uint64_t number = 0;
    for (const std::uint8_t octet : *crl.number()) {
        if (number > last >> 8)
            return last;
        number = number << 8 | octet;
    }
    return number;
}

bool is_crl_of(const x509::Crl& crl, const Tier& tier) {
    return crl.issuer() == tier.certificate.subject() && crl.is_signed_by(tier.certificate.public_key());
}

std::optional<Forgotten> forgotten(const store::Database& database, store::IssuerId issuer, ByteView serial,
                                   const store::Revocation& revocation, Time expired_before) {
    Forgotten entry{revocation, Bytes(serial.begin(), serial.end()),
                    store::standing_of(database, issuer, serial)};
    if (!is_forgotten(database, entry, expired_before))
        return std::nullopt;
    return entry;
}

void for_each_forgotten(const store::Database& database, const Tier& tier, const x509::Crl& crl,
                        Time expired_before, const std::function<bool(const Forgotten&)>& visitor) {
    crl.for_each([&](const x509::Crl::Entry& entry) {
        const auto found =
            forgotten(database, tier.record.id, entry.serial, revocation_of(entry), expired_before);
        return !found || visitor(*found);
    });
}

bool is_as_published(const Ca& ca, const Tier& tier) {
    const auto latest = store::latest_crl(ca.database(), tier.record.id);
    const io::Path path = ca.folder().crl(tier.name());
    if (!latest || !io::exists(path))
        return false;
    const io::MappedFile file(path);
    const x509::Sha256 digest = x509::sha256(file.bytes(), io::let_go);
    return std::equal(digest.begin(), digest.end(), latest->sha256.begin(), latest->sha256.end());
}

void expect_nothing_forgotten(const Ca& ca, const Tier& tier) {
    const io::Path path = ca.folder().crl(tier.name());
    if (!io::exists(path))
        return;
    const auto latest = store::latest_crl(ca.database(), tier.record.id);
    const io::MappedFile file(path);
    x509::Crl crl;
    try {
        crl = x509::Crl::read(file.bytes(), path, io::let_go);
    } catch (const Error&) {
        return; // not readable: it is about to be replaced
    }
    if (!is_crl_of(crl, tier))
        return;
    std::uint64_t count = 0;
    std::string first;
    for_each_forgotten(ca.database(), tier, crl, latest ? latest->this_update : Time{},
                       [&](const Forgotten& found) {
                           if (++count == 1)
                               first = encoding::to_upper_hex(found.serial);
                           return true;
                       });
    if (count == 0)
        return;
    const std::string home = encoding::shell_word(ca.folder().home);
    throw Error(Code::store, path,
                fmt::format("has {} {} that the database does not know, serial {} first: the database is "
                            "older than its CRLs",
                            count, count == 1 ? "revocation" : "revocations", first),
                "mtlsca --home " + home + " db restore " + home + " takes them over");
}

} // namespace mtlsca::authority
