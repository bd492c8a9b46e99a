#include "authority/tier/trust_files.h"

#include <algorithm>
#include <vector>

namespace mtlsca::authority {
namespace {

constexpr std::size_t trust_file_max_bytes = 1 << 20; // a thousand certificates

struct TrustFile {
    io::Path path;
    std::string content;
};

std::vector<TrustFile> trust_files(const Ca& ca) {
    std::vector<TrustFile> files;
    const auto is_kept = [](const Tier& tier) { return tier.record.state != store::IssuerState::gone; };
    for (const Tier& tier : ca.tiers())
        if (is_kept(tier))
            files.push_back({ca.folder().certificate(tier.name()), tier.certificate.to_pem()});
    for (const CrossCertificate& cross : ca.cross_certificates())
        if (is_kept(ca.tier(cross.issuer)))
            files.push_back({ca.folder().certificate(ca.tier(cross.issuer).name() + "-by-" +
                                                     ca.tier(cross.signer).name()),
                             cross.certificate.to_pem()});
    files.push_back({ca.folder().chain(), trust_pem(ca)});
    return files;
}

bool is_current(const TrustFile& file) {
    try {
        return io::exists(file.path) &&
               as_text(io::read_file(file.path, trust_file_max_bytes)) == file.content;
    } catch (const Error& error) {
        if (error.code != Code::refused) // too large, or no file at all: none of ours
            throw;
        return false;
    }
}

} // namespace

std::string trust_pem(const Ca& ca) {
    std::string pem;
    for (const x509::Certificate& certificate : ca.certificates())
        pem += certificate.to_pem();
    return pem;
}

bool are_trust_files_current(const Ca& ca) {
    const std::vector<TrustFile> files = trust_files(ca);
    return std::all_of(files.begin(), files.end(), is_current);
}

void write_trust_files(const Ca& ca) {
    for (const TrustFile& file : trust_files(ca))
        if (!is_current(file))
            io::write_file(file.path, file.content, io::Mode::public_file);
}

} // namespace mtlsca::authority
