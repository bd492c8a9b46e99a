#include "deploy/nginx/log/explanation.h"

#include "deploy/nginx/log/bearer.h"
#include "encoding/hex.h"
#include "store/issuer/crls.h"

#include <algorithm>

namespace mtlsca::deploy::nginx {
namespace {

using Verdict = Explanation::Verdict;

constexpr std::size_t longest_serial =
    2UL * 21; // hex digits of 20 octets (RFC 5280 4.1.2.2) and a sign octet

void decide(Explanation& explanation, Verdict verdict, const char* cause, std::string why,
            std::string what_to_do = {}) {
    explanation.verdict = verdict;
    explanation.cause = cause;
    explanation.why = std::move(why);
    explanation.what_to_do = std::move(what_to_do);
}

bool explain_revoked(Explanation& explanation, const Known& known, const store::Certificate& certificate) {
    if (!certificate.revocation)
        return false;
    const std::string serial = explanation.serial;
    decide(explanation, Verdict::refused, "revoked", "it " + revocation_text(*certificate.revocation),
           certificate.state == store::State::held ? "mtlsca unhold " + serial
                                                   : "a new one: " + issue_command(certificate));
    if (store::has_unpublished_changes(known.database, certificate.issuer)) {
        explanation.notes.push_back(
            "changes wait for their publication; until then nginx may let it in: mtlsca crl");
    } else if (const auto crl = store::latest_crl(known.database, certificate.issuer)) {
        explanation.notes.push_back("CRL number " + std::to_string(crl->number) +
                                    " says so; nginx knows it once it was reloaded after that");
    }
    return true;
}

// Though it is expired.
bool is_renewable(const Known& known, const store::Certificate& certificate) {
    const auto profile = known.config.profiles.find(certificate.profile);
    return profile != known.config.profiles.end() && certificate.state == store::State::valid &&
           certificate.not_after + profile->second.renew_expired >= known.now;
}

bool explain_dates(Explanation& explanation, const Known& known, const store::Certificate& certificate) {
    if (certificate.not_before > known.now) {
        decide(explanation, Verdict::refused, "not-yet-valid",
               "it is not valid before " + to_minutes(certificate.not_before),
               "wait, or compare clocks: date -u");
        return true;
    }
    if (certificate.not_after >= known.now)
        return false;
    decide(explanation, Verdict::refused, "expired", "it expired " + to_minutes(certificate.not_after),
           explanation.successor
               ? "use its successor, " + encoding::to_upper_hex(explanation.successor->serial)
           : is_renewable(known, certificate) ? "mtlsca renew " + explanation.serial
                                              : "a new one: " + issue_command(certificate));
    return true;
}

bool explain_crl(Explanation& explanation, const Known& known, const store::Certificate& certificate) {
    const auto crl = store::latest_crl(known.database, certificate.issuer);
    if (!crl || crl->next_update > known.now)
        return false;
    decide(explanation, Verdict::refused, "crl-expired",
           "the CRL expired " + to_minutes(crl->next_update) + ": nginx refuses every client",
           "mtlsca crl --on-change \"nginx -s reload\"");
    explanation.for_everyone = true;
    return true;
}

// Where it may go, as far as paths ask for more than a certificate.
void add_places(Explanation& explanation, const Known& known, const store::Certificate& certificate) {
    for (const SiteSettings& site : known.sites)
        for (const LocationSettings& location : site.locations)
            if (!location.roles.empty() || !location.names.empty())
                explanation.notes.push_back(
                    site.server_name + location.path + ": " +
                    (may_enter(certificate, explanation.roles, location) ? "may enter" : "may not enter") +
                    " (wants " + wanted_by(location) + ")");
}

} // namespace

const char* to_string(Explanation::Verdict verdict) {
    switch (verdict) {
    case Verdict::let_in:
        return "let_in";
    case Verdict::refused:
        return "refused";
    case Verdict::unknown:
        return "unknown";
    }
    return "";
}

std::optional<store::Certificate> find_by_serial(const store::Database& database, std::string_view serial,
                                                 Time now) {
    auto octets =
        serial.size() <= longest_serial + longest_serial / 2 ? encoding::from_hex(serial) : std::nullopt;
    if (!octets)
        return std::nullopt;
    octets->erase(octets->begin(),
                  std::find_if(octets->begin(), octets->end(), [](auto octet) { return octet != 0; }));
    if (octets->empty())
        return std::nullopt;
    store::Filter filter;
    filter.serial = std::move(*octets);
    auto found = store::find(database, filter, now, 1);
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

Explanation explain_certificate(const Known& known, const store::Certificate& certificate) {
    Explanation explanation;
    explanation.serial = encoding::to_upper_hex(certificate.serial);
    introduce(explanation, known, certificate);
    if (explain_revoked(explanation, known, certificate) || explain_dates(explanation, known, certificate) ||
        explain_crl(explanation, known, certificate))
        return explanation;
    if (certificate.state == store::State::pending) {
        decide(explanation, Verdict::unknown, "pending",
               "it was begun and never recorded as signed: whoever made it died, or is at it",
               "mtlsca revoke " + explanation.serial + ", unless it is being made right now");
    } else if (!is_client(certificate)) {
        decide(explanation, Verdict::refused, "purpose", "it is a server's: it lacks clientAuth",
               "for a client: mtlsca issue NAME --profile client");
    } else {
        decide(explanation, Verdict::let_in, "valid",
               "it is good until " + to_minutes(certificate.not_after));
        if (!certificate.bindings.empty())
            explanation.notes.push_back("only from the addresses that it is bound to");
        add_places(explanation, known, certificate);
    }
    return explanation;
}

} // namespace mtlsca::deploy::nginx
