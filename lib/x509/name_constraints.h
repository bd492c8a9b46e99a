// Name constraints of a CA (RFC 5280 4.2.1.10): what lies inside, and their DER.
#pragma once

#include "x509/name.h"
#include "x509/san.h"

namespace mtlsca::x509 {

struct Subtree {
    SanType type;
    // dns: "example.com" (it and all below); ip: "10.0.0.0/8" or a single address; email: "user@example.com",
    // "example.com" (the host), ".example.com" (hosts below); uri: a host "example.com" or ".example.com"
    // (RFC 5280 constrains the host only)
    std::string value;
    bool operator==(const Subtree&) const = default;
};
Subtree parse_subtree(std::string_view text); // "dns:example.com"; Error(usage)
std::string to_string(const Subtree& subtree);

struct NameConstraints {
    std::vector<Subtree> permitted;
    std::vector<Subtree> excluded;
    bool empty() const { return permitted.empty() && excluded.empty(); }
};
Bytes name_constraints_der(const NameConstraints& constraints);
NameConstraints read_name_constraints(ByteView der); // Error(refused); subtrees of other kinds are dropped

bool lies_within(const San& san, const Subtree& subtree);
// A finding "name-constraint" for every name that a relying party would refuse below a CA with these
// constraints. A CN that looks like a host name is judged as dns where there is no dns SAN, as OpenSSL does.
Findings outside(const NameConstraints& constraints, const Name& subject, const std::vector<San>& sans);

} // namespace mtlsca::x509
