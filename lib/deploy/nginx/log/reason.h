// Why nginx refuses a client, in its own words and OpenSSL's: what each means here and what to do about it.
#pragma once

#include <string>
#include <string_view>

namespace mtlsca::deploy::nginx {

struct Reason {
    // One word for scripts: "revoked", "expired", "not-yet-valid", "foreign", "crl-missing", "crl-expired",
    // …; "other" where only OpenSSL's words are known.
    const char* cause;
    bool for_everyone; // every client is refused, not this one alone
    std::string why;
    std::string what_to_do; // empty: nothing that is sure to help
};

// What stands behind "FAILED:" in $ssl_client_verify, or in "client SSL certificate verify error: (23:…)":
// X509_verify_cert_error_string() of OpenSSL 1.1.1 and 3, and nginx's own words of OCSP.
Reason verification_reason(std::string_view text);

// A message of the error log. cause is "" where it says nothing of certificates or of who may enter.
Reason message_reason(std::string_view message);

} // namespace mtlsca::deploy::nginx
