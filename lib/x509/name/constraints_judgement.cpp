#include "x509/name/constraints.h"

#include "encoding/network.h"
#include "encoding/text.h"
#include "x509/name/host_name.h"

#include <algorithm>

namespace mtlsca::x509 {

namespace {

bool any_of_type(const std::vector<Subtree>& subtrees, SanType type) {
    return std::any_of(subtrees.begin(), subtrees.end(),
                       [=](const Subtree& subtree) { return subtree.type == type; });
}

std::string listed(const std::vector<Subtree>& subtrees, SanType type) {
    std::string text;
    for (const Subtree& subtree : subtrees)
        if (subtree.type == type)
            text += (text.empty() ? "" : ", ") + to_string(subtree);
    return text;
}

// Why a verifier cannot compare this URI with any constraint. RFC 5280 4.2.1.10: without an authority, or
// with an address as its host, it must be refused. OpenSSL 3.0 takes for the host what stands before the next
// ":", or else the next "/", and so compares something else where a query or a later colon follows.
std::string incomparable(const std::string& uri) {
    const std::string_view host = uri_host(uri);
    if (host.empty() || host.starts_with('[') || encoding::parse_address(host))
        return "has no host name, and the CA constrains URIs by it";
    const std::string_view behind = std::string_view(uri).substr(uri.find("//") + 2);
    std::size_t end = behind.find(':');
    if (end == std::string_view::npos)
        end = behind.find('/');
    return behind.substr(0, end) == host ? ""
                                         : "is split wrongly by OpenSSL, and the CA constrains URIs by host";
}

// What is wrong with the name; empty where nothing is.
std::string judge(const NameConstraints& constraints, const San& san) {
    const bool is_limited = any_of_type(constraints.permitted, san.type);
    if (san.type == SanType::uri && (is_limited || any_of_type(constraints.excluded, san.type)))
        if (std::string problem = incomparable(san.value); !problem.empty())
            return problem;
    // Only an emailAddress of a subject can be without: OpenSSL refuses what it cannot split.
    if (san.type == SanType::email && san.value.find('@') == std::string::npos &&
        (is_limited || any_of_type(constraints.excluded, san.type)))
        return "has no @, and the CA constrains email addresses";
    for (const Subtree& subtree : constraints.excluded)
        if (lies_within(san, subtree))
            return "is excluded by the CA's name constraint " + to_string(subtree);
    const bool is_permitted = std::any_of(constraints.permitted.begin(), constraints.permitted.end(),
                                          [&](const Subtree& subtree) { return lies_within(san, subtree); });
    if (is_limited && !is_permitted)
        return "is outside of what the CA may certify: " + listed(constraints.permitted, san.type);
    return {};
}

// What OpenSSL 3.0 takes for a host name in a CN (crypto/x509/v3_ncons.c): two labels and more of letters,
// digits, "_" and, inside of a label, "-".
bool looks_like_host_name(std::string_view name) {
    bool has_dot = false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        if (is_letter_or_digit(c) || c == '_')
            continue;
        if ((c != '.' && c != '-') || i == 0 || i + 1 == name.size())
            return false;
        if (c == '-')
            continue;
        if (name[i + 1] == '.' || name[i + 1] == '-' || name[i - 1] == '-')
            return false;
        has_dot = true;
    }
    return has_dot;
}

} // namespace

Findings outside(const NameConstraints& constraints, const Name& subject, const std::vector<San>& sans) {
    Findings findings;
    const auto add = [&](std::string what, const San& san) {
        if (std::string problem = judge(constraints, san); !problem.empty())
            findings.push_back({Severity::error, "name-constraint", std::move(what), std::move(problem)});
    };
    for (const std::string& address : subject.values("emailAddress")) {
        const std::size_t at = std::min(address.rfind('@'), address.size());
        add("subject emailAddress=" + address,
            {SanType::email, address.substr(0, at) + encoding::to_lower_ascii(address.substr(at))});
    }
    const bool has_dns =
        std::any_of(sans.begin(), sans.end(), [](const San& san) { return san.type == SanType::dns; });
    for (const std::string& name : has_dns ? std::vector<std::string>{} : subject.values("CN"))
        if (looks_like_host_name(name))
            add("subject CN=" + name, {SanType::dns, encoding::to_lower_ascii(name)});
    for (const San& san : sans)
        add("san " + to_string(san), san);
    return findings;
}

} // namespace mtlsca::x509
