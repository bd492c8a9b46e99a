// Name constraints of a CA (RFC 5280 4.2.1.10): what lies inside, and their DER.
#pragma once

#include "x509/name/name.h"
#include "x509/name/san.h"

namespace mtlsca::x509 {

struct Subtree {
    SanType type;
    // Canonical, lower case where case doesn't count:
    // dns    "example.com" (it and all below)
    // ip     "10.0.0.0/8", or a single address
    // email  "user@example.com", "example.com" (the host), ".example.com" (hosts below)
    // uri    a host "example.com" or ".example.com" (hosts below): RFC 5280 constrains the host only
    // Those that were read from a certificate may also be dns "" (every name) and ".example.com" (below it).
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
Bytes name_constraints_der(const NameConstraints& constraints); // not of empty ones, which RFC 5280 forbids
// Error(refused); subtrees of other kinds are dropped: who verifies with OpenSSL still heeds them.
NameConstraints read_name_constraints(ByteView der);

bool lies_within(const San& san, const Subtree& subtree);
// A finding "name-constraint" for every name that a relying party would refuse below a CA with these
// constraints, as RFC 5280 4.2.1.10 and OpenSSL 3.0 judge:
// - what lies in an excluded subtree is refused; where subtrees of its type are permitted, it must lie in one
// - an emailAddress in the subject is judged as email
// - a CN that looks like a host name of two labels and more is judged as dns where there is no dns SAN
// - under constraints for URIs, one without a host name, or that OpenSSL splits elsewhere than RFC 3986, is
//   refused
Findings outside(const NameConstraints& constraints, const Name& subject, const std::vector<San>& sans);

} // namespace mtlsca::x509
