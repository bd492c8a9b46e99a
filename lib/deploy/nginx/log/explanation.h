// Who it was, what nginx decided and why, what to do: about a certificate, or about a line of a log.
//
// Reads the inventory only. Texts may hold bytes from a log: whoever prints them escapes them.
#pragma once

#include "deploy/nginx/log/line.h"
#include "deploy/nginx/site/settings.h"
#include "policy/settings/config.h"
#include "store/inventory/inventory.h"

namespace mtlsca::deploy::nginx {

// For the length of a call.
struct Known {
    const policy::Config& config;
    const store::Database& database;
    std::vector<SiteSettings> sites; // that were written
    Time now;
};

struct Explanation {
    enum class Verdict { let_in, refused, unknown } verdict = Verdict::unknown;
    std::string cause;         // one word for scripts: "revoked", "role-missing", … (mtlsca-explain(1))
    bool for_everyone = false; // not this client alone
    std::string serial;        // as nginx prints it; empty where nobody said one
    std::optional<store::Certificate> who;
    std::optional<store::Certificate> successor; // the live one that renewed it, or its successor
    std::vector<std::string> roles;              // what its OUs mean by the settings of today; sorted
    std::string why, what_to_do;
    std::vector<std::string> notes;
};
const char* to_string(Explanation::Verdict verdict); // "let_in", …

// Leading zeros don't count. Empty where it is no serial, or not in the inventory.
std::optional<store::Certificate> find_by_serial(const store::Database& database, std::string_view serial,
                                                 Time now);

// Would it get in now.
Explanation explain_certificate(const Known& known, const store::Certificate& certificate);
// What became of this request or connection.
Explanation explain_line(const Known& known, const LogLine& line);

} // namespace mtlsca::deploy::nginx
