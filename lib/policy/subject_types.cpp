#include "policy/subject_types.h"

#include "policy/text/subject_text.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace mtlsca::policy {
namespace {

// In the order of CA/Browser Forum BR 7.1.4.2, and what it doesn't know before the OU. DC is not among them:
// it makes sense only in a row, and a profile has one value for a type.
constexpr std::array<std::string_view, 21> types{"C",
                                                 "ST",
                                                 "L",
                                                 "postalCode",
                                                 "street",
                                                 "O",
                                                 "SN",
                                                 "GN",
                                                 "initials",
                                                 "generationQualifier",
                                                 "pseudonym",
                                                 "title",
                                                 "organizationIdentifier",
                                                 "businessCategory",
                                                 "dnQualifier",
                                                 "serialNumber",
                                                 "UID",
                                                 "emailAddress",
                                                 "description",
                                                 "OU",
                                                 "CN"};

bool is_dotted(std::string_view type) {
    return !type.empty() && type[0] >= '0' && type[0] <= '9';
}

} // namespace

std::optional<std::string> canonical_type(const std::string& text) {
    // Any value serves that every type can hold; x509 knows the types' other names.
    static constexpr const char* neutral_value = "DE";
    if (!x509::attribute_findings({text, neutral_value}).empty())
        return std::nullopt;
    const std::string type = x509::Name({{{text, neutral_value}}}).parts().at(0).at(0).type;
    if (is_dotted(type) || std::find(types.begin(), types.end(), type) != types.end())
        return type;
    return std::nullopt;
}

std::size_t subject_place(const std::string& type) {
    constexpr std::size_t before_ou = types.size() - 2;
    const auto found = std::find(types.begin(), types.end(), type);
    // Twice the index leaves room for what is in no list.
    return found == types.end() ? 2 * before_ou - 1 : 2 * static_cast<std::size_t>(found - types.begin());
}

std::optional<Finding> judge_attribute(const std::string& field, const std::string& type,
                                       const std::string& value) {
    if (auto finding = judge_attribute_text(field, value))
        return finding;
    Findings findings = x509::attribute_findings({type, value});
    if (findings.empty())
        return std::nullopt;
    findings[0].subject = field;
    return findings[0];
}

} // namespace mtlsca::policy
