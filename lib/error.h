// What goes wrong, in the two forms that every room speaks.
//
// Cannot go on      -> throw Error: one type, whose code becomes the exit status of the program.
// Input is wrong    -> collect Findings, all of them, and let the caller decide.
// Absent and normal -> std::optional.
//
// Only app/run.cpp catches Error and prints it. Texts are lower case, without a full stop, and may hold
// hostile bytes: whoever prints them escapes them (encoding/text.h).
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace mtlsca {

// The exit statuses of the program: a contract with scripts.
enum class Code : int {
    done = 0,      // also "nothing was due"; never thrown
    failed = 1,    // files, storage, crypto
    usage = 2,     // the command line
    refused = 3,   // policy, or a check of the input
    not_found = 4, // not found, or ambiguous
    already = 5,   // exists, already revoked
    secret = 6,    // passphrase or key missing or wrong
    busy = 7,      // waited too long for another command
    store = 8,     // the store is damaged or from a newer version
    warning = 10,  // only where a command judges: status, list --expiring, crl check, nginx check
    critical = 11, // likewise, and audit verify
};

enum class Severity { note, warning, error };

// One thing wrong (error), doubtful (warning) or worth knowing (note) about an input.
struct Finding {
    Severity severity = Severity::error;
    std::string rule;    // stable identifier in kebab-case: "key-too-small"
    std::string subject; // the field or object it is about: "san dns:example.com"
    std::string detail;  // what is wrong and what is allowed, one line
    bool operator==(const Finding&) const = default;
};
using Findings = std::vector<Finding>;

bool has_errors(const Findings& findings);
const char* to_string(Severity severity);

class Error : public std::runtime_error {
public:
    // what() is "OBJECT: REASON"; the hint says what to do next.
    Error(Code code, std::string object, std::string reason, std::string hint = {});
    // Refused input: the reason counts the errors, the findings tell them.
    Error(Code code, std::string object, std::string reason, std::string hint, Findings findings);

    Code code;
    std::string object;
    std::string reason;
    std::string hint;
    Findings findings;
};

} // namespace mtlsca
