// How an OCSP responder answers, checked; and the one profile that no settings change: that of the responders
// themselves, who speak for the CA.
#pragma once

#include "policy/profile.h"

namespace mtlsca::policy {

struct OcspConfig {
    Duration next_update{}; // of an answer
    Duration overlap{};     // an answer that was signed beforehand is due when less is left
    // A serial that was never issued is "revoked" (RFC 6960 4.4.8) in place of "unknown".
    bool unknown_is_revoked = false;
    bool echoes_nonce = true;
    Duration responder_validity{}; // of the certificate of an issuing CA's responder
};

inline constexpr const char* ocsp_responder_profile_name = "ocsp-responder";
// Such certificates live for days, and a new one with a new key is made in time: nobody need look after them,
// and `renew` leaves them alone.
inline bool is_renewed_by_itself(std::string_view profile) {
    return profile == ocsp_responder_profile_name;
}
// OCSPSigning for the key of one responder, which nobody asks about (id-pkix-ocsp-nocheck, RFC 6960
// 4.2.2.2.1): hence short-lived.
Profile ocsp_responder_profile(Duration validity);

} // namespace mtlsca::policy
