#include "error.h"

#include <algorithm>
#include <utility>

namespace mtlsca {

bool has_errors(const Findings& findings) {
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding& finding) { return finding.severity == Severity::error; });
}

const char* to_string(Severity severity) {
    switch (severity) {
    case Severity::note:
        return "note";
    case Severity::warning:
        return "warning";
    case Severity::error:
        break;
    }
    return "error";
}

Error::Error(Code code_, std::string object_, std::string reason_, std::string hint_)
    : Error(code_, std::move(object_), std::move(reason_), std::move(hint_), {}) {}

Error::Error(Code code_, std::string object_, std::string reason_, std::string hint_, Findings findings_)
    : std::runtime_error(object_ + ": " + reason_), code(code_), object(std::move(object_)),
      reason(std::move(reason_)), hint(std::move(hint_)), findings(std::move(findings_)) {}

} // namespace mtlsca
