#include "policy/settings/ocsp_config.h"

#include "policy/lint/purposes.h"
#include "policy/settings/check.h"

#include <fmt/format.h>

namespace mtlsca::policy {
namespace {

using std::chrono::days;
using std::chrono::hours;

// Clients keep an answer until then (RFC 9919 7.1): what lives longer than a CRL would be of no use.
constexpr Duration longest_next_update = days(30);
// Twice what a client's clock may be wrong by, so that somebody can use the answer at all.
constexpr Duration shortest_next_update = std::chrono::minutes(10);
constexpr Duration longest_responder_validity = days(90);

// The one of two words; `otherwise` is the default.
bool is_word_chosen(const std::string& key, const std::optional<std::string>& text, const char* chosen,
                    const char* otherwise, SettingsCheck& check) {
    if (text && *text != chosen && *text != otherwise)
        check.refuse("settings-ocsp", key,
                     fmt::format("'{}' is unknown; there are {} and {}", *text, otherwise, chosen));
    return text == chosen;
}

} // namespace

OcspConfig check_ocsp(const OcspSettings& settings, SettingsCheck& check) {
    OcspConfig config;
    config.next_update = check.duration("ocsp.next_update", settings.next_update, hours(24));
    config.overlap = check.duration("ocsp.overlap", settings.overlap, hours(12));
    config.responder_validity =
        check.duration("ocsp.responder_validity", settings.responder_validity, days(14));
    config.unknown_is_revoked = is_word_chosen("ocsp.unknown", settings.unknown, "revoked", "unknown", check);
    config.echoes_nonce = !is_word_chosen("ocsp.nonce", settings.nonce, "ignore", "echo", check);
    if (config.next_update < shortest_next_update || config.next_update > longest_next_update)
        check.refuse("settings-duration", "ocsp.next_update", "must be between 10m and 30d");
    if (config.overlap >= config.next_update)
        check.refuse("settings-duration", "ocsp.overlap",
                     fmt::format("must be shorter than ocsp.next_update ({}), or each answer is due at once",
                                 mtlsca::to_string(config.next_update)));
    if (config.responder_validity > longest_responder_validity)
        check.refuse("settings-duration", "ocsp.responder_validity",
                     "is longer than 90d: nobody can revoke this certificate");
    // It is renewed when half of it is left, and answers end no later than it.
    if (config.responder_validity < 2 * config.next_update)
        check.refuse("settings-duration", "ocsp.responder_validity",
                     fmt::format("must be twice as long as ocsp.next_update ({}) at least",
                                 mtlsca::to_string(config.next_update)));
    return config;
}

Profile ocsp_responder_profile(Duration validity) {
    Profile profile;
    profile.name = ocsp_responder_profile_name;
    profile.validity = validity;
    profile.longest_validity = validity;
    // Every answer is signed: RSA would make each of them thirty times as slow.
    profile.keys = {x509::KeyType::ec_p256};
    profile.key_usages = {x509::KeyUsage::digital_signature};
    profile.extended_key_usages = {ocsp_signing};
    profile.ocsp_no_check = true;
    return profile;
}

} // namespace mtlsca::policy
