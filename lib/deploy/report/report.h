// One page for people: the state of a CA, what ends when, who has what, and the inventory itself.
//
// Self-contained HTML: nothing is fetched, and it can be read without a script. Its policy (CSP) allows the
// one style and the one script in it, by their hashes.
#pragma once

#include "policy/settings/config.h"
#include "store/inventory/inventory.h"
#include "x509/certificate/certificate.h"

#include <string_view>

namespace mtlsca::deploy::report {

// A CA of ours and what it published.
struct Authority {
    std::string name; // "issuing"
    const x509::Certificate* certificate = nullptr;
    io::Path crl_file;  // DER
    Duration overlap{}; // before nextUpdate; within it a CRL is late
};

struct Source {
    const policy::Config& config;
    const store::Database& database;
    std::vector<Authority> authorities; // root first
    std::function<bool(const store::Certificate&)> is_due;
    Time now{};
    std::string version; // of this program
    // A browser still sorts and filters so many without a pause (tests/report measures half of it); those
    // that are left out are counted, and told.
    std::uint64_t most_rows = 20'000;
};

// Piece by piece, with memory that does not depend on the inventory.
void write_report(const Source& source, const std::function<void(std::string_view)>& write);

} // namespace mtlsca::deploy::report
