// The newest CRL of each CA, wherever one lies: a backup's, the CA's own, those that nginx reads, those that
// somebody fetched from where they were published.
#pragma once

#include "authority/crl/forgotten.h"

namespace mtlsca::authority {

struct FoundCrl {
    std::uint64_t number = 0;
    io::Path source; // where it was found
    io::Path file;   // a copy of ours, DER
};

// Only what a certificate of `ca` has signed counts; of several of one issuer that with the highest number,
// and the first of those that share it. Copies lie in `folder`, as large as they are; at most one PEM file is
// in memory at a time.
class NewestCrls {
public:
    NewestCrls(const Ca& ca, io::Path folder) : ca_(ca), folder_(std::move(folder)) {}

    // DER, or PEM with any number of CRLs. True where one of ours is in it. A file that is missing, or not of
    // CRLs, is Error(not_found) or Error(refused).
    bool look_at(const io::Path& file);

    const std::map<store::IssuerId, FoundCrl>& found() const { return found_; }

private:
    bool consider(ByteView der, const io::Path& source);

    const Ca& ca_;
    io::Path folder_;
    std::map<store::IssuerId, FoundCrl> found_;
};

} // namespace mtlsca::authority
