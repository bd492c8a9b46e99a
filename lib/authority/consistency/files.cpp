// Files of certificates against the database, keys against certificates, and who may read what.
#include "authority/consistency/report.h"
#include "authority/health/leftovers.h"

#include <algorithm>

namespace mtlsca::authority {
namespace {

constexpr std::size_t certificates_max_bytes = 1 << 20; // the chains of a hundred CAs

// The certificates in the file, nothing where it was told why there are none.
std::optional<std::vector<x509::Certificate>> read_certificates(const io::Path& path,
                                                                ConsistencyReport& report) {
    if (!io::exists(path)) {
        report.error("file-missing", path, "is missing; the database has what it held");
        return std::nullopt;
    }
    try {
        return x509::Certificate::parse_all(io::read_file(path, certificates_max_bytes), path);
    } catch (const Error& error) {
        report.error("file-unreadable", path, error.reason);
        return std::nullopt;
    }
}

bool are_same(const std::vector<x509::Certificate>& left, const std::vector<x509::Certificate>& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const x509::Certificate& one, const x509::Certificate& other) {
                          return one.der() == other.der();
                      });
}

void check_certificate_files(const Ca& ca, ConsistencyReport& report) {
    for (const Tier& tier : ca.tiers()) {
        const io::Path path = ca.folder().certificate(tier.name());
        const auto found = read_certificates(path, report);
        if (found && !are_same(*found, {tier.certificate}))
            report.error("file-differs", path, "is not the certificate that the database has");
    }
    const auto chain = read_certificates(ca.folder().chain(), report);
    if (chain && !are_same(*chain, ca.certificates()))
        report.error("file-differs", ca.folder().chain(), "does not hold the CAs that the database has");
}

void check_permissions(const Ca& ca, ConsistencyReport& report) {
    for (const Exposure& exposure : exposures(ca))
        report.error("permissions", exposure.path, exposure.danger + ": chmod " + exposure.chmod_words);
    // No key is in it, but it names people: worth a warning here, and no symptom of status.
    const io::Path database = ca.folder().database();
    if (const auto state = io::file_state(database); state && (state->mode & 044) != 0)
        report.add(Severity::warning, "permissions-read", database,
                   "may be read by others than its owner: chmod 0600");
}

void check_keys(Ca& ca, ConsistencyReport& report) {
    for (const Tier& tier : ca.tiers()) {
        if (!ca.has_key(tier))
            continue; // a root's may lie in a safe
        try {
            ca.key(tier);
        } catch (const Error& error) {
            report.error("key", error.object, error.reason);
        }
    }
}

} // namespace

void check_files(Ca& ca, bool deep, ConsistencyReport& report) {
    check_certificate_files(ca, report);
    check_permissions(ca, report);
    if (deep)
        check_keys(ca, report);
}

} // namespace mtlsca::authority
