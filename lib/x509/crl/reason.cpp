// Why a certificate was revoked, as people write it.
#include "encoding/text.h"
#include "x509/crl/crl.h"

#include <array>

namespace mtlsca::x509 {
namespace {

struct ReasonName {
    RevocationReason reason;
    const char* number;
    const char* name;
};
// RFC 5280 5.3.1
constexpr std::array reason_names{
    ReasonName{RevocationReason::unspecified, "0", "unspecified"},
    ReasonName{RevocationReason::key_compromise, "1", "keyCompromise"},
    ReasonName{RevocationReason::ca_compromise, "2", "cACompromise"},
    ReasonName{RevocationReason::affiliation_changed, "3", "affiliationChanged"},
    ReasonName{RevocationReason::superseded, "4", "superseded"},
    ReasonName{RevocationReason::cessation_of_operation, "5", "cessationOfOperation"},
    ReasonName{RevocationReason::certificate_hold, "6", "certificateHold"},
    ReasonName{RevocationReason::privilege_withdrawn, "9", "privilegeWithdrawn"},
    ReasonName{RevocationReason::aa_compromise, "10", "aACompromise"},
};

} // namespace

std::optional<RevocationReason> parse_reason(std::string_view text) {
    const std::string wanted = encoding::to_lower_ascii(text);
    for (const ReasonName& known : reason_names)
        if (wanted == known.number || wanted == encoding::to_lower_ascii(known.name))
            return known.reason;
    return std::nullopt;
}

const char* to_string(RevocationReason reason) {
    for (const ReasonName& known : reason_names)
        if (reason == known.reason)
            return known.name;
    return "";
}

} // namespace mtlsca::x509
